"""Plain functions that make the terms and special days of a test, through the ORM and as the app role."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from houqin.people.models import User
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term

# Far ahead, and within the years that the calendar takes.
FAR_AHEAD = range(2100, 2199)
_days = count(0)


def school_year(begins_in: int | None = None, **fields: Any) -> SchoolYear:
    """A school year, far ahead by default: 1 September to 22 January, 24 February to 3 July.

    There are only a hundred years far ahead; where all are taken, the last one makes room.
    """
    year = begins_in or _far_ahead()
    made: SchoolYear = SchoolYear.objects.create(begins_in=year, **fields)
    Term.objects.create(
        year=made, number=1, name="第一学期", first_on=date(year, 9, 1), last_on=date(year + 1, 1, 22)
    )
    Term.objects.create(
        year=made, number=2, name="第二学期", first_on=date(year + 1, 2, 24), last_on=date(year + 1, 7, 3)
    )
    return made


def _far_ahead() -> int:
    taken = set(SchoolYear.objects.values_list("begins_in", flat=True))
    for year in FAR_AHEAD:
        if year not in taken:
            return year
    Term.objects.filter(year__begins_in=FAR_AHEAD[-1]).delete()
    SchoolYear.objects.filter(begins_in=FAR_AHEAD[-1]).delete()
    return FAR_AHEAD[-1]


def special_day(first_on: date | None = None, **fields: Any) -> SpecialDay:
    """A day off of the school's own; far ahead by default, and each on another day."""
    first_on = first_on or date(2150, 1, 1) + timedelta(days=next(_days))
    fields = {"kind": "off", "name": "校庆", "last_on": first_on} | fields
    made: SpecialDay = SpecialDay.objects.create(first_on=first_on, **fields)
    return made


def feed(user: User, **fields: Any) -> CalendarFeed:
    """An open subscription of `user`."""
    made: CalendarFeed = CalendarFeed.objects.create(user=user, **{"name": "我的手机", **fields})
    return made
