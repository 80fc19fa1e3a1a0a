"""The navigation of the house as the base page draws it: grouped, with addresses, the current one marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch

from houqin.registry import Navigation
from houqin.routes import route_url


class Link(NamedTuple):
    """One line of the navigation, ready for the page."""

    label: str
    url: str
    icon: str
    on_phone: bool = False
    is_current: bool = False


class Group(NamedTuple):
    """The lines that stand under one heading."""

    label: str
    links: tuple[Link, ...]


def groups(entries: Iterable[Navigation], path: str) -> tuple[Group, ...]:
    """`entries` by group, in their order; the link whose address is the longest start of `path` is current.

    An entry whose route is not installed is left out: a module that is switched off must not break a page.
    """
    addressed = [(entry, address) for entry in entries if (address := address_of(entry.url_name))]
    here = max((address for _, address in addressed if path.startswith(address)), key=len, default="")
    found: dict[str, list[Link]] = {}
    for entry, address in addressed:
        link = Link(entry.label, address, entry.icon, entry.on_phone, address == here)
        found.setdefault(entry.group, []).append(link)
    return tuple(Group(label, tuple(links)) for label, links in found.items())


def address_of(route: str) -> str:
    """Where `route` leads; nothing where it is not installed."""
    try:
        return route_url(route)
    except NoReverseMatch:
        return ""
