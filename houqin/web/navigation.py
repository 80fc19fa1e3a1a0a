"""The navigation of the house as the base page draws it: grouped, with addresses, the current one marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from houqin.registry import Navigation


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the navigation, ready for the page."""

    label: str
    url: str
    icon: str
    on_phone: bool = False
    is_current: bool = False


@dataclass(slots=True)
class Group:
    """The lines that stand under one heading."""

    label: str
    links: list[Link] = field(default_factory=list)


def groups(entries: Iterable[Navigation], path: str) -> list[Group]:
    """`entries` by group, in their order; the link whose address is the longest start of `path` is current.

    An entry whose route is not installed is left out: a module that is switched off must not break a page.
    """
    addressed = [(entry, address) for entry in entries if (address := _address(entry))]
    here = max((address for _, address in addressed if path.startswith(address)), key=len, default="")
    found: dict[str, Group] = {}
    for entry, address in addressed:
        group = found.setdefault(entry.group, Group(entry.group))
        group.links.append(Link(entry.label, address, entry.icon, entry.on_phone, address == here))
    return list(found.values())


def _address(entry: Navigation) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
