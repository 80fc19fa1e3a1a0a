"""`Column`: one column of a list, shown on the page and written into its exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from houqin.showing import choice_labels, shown
from houqin.web.templatetags.houqin import money, state_badge


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under one heading.

    `value` is a path of attributes (`"department.name"`, default: `name`) or a function of the row; it must
    cost no query, so the list's `rows()` selects what it follows. `sort` names the order fields of the
    database; a column without it is not sortable. `draw` makes the cell's HTML where a text is not enough
    (through `format_html`), exports keep `value`.
    """

    name: str
    label: str
    value: str | Callable[[Any], Any] = ""
    sort: str | tuple[str, ...] = ()
    is_number: bool = False
    on_phone: bool = True
    draw: Callable[[Any], str] | None = None

    def read(self, row: Any) -> Any:
        """The cell's value in `row`: what an export writes."""
        if callable(self.value):
            return self.value(row)
        if self.value == "" and (labels := choice_labels(row._meta.model, self.name)):
            value = getattr(row, self.name)
            return labels.get(value, value)
        for step in (self.value or self.name).split("."):
            row = getattr(row, step)
            if row is None:
                return None
        return row

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


def state_column(label: str = "状态", *, sort: str = "state") -> Column:
    """The state of a record as its badge."""
    return Column("state", label, sort=sort, draw=state_badge)
