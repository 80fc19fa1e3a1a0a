"""`Column`: one column of a list, shown on the page and written into its exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from houqin.showing import choice_labels, shown
from houqin.web.templatetags.houqin import badge, day_prose, money

# The one word for everything whose time limit has passed.
LATE = format_html(" {}", badge("逾期", "bad"))
# Columns by their names, whatever makes them: a document's number, a phone's.
WHOLE = frozenset({"number", "phone"})


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under one heading.

    `value` is a path of attributes (`"department.name"`, default: `name`) or a function of the row, or of the
    values at the paths `of` where it names some; it must cost no query, so the list's `rows()` selects what
    it follows. A list whose columns are all made of fields is exported without a record for each row. `sort`
    names the order fields of the database; a column without it is not sortable. `draw` makes the cell's HTML
    where a text is not enough (through `format_html`), exports keep `value`; beside it stands «逾期» where
    the row is `late` on the day the page is made (which costs no query). What `says_itself` needs no heading
    beside it on a phone. A cell that `is_whole` never breaks in two lines (days, moments and numbers
    of papers never do); one `is_wide` holds sentences; `is_rare` leaves the column out of a page on which no
    row has anything in it.
    """

    name: str
    label: str
    value: str | Callable[..., Any] = ""
    of: tuple[str, ...] = ()
    sort: str | tuple[str, ...] = ()
    is_number: bool = False
    on_phone: bool = True
    says_itself: bool = False
    is_whole: bool = False
    is_wide: bool = False
    is_rare: bool = False
    draw: Callable[[Any], str] | None = None
    late: Callable[[Any, date], bool] | None = None

    def reader(self, model: type[Model]) -> Callable[[Any], Any]:
        """What reads the cell's value out of a record of `model`: what an export writes."""
        if not callable(self.value):
            follow = _follower(self.value or self.name)
            labels = {} if self.value else choice_labels(model, self.name)
            return (lambda row: labels.get(value := follow(row), value)) if labels else follow
        compute, followers = self.value, [_follower(path) for path in self.of]
        return (lambda row: compute(*[follow(row) for follow in followers])) if followers else compute

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of attributes that the cell is made of; none when it needs the row itself."""
        return self.of if callable(self.value) else (self.value or self.name,)

    def maker(self, model: type[Model], first: int) -> Callable[[tuple[Any, ...]], Any]:
        """What makes the cell of `read` out of a row of values, where those of `paths` begin at `first`."""
        if callable(self.value):
            compute, places = self.value, range(first, first + len(self.of))
            return lambda values: compute(*[values[place] for place in places])
        labels = {} if self.value else choice_labels(model, self.name)
        if labels:
            return lambda values: labels.get(values[first], values[first])
        return itemgetter(first)

    def shower(self, model: type[Model]) -> Callable[[Any], str]:
        """What makes the cell as it stands on the page out of a record of `model`; unescaped, if no HTML."""
        if self.draw is not None:
            return _marked(self.draw, self.late) if self.late is not None else self.draw
        read, write = self.reader(model), _figure if self.is_number else shown
        return lambda row: write(read(row))

    def stays_whole(self, model: type[Model]) -> bool:
        """Whether its cells stand in one line: what is declared so, days, moments, and numbers of papers."""
        if self.is_whole or self.name in WHOLE:
            return True
        path = None if callable(self.value) else field_of(model, self.value or self.name)
        return path is not None and isinstance(_last_field(model, path), models.DateField)

    @property
    def order(self) -> tuple[str, ...]:
        """The order fields of the database; empty for a column that cannot be sorted."""
        return (self.sort,) if isinstance(self.sort, str) else self.sort


def field_of(model: type[Model], path: str) -> str | None:
    """The name under which a query finds what `path` leads to from `model`; None when that is no field.

    A path that ends at another record is none: what is shown of it is the record's own affair.
    """
    *relations, last = path.split(".")
    try:
        for step in relations:
            related = model._meta.get_field(step).related_model
            if not isinstance(related, type):
                return None
            model = related
        field = model._meta.get_field(last)
    except FieldDoesNotExist:
        return None
    return None if field.is_relation else path.replace(".", "__")


def _last_field(model: type[Model], path: str) -> Any:
    """The field at the end of `path`, as `field_of` found it."""
    *relations, last = path.split("__")
    for step in relations:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)


def _follower(path: str) -> Callable[[Any], Any]:
    """What follows `path` from a record; nothing, where something on the way is nothing."""
    if "." not in path:
        return attrgetter(path)
    steps = path.split(".")

    def follow(row: Any) -> Any:
        for step in steps:
            row = getattr(row, step)
            if row is None:
                return None
        return row

    return follow


def _figure(value: Any) -> str:
    if isinstance(value, Decimal):
        return money(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else shown(value)


def state_column(
    label: str = "状态",
    *,
    sort: str | tuple[str, ...] = "state",
    late: Callable[[Any, date], bool] | None = None,
) -> Column:
    """The state of a record as its badge, and beside it «逾期» where it is `late`."""
    return Column("state", label, sort=sort, says_itself=True, draw=_state, late=late)


def day_column(name: str, label: str, *, sort: str | tuple[str, ...] = "") -> Column:
    """A day as people say it, with its weekday: 11月22日（周日）. Exports keep the day itself."""
    read = _follower(name)
    return Column(name, label, sort=sort or name, draw=lambda row: day_prose(read(row)))


def _marked(draw: Callable[[Any], str], late: Callable[[Any, date], bool]) -> Callable[[Any], str]:
    """`draw` with its mark. The day is asked for once a page: a clock asked for every row costs as much as
    a twentieth of the page."""
    today = timezone.localdate()
    return lambda row: draw(row) + LATE if late(row, today) else draw(row)


def _state(record: Any) -> SafeString:
    return _state_badge(record._meta.model, record.state)


@lru_cache(maxsize=1_000)
def _state_badge(model: Any, state: str) -> SafeString:
    """As the template's `state_badge`; drawn once, because a state looks the same in every row of a model."""
    label = choice_labels(model, "state").get(state, state)
    return badge(label, model.STATE_TONES.get(state, "neutral"))
