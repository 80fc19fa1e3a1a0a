"""What a shift, a roster and a duty may be."""

from __future__ import annotations

from datetime import date, time

import pytest

from houqin.rosters.models import hours_label
from houqin.rosters.rules import can_last, is_on_day, roster_name, times_of
from tests.rosters.laid import moment

DAY, NEXT = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("begins", "ends", "until", "words"),
    [
        (time(6), time(18), moment(DAY, time(18)), "06:00–18:00"),
        (time(18), time(6), moment(NEXT, time(6)), "18:00–次日06:00"),
        (time(8), time(8), moment(NEXT, time(8)), "08:00–次日08:00"),
        (time(18), time(0), moment(NEXT, time(0)), "18:00–次日00:00"),
    ],
)
def test_a_shift_that_ends_before_it_begins_crosses_midnight(
    begins: time, ends: time, until: object, words: str
) -> None:
    assert (times_of(begins, ends, DAY), hours_label(begins, ends)) == ((moment(DAY, begins), until), words)


@pytest.mark.parametrize(
    ("days", "on_school_days", "on_free_days"),
    [("every", True, True), ("school", True, False), ("free", False, True)],
)
def test_a_shift_is_on_its_days(days: str, on_school_days: bool, on_free_days: bool) -> None:
    found = is_on_day(days, is_school_day=True), is_on_day(days, is_school_day=False)
    assert found == (on_school_days, on_free_days)


def test_a_roster_has_days_and_not_years_of_them() -> None:
    days = (date(2026, 9, 1), date(2026, 9, 1)), (date(2026, 9, 2), date(2026, 9, 1)), (DAY, date(2028, 3, 1))
    assert [can_last(*each).reason for each in days] == [
        "", "结束日期不能早于开始日期。", "一张值班表最多 400 天，请核对年份。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "last_on", "name"),
    [
        ("门卫", date(2027, 1, 14), "12月—1月门卫值班安排表"),
        ("行政值班", date(2027, 1, 14), "12月—1月行政值班安排表"),
        ("宿舍", DAY, "12月宿舍值班安排表"),
    ],
)
def test_a_roster_is_called_by_its_months_and_its_kind(kind: str, last_on: date, name: str) -> None:
    assert roster_name(kind, date(2026, 12, 1), last_on) == name
