"""The demonstration school's calendar: the school years around a day, and what this school does otherwise."""

from __future__ import annotations

from datetime import date, timedelta

from houqin.actors import Actor
from houqin.school_calendar.days import SpecialKind
from houqin.school_calendar.services import TermDays, create_school_year, create_special_day

SATURDAY = 5


def fill_demo_calendar(*, on: date, by: Actor) -> None:
    """Enter the running school year and the next one, a sports meeting and the day that makes up for it."""
    running = on.year if on.month >= 8 else on.year - 1
    for year in (running, running + 1):
        create_school_year(
            begins_in=year,
            first=TermDays("第一学期", date(year, 9, 1), date(year + 1, 1, 22)),
            second=TermDays("第二学期", date(year + 1, 2, 24), date(year + 1, 7, 3)),
            by=by,
        )
    friday = _first_friday(date(running, 11, 1))
    create_special_day(kind=SpecialKind.OFF, name="秋季运动会后休息", first_on=friday, by=by)
    create_special_day(
        kind=SpecialKind.CLASSES, name="补运动会的课", first_on=friday + timedelta(days=8), by=by
    )


def _first_friday(day: date) -> date:
    return day + timedelta(days=(SATURDAY - 1 - day.weekday()) % 7)
