"""The address of a list: what narrows, orders and pages it, read carefully and written in one order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from houqin.people.models import User
from houqin.web.pages.columns import Column
from houqin.web.pages.filters import BadChoice, Filter, Narrowing, Option

SIZES = (25, 50, 100)
DEFAULT_SIZE = 50
LONGEST_SEARCH = 100
PAGE = re.compile(r"[0-9]{1,7}")
ROW = re.compile(r"[0-9A-Z]{1,16}")

# Never part of a link that changes something else: another filter or order begins at the first page again.
VOLATILE = ("page", "after", "before", "export")


@dataclass(frozen=True, slots=True)
class Address:
    """A list's path and its cleaned parameters; the defaults are left out."""

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def to(self, changes: Mapping[str, str | None]) -> str:
        """This list with `changes`; None takes a parameter away."""
        wanted = {name: value for name, value in self.parameters.items() if name not in VOLATILE}
        for name, value in changes.items():
            wanted.pop(name, None)
            if value:
                wanted[name] = value
        return f"{self.path}?{urlencode(wanted)}" if wanted else self.path


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked the list for, after cleaning.

    `after` and `before` name the row behind which the page begins, or before which it ends: see
    `houqin.web.pages.anchors`.
    """

    words: str
    narrowings: Mapping[str, Narrowing]
    sort: Column | None
    is_descending: bool
    page: int
    after: str
    before: str
    size: int
    is_dense: bool
    notices: tuple[str, ...]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.narrowings)

    @property
    def narrowed_by(self) -> tuple[tuple[str, str], ...]:
        """The search and the filters alone: lists that have them in common have the same rows."""
        found = {"q": self.words} if self.words else {}
        for narrowing in self.narrowings.values():
            found |= narrowing.parameters
        return tuple(found.items())

    def parameters(self) -> dict[str, str]:
        """The canonical address of what was asked, in one fixed order."""
        found = dict(self.narrowed_by)
        if self.sort is not None:
            found["sort"] = f"-{self.sort.name}" if self.is_descending else self.sort.name
        if self.size != DEFAULT_SIZE:
            found["size"] = str(self.size)
        if self.is_dense:
            found["density"] = "dense"
        if self.page > 1:
            found["page"] = str(self.page)
        return found


def read(
    given: Mapping[str, str],
    *,
    columns: Sequence[Column],
    filters: Sequence[Filter],
    options: Mapping[str, Sequence[Option]],
    user: User,
) -> Asked:
    """What `given` (the query parameters) asks for; whatever is not offered is left out with a sentence."""
    notices: list[str] = []
    narrowings = {}
    for each in filters:
        try:
            narrowing = each.read(given, options[each.name], user)
        except BadChoice:
            notices.append(f"“{each.label}”没有这个选项，已忽略。")
            continue
        if narrowing is not None:
            narrowings[each.name] = narrowing
    sort, is_descending = _sort(given.get("sort", ""), columns)
    if given.get("sort") and sort is None:
        notices.append("不能按这一列排序，已用默认顺序。")
    page = given.get("page", "")
    size = given.get("size", "")
    return Asked(
        words=" ".join(given.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
        narrowings=narrowings,
        sort=sort,
        is_descending=is_descending,
        page=max(1, int(page)) if PAGE.fullmatch(page) else 1,
        after=_row(given.get("after", "")),
        before=_row(given.get("before", "")),
        size=int(size) if size in map(str, SIZES) else DEFAULT_SIZE,
        is_dense=given.get("density") == "dense",
        notices=tuple(notices),
    )


def _row(raw: str) -> str:
    return raw if ROW.fullmatch(raw) else ""


def _sort(raw: str, columns: Sequence[Column]) -> tuple[Column | None, bool]:
    name = raw.removeprefix("-")
    for column in columns:
        if column.name == name and column.order:
            return column, raw.startswith("-")
    return None, False
