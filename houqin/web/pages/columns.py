"""`Column`: one column of a list, shown on the page and written into its exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from houqin.showing import choice_labels, shown
from houqin.web.templatetags.houqin import badge, money


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under one heading.

    `value` is a path of attributes (`"department.name"`, default: `name`) or a function of the row, or of the
    values at the paths `of` where it names some; it must cost no query, so the list's `rows()` selects what
    it follows. A list whose columns are all made of fields is exported without a record for each row. `sort`
    names the order fields of the database; a column without it is not sortable. `draw` makes the cell's HTML
    where a text is not enough (through `format_html`), exports keep `value`.
    """

    name: str
    label: str
    value: str | Callable[..., Any] = ""
    of: tuple[str, ...] = ()
    sort: str | tuple[str, ...] = ()
    is_number: bool = False
    on_phone: bool = True
    draw: Callable[[Any], str] | None = None

    def read(self, row: Any) -> Any:
        """The cell's value in `row`: what an export writes."""
        if callable(self.value):
            return self.value(*[_followed(row, path) for path in self.of]) if self.of else self.value(row)
        value = _followed(row, self.value or self.name)
        labels = {} if self.value else choice_labels(row._meta.model, self.name)
        return labels.get(value, value) if labels else value

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

    def show(self, row: Any) -> str:
        """The cell as it stands on the page."""
        if self.draw is not None:
            return self.draw(row)
        value = self.read(row)
        if self.is_number and isinstance(value, Decimal):
            return money(value)
        if self.is_number and isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        return shown(value)

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


def _followed(row: Any, path: str) -> Any:
    for step in path.split("."):
        row = getattr(row, step)
        if row is None:
            return None
    return row


def state_column(label: str = "状态", *, sort: str | tuple[str, ...] = "state") -> Column:
    """The state of a record as its badge."""
    return Column("state", label, sort=sort, draw=_state)


def _state(record: Any) -> str:
    """As the template's `state_badge`; Django itself would gather the choices again for every row."""
    label = choice_labels(record._meta.model, "state").get(record.state, record.state)
    return badge(label, record.STATE_TONES.get(record.state, "neutral"))
