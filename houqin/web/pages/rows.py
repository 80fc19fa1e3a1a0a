"""The rows of a list as HTML: one shape a list, filled a row at a time.

A template that walks over rows and cells takes six times as long, and a page has hundreds of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.models import Model
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from houqin.web.pages.columns import Column, is_whole

# Django's own, without what it does for lazy texts first; a cell is never one.
_escape: Callable[[str], SafeString] = escape.__wrapped__  # type: ignore[attr-defined]

TICK = '<td class="tick-cell"><input type="checkbox" name="chosen" value="{0}" aria-label="选择 {2}"></td>'


def table_rows(
    rows: Iterable[Any],
    columns: Sequence[Column],
    *,
    model: type[Model],
    row_url: Callable[[Any], str],
    has_ticks: bool,
) -> SafeString:
    """`rows` of `model` under `columns`; the first cell leads to the row's page, if it has one."""
    begins = [_begin(column, model) for column in columns[1:]]
    linked = _shape(begins, '<a href="{1}">{2}</a>', has_ticks=has_ticks)
    plain = _shape(begins, "{2}", has_ticks=has_ticks)
    showers = [column.shower(model) for column in columns]
    filled = [
        (_escape(row.public_id), _escape(row_url(row)), *[_escaped(show(row)) for show in showers])
        for row in rows
    ]
    drawn = format_html("{}", "")
    for has_page, run in groupby(filled, lambda holes: bool(holes[1])):
        drawn += format_html_join("", linked if has_page else plain, run)
    return drawn


def _escaped(text: str) -> str:
    """As `format_html` would, which takes three times as long to find out that a text is not lazy."""
    return text if isinstance(text, SafeString) else _escape(text)


def _shape(begins: Sequence[str], name: str, *, has_ticks: bool) -> str:
    """One row with numbered holes: its id, its address, and its cells, the first of them as `name`."""
    begins = [begin.replace("{", "{{").replace("}", "}}") for begin in begins]
    cells = "".join(f"{begin}{{{hole}}}</td>" for hole, begin in enumerate(begins, 3))
    return f'\n<tr>{TICK if has_ticks else ""}<th scope="row">{name}</th>{cells}</tr>'


def _begin(column: Column, model: type[Model]) -> str:
    """The opening tag of the column's cells: figures stand right, some columns only at a desk."""
    classes = {
        "number": column.is_number,
        "desk-only": not column.on_phone,
        "whole": is_whole(column, model),
    }
    names = " ".join(name for name, is_on in classes.items() if is_on)
    if not names:
        return format_html('<td data-label="{}">', column.label)
    return format_html('<td data-label="{}" class="{}">', column.label, names)
