"""What the package `chinesecalendar` knows of the State Council's holidays and make-up workdays.

It is issued anew when the next year's arrangement is published, usually in November; what comes after the
last year that it knows it cannot tell, and it says so.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

import chinese_calendar

NAMES: dict[str, str] = {each.value: each.chinese for each in chinese_calendar.Holiday}


class NationalDay(NamedTuple):
    """Whether a day is a workday, and the holiday that it belongs to or makes up for."""

    is_workday: bool
    holiday: str


@cache
def is_known(year: int) -> bool:
    """Whether the package knows the arrangement of `year`."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def national_day(on: date) -> NationalDay | None:
    """What the State Council arranged for the day; None in a year that the package does not know."""
    if not is_known(on.year):
        return None
    is_free, name = chinese_calendar.get_holiday_detail(on)
    return NationalDay(not is_free, NAMES.get(name, name) if name else "")
