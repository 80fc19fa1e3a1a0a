"""The months of a plan: 元月 in a plan that began in February is next year's."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_plans.periods import (
    Period,
    PeriodKind,
    after,
    last_day,
    months_between,
    proposed_period,
)


def test_a_month_after_december_is_next_years_january() -> None:
    assert after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert after(date(2027, 1, 1), -1) == date(2026, 12, 1)


def test_the_last_day_of_february_follows_the_leap_year() -> None:
    assert [last_day(date(year, 2, 1)) for year in (2027, 2028)] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_months_between_includes_both_ends_and_is_empty_backwards() -> None:
    assert months_between(date(2026, 12, 1), date(2027, 1, 1)) == [date(2026, 12, 1), date(2027, 1, 1)]
    assert months_between(date(2027, 1, 1), date(2026, 12, 1)) == []


def test_each_number_names_one_month_of_a_period_across_new_year() -> None:
    period = Period(PeriodKind.YEAR, date(2026, 2, 1), date(2027, 1, 1))
    assert (period.month(2), period.month(1)) == (date(2026, 2, 1), date(2027, 1, 1))


def test_a_period_has_no_month_outside_itself() -> None:
    assert Period(PeriodKind.TERM, date(2026, 9, 1), date(2027, 1, 1)).month(5) is None


@pytest.mark.dates
@pytest.mark.parametrize(
    ("months", "on", "first", "last"),
    [
        ((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1), date(2026, 11, 22), date(2026, 2, 1), date(2027, 1, 1)),
        ((8, 9, 10, 11, 12, 1), date(2026, 11, 22), date(2026, 8, 1), date(2027, 1, 1)),
        ((8, 9, 10, 11, 12, 1), date(2027, 1, 31), date(2026, 8, 1), date(2027, 1, 1)),
        ((2, 3, 4, 5, 6, 7, 8), date(2026, 11, 22), date(2027, 2, 1), date(2027, 8, 1)),
        ((2, 3, 4, 5, 6, 7, 8), date(2028, 2, 29), date(2028, 2, 1), date(2028, 8, 1)),
    ],
)
def test_the_period_around_today_is_proposed_else_the_next(
    months: tuple[int, ...], on: date, first: date, last: date
) -> None:
    period = proposed_period(PeriodKind.TERM, months, on)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    ("kind", "on", "first", "last"),
    [
        (PeriodKind.TERM, date(2026, 11, 22), date(2026, 9, 1), date(2027, 1, 1)),
        (PeriodKind.TERM, date(2026, 3, 1), date(2026, 2, 1), date(2026, 8, 1)),
        (PeriodKind.YEAR, date(2026, 3, 1), date(2026, 1, 1), date(2026, 12, 1)),
        (PeriodKind.SCHOOL_YEAR, date(2026, 3, 1), date(2025, 9, 1), date(2026, 8, 1)),
    ],
)
def test_a_plan_without_months_gets_the_usual_span_of_its_kind(
    kind: str, on: date, first: date, last: date
) -> None:
    period = proposed_period(kind, (), on)
    assert (period.first, period.last) == (first, last)
