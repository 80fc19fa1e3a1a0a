"""How one value is written for people, the same on a page, in the history and in a CSV file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

NOTHING = "—"


def shown(value: Any, *, nothing: str = NOTHING) -> str:
    """`value` as a text: 2026-11-22, 2026-11-22 09:05 (school time), 是/否, 1,234.50; `nothing` for none."""
    match value:
        case None | "":
            text = ""
        case bool():
            text = "是" if value else "否"
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            text = f"{local:%Y-%m-%d %H:%M}"
        case date():
            text = value.isoformat()
        case Decimal():
            text = f"{value:,f}"
        case list() | tuple() | set() | frozenset():
            text = "、".join(shown(each) for each in value)
        case _:
            text = str(value)
    return text or nothing
