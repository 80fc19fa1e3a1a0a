"""A file's name as a person may see it: no path, nothing invisible, and the ending of what the file is."""

from __future__ import annotations

import re
import unicodedata

from houqin.attachments.kinds import SERVED

LONGEST = 100
UNNAMED = "未命名"
# These give way to the true one; any other (“纪要v2.1”, “名单.exe”) stays as a part of the name.
KNOWN = frozenset({*(each.ending for each in SERVED.values()), ".jpeg", ".jpe", ".heic", ".heif", ".gif"})
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# Windows and zip programs give these a meaning of their own.
MEANINGFUL = re.compile(r'[<>:"|?*%;]')


def clean_name(raw: str, kind: str) -> str:
    """`raw` as the name of a file of `kind`: the last part of a path, at most 100 characters, never empty.

    Control characters and everything that turns or hides writing (RTL marks, zero-width) are dropped, so that
    `gpj.\\u202eexe` cannot read as a picture. The name is only shown and sent in a header: no file is opened
    by it.
    """
    last = re.split(r"[/\\]", raw)[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    text = " ".join(MEANINGFUL.sub("_", visible).split())
    ending = SERVED[kind].ending
    found = ENDING.search(text)
    if found is not None and found[0].lower() in KNOWN:
        text = text[: found.start()]
    text = text.strip(". ")
    return f"{(text or UNNAMED)[: LONGEST - len(ending)]}{ending}"
