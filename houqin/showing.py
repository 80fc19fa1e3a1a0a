"""How one value is written for people, the same on a page, in the history and in a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

NOTHING = "—"
WEEKDAYS = "一二三四五六日"


@cache
def choice_labels(model: type[models.Model], name: str) -> Mapping[Any, str]:
    """The words of the choices of `model`'s field `name`; Django itself flattens them again for every row."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    return {value: str(label) for value, label in getattr(field, "flatchoices", ())}


def said_day(moment: date | datetime, *, on: date | None = None) -> str:
    """A day in a sentence or a title: 11月27日（周五）, of a moment its day in school time.

    Said `on` a day of another year, with its year: 2027年1月5日（周二）. What may lie years off gives `on`.
    """
    day = moment
    if isinstance(moment, datetime):
        day = timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    year = "" if on is None or day.year == on.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def dated(day: date) -> str:
    """A day in what is kept for years and must not be mistaken then: 2026年9月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def said_moment(moment: datetime, *, on: date | None = None) -> str:
    """A moment in a sentence, in school time: 11月27日（周五）18:35; the day as `said_day` says it."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{said_day(local, on=on)}{local:%H:%M}"


def shown(value: Any, *, nothing: str = NOTHING) -> str:
    """`value` as a text: 2026-11-22, 2026-11-22 09:05 (school time), 是/否, 1,234.50; `nothing` for none."""
    if type(value) is str:
        # By far the commonest, and no other case is tried for it.
        return value or nothing
    match value:
        case None:
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
