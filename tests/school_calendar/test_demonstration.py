"""The demonstration's calendar, on whatever day somebody first starts the program."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from houqin.actors import System
from houqin.school_calendar.demonstration import fill_demo_calendar
from houqin.school_calendar.models import SpecialDay
from houqin.school_calendar.reading import school_days
from houqin.writing import write

pytestmark = [pytest.mark.django_db, pytest.mark.dates]


@pytest.mark.parametrize("on", [date(2026, 11, 27), date(2026, 8, 31), date(2028, 2, 29), date(2026, 7, 31)])
def test_the_terms_around_today_and_of_the_next_year_are_entered(on: date) -> None:
    write(fill_demo_calendar, on=on, by=System("演示学校"))
    days = school_days()
    assert [days.is_entered(on + timedelta(days=ahead)) for ahead in (30, 300)] == [True, True]
    assert [days.is_school_day(day.first_on) for day in SpecialDay.objects.order_by("first_on")] == [
        False,
        True,
    ]
