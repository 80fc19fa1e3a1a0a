"""The browsers that an account has logged in with: a signed cookie, good for a year.

It opens nothing by itself. It only gives its owner an allowance of guesses apart from the strangers', so that
somebody who keeps trying passwords for an account does not keep its owner out.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from houqin.people.models import User

SALT = "houqin.people.devices"
KEPT_SECONDS = 365 * 24 * 60 * 60
# The office's shared computer is known to this many people at most; the longest unseen is forgotten.
ACCOUNTS_KEPT = 20


def cookie_name() -> str:
    return "houqin_device" if settings.INSECURE_LAN else "__Host-houqin_device"


def known_device(request: HttpRequest, user: User | None) -> str:
    """The mark of this browser if `user` has logged in with it before, else an empty text."""
    content = _content(request)
    return str(content["device"]) if user is not None and user.pk in content["accounts"] else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note on the browser that `user` has logged in with it."""
    content = _content(request)
    content["accounts"] = [user.pk, *(pk for pk in content["accounts"] if pk != user.pk)][:ACCOUNTS_KEPT]
    response.set_cookie(
        cookie_name(),
        signing.dumps(content, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _content(request: HttpRequest) -> dict[str, Any]:
    try:
        content: dict[str, Any] = signing.loads(
            request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        return {"device": get_random_string(20), "accounts": []}
    return content
