"""How one value is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from houqin.showing import said_day, said_moment, shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (0, "0"),
        (True, "是"),
        (False, "否"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "2026-11-23 07:30"),
        (Decimal("1234.50"), "1,234.50"),
        (["甲", "乙"], "甲、乙"),
        ("00123", "00123"),
    ],
)
def test_a_value_is_written_for_people(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_nothing_can_be_written_as_nothing() -> None:
    assert shown(None, nothing="") == ""


@pytest.mark.parametrize(
    ("on", "day", "moment"),
    [
        (None, "11月23日（周一）", "11月23日（周一）07:30"),
        (date(2026, 1, 1), "11月23日（周一）", "11月23日（周一）07:30"),
        (date(2027, 1, 1), "2026年11月23日（周一）", "2026年11月23日（周一）07:30"),
    ],
)
def test_in_a_sentence_a_day_has_its_weekday_and_seen_from_another_year_its_year(
    on: date | None, day: str, moment: str
) -> None:
    early = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert (said_day(early, on=on), said_moment(early, on=on)) == (day, moment)
