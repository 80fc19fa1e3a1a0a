"""Addresses that every page names by the dozen: Django looks a route up anew each time it is asked."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

from houqin.remembering import Remembered

# Stands where the public id will stand; a public id has no small letters.
MARK = "publicid"


def route_url(route: str) -> str:
    """The address of `route`, which has no arguments; `NoReverseMatch` where it is not installed."""
    return _whole(route, *_surroundings())


def record_url(route: str, public_id: str) -> str:
    """The address of `route`, whose one argument is a record's public id; lists ask for one a row."""
    before, after = _around(route, *_surroundings())
    return f"{before}{public_id}{after}"


def _read_surroundings() -> tuple[str, str]:
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


# What an address depends on besides its route; the same for the whole of a request.
_surroundings = Remembered(_read_surroundings)


@cache
def _whole(route: str, urlconf: str, prefix: str) -> str:
    return reverse(route, urlconf=urlconf)


@cache
def _around(route: str, urlconf: str, prefix: str) -> tuple[str, str]:
    before, _, after = reverse(route, args=[MARK], urlconf=urlconf).partition(MARK)
    return before, after
