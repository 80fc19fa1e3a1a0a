"""Which backups stay."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from houqin.backups.thinning import kept

TODAY = date(2026, 11, 27)


def night(day: date) -> datetime:
    return datetime.combine(day, time(3, 50))


def nights(days: int) -> set[datetime]:
    return {night(TODAY - timedelta(days=back)) for back in range(days)}


def test_days_then_the_last_of_each_week_then_the_last_of_each_month() -> None:
    stays = kept(nights(120), on=TODAY, days=3, weeks=3, months=3)
    assert sorted(each.date().isoformat() for each in stays) == [
        "2026-09-30", "2026-10-31", "2026-11-15", "2026-11-22", "2026-11-25", "2026-11-26", "2026-11-27",
    ]  # fmt: skip


def test_after_a_long_summer_the_newest_stays_however_old() -> None:
    assert kept({night(date(2020, 7, 1))}, on=TODAY, days=7, weeks=0, months=0) == {night(date(2020, 7, 1))}


def test_what_a_wrong_clock_dated_ahead_stays() -> None:
    ahead = night(date(2099, 1, 1))
    assert ahead in kept(nights(30) | {ahead}, on=TODAY, days=7, weeks=0, months=0)


@given(
    days=st.integers(1, 30), weeks=st.integers(0, 20), months=st.integers(0, 20),
    moments=st.sets(st.dates(date(2020, 1, 1), date(2027, 1, 1)).map(night), min_size=1),
)  # fmt: skip
def test_thinning_twice_is_thinning_once_and_never_takes_the_newest(
    days: int, weeks: int, months: int, moments: set[datetime]
) -> None:
    stays = kept(moments, on=TODAY, days=days, weeks=weeks, months=months)
    assert max(moments) in stays
    assert kept(stays, on=TODAY, days=days, weeks=weeks, months=months) == stays
