"""What kind of day a day is: the school's own word first, then vacations, the State Council, the week."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.school_calendar.days import DayKind, SchoolDays, SpecialKind, SpecialSpan, TermSpan, Vacation
from houqin.school_calendar.national import is_known, national_day

pytestmark = pytest.mark.dates

AUTUMN = TermSpan(date(2026, 9, 1), date(2027, 1, 22), 2026, 1, "第一学期")
SPRING = TermSpan(date(2027, 2, 24), date(2027, 7, 3), 2026, 2, "第二学期")
NEXT = TermSpan(date(2027, 8, 30), date(2028, 1, 14), 2027, 1, "第一学期")
BARE = SchoolDays()
YEAR = SchoolDays([AUTUMN, SPRING])


def what(days: SchoolDays, on: date) -> tuple[str, str, bool]:
    day = days.day(on)
    return day.kind, day.name, day.is_school_day


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 1), ("holiday", "国庆节", False)),
        (date(2026, 10, 10), ("classes", "国庆节调休上班", True)),
        (date(2026, 9, 20), ("classes", "国庆节调休上班", True)),
        (date(2026, 10, 8), ("ordinary", "", True)),
        (date(2026, 10, 11), ("weekend", "", False)),
        (date(2024, 2, 29), ("ordinary", "", True)),
    ],
)
def test_the_state_councils_arrangement_is_known(on: date, expected: tuple[str, str, bool]) -> None:
    assert what(BARE, on) == expected


def test_beyond_the_years_that_the_package_knows_the_week_decides_and_says_so() -> None:
    year = next(year for year in range(2026, 2200) if not is_known(year))
    assert (national_day(date(year, 10, 1)), BARE.holidays_are_unknown(year)) == (None, True)
    week = [BARE.is_school_day(date(2150, 10, day)) for day in range(5, 12)]
    assert week == [True, True, True, True, True, False, False]


def test_the_schools_own_holidays_make_a_year_known() -> None:
    holiday = SpecialSpan(date(2150, 10, 1), date(2150, 10, 7), SpecialKind.HOLIDAY, "国庆节")
    off = SpecialSpan(date(2151, 5, 4), date(2151, 5, 4), SpecialKind.OFF, "校庆")
    days = SchoolDays(special=[holiday, off])
    assert [days.holidays_are_unknown(year) for year in (2150, 2151, 2026)] == [False, True, False]
    assert what(days, date(2150, 10, 3)) == ("holiday", "国庆节", False)


def test_the_school_itself_has_the_last_word() -> None:
    days = SchoolDays(
        [AUTUMN],
        [
            SpecialSpan(date(2026, 10, 2), date(2026, 10, 2), SpecialKind.CLASSES, "补课"),
            SpecialSpan(date(2026, 11, 6), date(2026, 11, 7), SpecialKind.OFF, "运动会后休息"),
        ],
    )
    asked = (date(2026, 10, 2), date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 7), date(2026, 11, 8))
    assert [days.is_school_day(on) for on in asked] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (date(2026, 8, 31), DayKind.ORDINARY),
        (date(2027, 1, 22), DayKind.ORDINARY),
        (date(2027, 1, 25), DayKind.VACATION),
        (date(2027, 2, 23), DayKind.VACATION),
        (date(2027, 2, 24), DayKind.ORDINARY),
        (date(2027, 7, 5), DayKind.VACATION),
        (date(2027, 8, 31), DayKind.VACATION),
        (date(2027, 9, 1), DayKind.ORDINARY),
    ],
)
def test_between_the_terms_is_vacation_and_outside_what_is_entered_nobody_knows(
    on: date, kind: DayKind
) -> None:
    assert YEAR.day(on).kind == kind


def test_a_make_up_workday_of_the_state_is_no_school_day_in_the_vacation() -> None:
    """2026-02-14 is a Saturday that makes up for the Spring Festival, when no pupil is at school."""
    terms = [
        TermSpan(date(2025, 9, 1), date(2026, 1, 23), 2025, 1, "第一学期"),
        TermSpan(date(2026, 3, 2), date(2026, 7, 3), 2025, 2, "第二学期"),
    ]
    assert what(SchoolDays(terms), date(2026, 2, 14)) == ("vacation", "寒假", False)


def test_the_summer_ends_where_the_next_year_begins() -> None:
    days = SchoolDays([AUTUMN, SPRING, NEXT])
    assert days.vacation_of(date(2027, 8, 1)) == Vacation(date(2027, 7, 4), date(2027, 8, 29), "暑假")
    assert YEAR.vacation_of(date(2027, 8, 1)) == Vacation(date(2027, 7, 4), date(2027, 8, 31), "暑假")


def test_a_year_that_nobody_entered_is_no_endless_summer() -> None:
    later = TermSpan(date(2029, 9, 1), date(2030, 1, 18), 2029, 1, "第一学期")
    days = SchoolDays([AUTUMN, SPRING, later])
    assert [days.is_entered(on) for on in (date(2027, 8, 31), date(2027, 9, 1), date(2029, 9, 1))] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("on", "from_monday", "from_sunday"),
    [
        (date(2026, 9, 1), 1, 1),
        (date(2026, 9, 6), 1, 2),
        (date(2026, 9, 7), 2, 2),
        (date(2026, 11, 26), 13, 13),
        (date(2027, 1, 23), None, None),
    ],
)
def test_teaching_weeks_are_counted_from_the_week_of_the_first_day(
    on: date, from_monday: int | None, from_sunday: int | None
) -> None:
    weeks = YEAR.teaching_week(on), YEAR.teaching_week(on, first_weekday=6)
    assert weeks == (from_monday, from_sunday)
