"""Where a page of a long list begins: behind the last row of the page before it, or before the first behind.

The links to the next page and to the previous one name that row. From there the database goes on along the
index, however far the page is; by its number alone it walks over every key behind the last milestone before
it. And a row that somebody adds or removes meanwhile moves none from one page to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q

from houqin.database.prepared import prepared
from houqin.remembering import kept_a_while
from houqin.web.pages.address import Asked

# A hundred ordinary pages: so many keys are walked over in the time that the rest of a page takes.
BETWEEN_MILESTONES = 5_000
# Whoever looks for a far page by its number tries some numbers one after the other.
KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """The rows behind the row that was named, in order; with `is_backward`, those before it."""

    beyond: Q
    is_backward: bool


def anchor_of(visible: Callable[[], Any], order: Sequence[str], asked: Asked) -> Anchor | None:
    """The anchor that the address names, if the `visible` rows have that row and know of each other row
    whether it stands before or behind it.
    """
    if asked.page == 1 or not (asked.after or asked.before):
        return None
    rows = visible()
    if not is_walkable(rows.model, order):
        return None
    names = [name.removeprefix("-") for name in order]
    with prepared():
        found = rows.filter(public_id=asked.after or asked.before).order_by().values_list(*names)
        places = list(found[:1])
    if not places:
        return None
    is_backward = not asked.after
    return Anchor(_beyond(order, places[0], is_backward=is_backward), is_backward)


def from_milestone(rows: Any, order: Sequence[str], offset: int, known_as: Hashable) -> tuple[Any, int]:
    """`rows` behind the last milestone before `offset`, and how many of them still lie before it.

    A milestone is the place of every `BETWEEN_MILESTONES`-th row as it was found in the last minute: rows
    that came or went since then move a far page by as many, as they do on the way there by links. No rows
    where none was that far.
    """
    passed = offset // BETWEEN_MILESTONES * BETWEEN_MILESTONES
    if not passed or known_as is None or not is_walkable(rows.model, order):
        return rows, offset
    place = kept_a_while(
        (from_milestone, known_as, tuple(order), passed),
        lambda: _place_of(rows, order, passed - 1),
        seconds=KEPT_SECONDS,
    )
    if place is None:
        return rows.none(), 0
    return rows.filter(_beyond(order, place, is_backward=False)), offset - passed


def _place_of(rows: Any, order: Sequence[str], number: int) -> Sequence[Any] | None:
    """What the row of this number, counted from 0, has in the columns of `order`."""
    keys = rows.order_by(*order).values_list("pk", flat=True)[number : number + 1]
    names = [name.removeprefix("-") for name in order]
    # The row by its key: with its columns the database would read every row before it, not only their keys.
    return rows.filter(pk__in=list(keys)).order_by().values_list(*names).first()  # type: ignore[no-any-return]


def is_walkable(model: type[Model], order: Sequence[str]) -> bool:
    """Whether all of `order` are columns of the row itself that are never empty.

    Of an empty value the database says neither that it is smaller nor that it is greater.
    """
    for name in order:
        column = name.removeprefix("-")
        try:
            field = model._meta.pk if column == "pk" else model._meta.get_field(column)
        except FieldDoesNotExist:
            return False
        if not field.concrete or field.null:
            return False
    return True


def turned(order: Sequence[str]) -> list[str]:
    """The same order, backward."""
    return [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], place: Sequence[Any], *, is_backward: bool) -> Q:
    """The rows beyond `place`: greater in the first column, or as great and greater in the second, …"""
    first, found, equal = Q(), Q(), Q()
    for name, value in zip(turned(order) if is_backward else order, place, strict=True):
        column = name.removeprefix("-")
        step = "lt" if name.startswith("-") else "gt"
        # Of the first column alone an index knows where to begin.
        first = first or Q(**{f"{column}__{step}e": value})
        found |= equal & Q(**{f"{column}__{step}": value})
        equal &= Q(**{column: value})
    return first & found
