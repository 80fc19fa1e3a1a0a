"""How time passes for a deadline: in the school's hours, or round the clock; Shanghai's time, promise F5."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houqin.school_calendar.clocks import BeyondTheCalendar, RoundTheClock, WorkingTime
from houqin.school_calendar.days import SchoolDays, SpecialKind, SpecialSpan, TermSpan
from houqin.school_settings.kinds import Span

pytestmark = pytest.mark.dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = (Span(time(8), time(12)), Span(time(14), time(17, 30)))
DAYS = SchoolDays(
    [
        TermSpan(date(2026, 9, 1), date(2027, 1, 22), 2026, 1, "第一学期"),
        TermSpan(date(2027, 2, 24), date(2027, 7, 3), 2026, 2, "第二学期"),
    ],
    [SpecialSpan(date(2026, 11, 28), date(2026, 11, 28), SpecialKind.CLASSES, "补课")],
)
CLOCK = WorkingTime(DAYS.is_school_day, lambda on: HOURS)
NIGHT_AND_DAY = RoundTheClock()


def at(text: str) -> datetime:
    """`11-26 16:30` of the autumn of 2026, `2027-01-22 16:30` in full; Shanghai's time."""
    return datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}").replace(tzinfo=SHANGHAI)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("11-26 09:00", 2, "11-26 11:00"),
        ("11-26 11:00", 2, "11-26 15:00"),
        ("11-26 16:30", 1, "11-26 17:30"),
        ("11-26 16:30", 2, "11-27 09:00"),
        ("11-26 12:30", 1, "11-26 15:00"),
        ("11-26 23:59", 1, "11-27 09:00"),
        ("11-27 17:00", 1, "11-28 08:30"),
        ("11-28 17:00", 1, "11-30 08:30"),
        ("09-30 17:00", 1, "10-08 08:30"),
        ("10-09 17:00", 1, "10-10 08:30"),
        ("2027-01-22 17:00", 1, "2027-02-24 08:30"),
        ("11-26 08:00", 7.5, "11-26 17:30"),
        ("11-26 08:00", 7.5 * 3, "11-28 17:30"),
        ("11-29 10:00", 0, "11-29 10:00"),
    ],
)
def test_working_time_runs_in_the_schools_hours_on_school_days(start: str, duration: float, end: str) -> None:
    assert CLOCK.add(at(start), hours(duration)) == at(end)


@pytest.mark.parametrize(
    ("start", "end", "passed"),
    [
        ("11-26 09:00", "11-26 11:00", 2),
        ("11-26 11:00", "11-26 15:00", 2),
        ("11-26 18:00", "11-27 07:00", 0),
        ("11-26 00:00", "11-27 00:00", 7.5),
        ("11-29 00:00", "11-30 00:00", 0),
        ("10-01 00:00", "10-08 00:00", 0),
        ("11-26 11:00", "11-26 09:00", -2),
    ],
)
def test_between_two_moments_only_working_time_counts(start: str, end: str, passed: float) -> None:
    assert CLOCK.between(at(start), at(end)) == hours(passed)


def test_round_the_clock_knows_no_weekend_and_no_night() -> None:
    start = at("11-28 23:00")
    assert NIGHT_AND_DAY.add(start, hours(2)) == at("11-29 01:00")
    assert NIGHT_AND_DAY.between(start, at("11-30 23:00")) == timedelta(days=2)


def test_a_moment_told_in_another_zone_is_the_same_moment() -> None:
    """7 o'clock in Shanghai is still yesterday in UTC; the working day must not begin a day early."""
    start = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert CLOCK.add(start, hours(1)) == at("11-26 09:00")
    assert CLOCK.add(start.astimezone(ZoneInfo("America/New_York")), hours(1)) == at("11-26 09:00")


def test_an_evening_in_shanghai_is_not_the_next_day_because_it_is_told_so() -> None:
    evening = WorkingTime(DAYS.is_school_day, lambda on: (Span(time(19), time(21)),))
    start = at("11-26 20:00").astimezone(ZoneInfo("Pacific/Auckland"))
    assert evening.add(start, hours(0.5)) == at("11-26 20:30")


def test_the_hours_of_each_day_are_those_that_hold_on_it() -> None:
    summer = (Span(time(7, 30), time(11, 30)),)
    clock = WorkingTime(DAYS.is_school_day, lambda on: summer if on >= date(2026, 11, 27) else HOURS)
    assert clock.add(at("11-26 17:00"), hours(1)) == at("11-27 08:00")


@pytest.mark.parametrize("clock", [CLOCK, NIGHT_AND_DAY])
def test_a_clock_takes_no_naive_moment_and_does_not_run_backwards(clock: WorkingTime | RoundTheClock) -> None:
    naive = datetime(2026, 11, 26, 9)  # noqa: DTZ001 - what is to be refused
    with pytest.raises(ValueError, match="aware"):
        clock.add(naive, hours(1))
    with pytest.raises(ValueError, match="aware"):
        clock.between(at("11-26 09:00"), naive)
    with pytest.raises(ValueError, match="backwards"):
        clock.add(at("11-26 09:00"), hours(-1))


def test_a_school_that_never_opens_is_told_so_instead_of_searched_for_ever() -> None:
    never = WorkingTime(lambda on: False, lambda on: HOURS)
    with pytest.raises(BeyondTheCalendar, match="请检查校历"):
        never.add(at("11-26 09:00"), hours(1))
    with pytest.raises(BeyondTheCalendar, match="超过十年"):
        CLOCK.between(at("11-26 09:00"), at("2040-01-01 00:00"))


def test_the_last_day_there_is_ends_the_search() -> None:
    never = WorkingTime(lambda on: False, lambda on: HOURS)
    with pytest.raises(BeyondTheCalendar):
        never.add(datetime.max.replace(tzinfo=UTC) - hours(24), hours(1))


moments = st.datetimes(datetime(2026, 9, 1), datetime(2027, 6, 30)).map(  # noqa: DTZ001 - given its zone below
    lambda moment: moment.replace(tzinfo=SHANGHAI)
)


@settings(deadline=None, max_examples=60)
@given(moments, st.timedeltas(timedelta(0), timedelta(hours=80)))
def test_what_is_added_is_what_has_passed_and_no_earlier_moment_will_do(
    start: datetime, duration: timedelta
) -> None:
    end = CLOCK.add(start, duration)
    assert CLOCK.between(start, end) == duration
    if duration:
        assert CLOCK.between(start, end - timedelta(microseconds=1)) < duration


@settings(deadline=None, max_examples=60)
@given(moments, moments, moments)
def test_time_that_passes_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted([one, two, three])
    assert CLOCK.between(first, second) + CLOCK.between(second, third) == CLOCK.between(first, third)
