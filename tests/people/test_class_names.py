"""The name of a class one year later: in the style in which the school writes it."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.people.class_hands import Known, common_hand, name_in, names
from houqin.people.class_names import (
    ClassName,
    class_name,
    grade_entered,
    grade_label,
    grade_leaving,
    read_entry_year,
    turned,
)


@pytest.mark.parametrize(
    ("name", "old", "new", "later"),
    [
        ("七（3）班", (7, 3, 2025), (8, 3, 2025), "八（3）班"),
        ("七(3)班", (7, 3, 2025), (8, 3, 2025), "八(3)班"),
        ("703班", (7, 3, 2025), (8, 3, 2025), "803班"),
        ("初一（3）班", (7, 3, 2025), (8, 3, 2025), "初二（3）班"),
        ("初三1班", (9, 1, 2023), (10, 1, 2026), "高一1班"),
        ("七三班", (7, 3, 2025), (8, 3, 2025), "八三班"),
        ("三（3）班", (3, 3, 2023), (4, 3, 2023), "四（3）班"),
        ("十(10)班", (10, 10, 2025), (11, 10, 2025), "十一(10)班"),
        ("909", (9, 9, 2023), (10, 9, 2026), "1009"),
        ("七年级3班", (7, 3, 2025), (8, 5, 2025), "八年级5班"),
        ("2024级3班", (7, 3, 2024), (8, 3, 2024), "2024级3班"),
        ("2024级3班", (7, 3, 2024), (7, 3, 2025), "2025级3班"),
        ("2028届3班", (7, 3, 2025), (8, 4, 2025), "2028届4班"),
        ("2028届3班", (7, 3, 2025), (7, 3, 2026), "2029届3班"),
        ("2026届3班", (6, 3, 2020), (7, 3, 2026), "2029届3班"),
        ("2025届3班", (6, 3, 2020), (7, 4, 2026), "2025届3班"),
        ("火箭班", (7, 3, 2025), (8, 3, 2025), "火箭班"),
        ("六（3）班", (7, 3, 2025), (8, 3, 2025), "六（3）班"),
    ],
)
def test_a_name_follows_the_grade_in_its_own_style(
    name: str, old: tuple[int, int, int], new: tuple[int, int, int], later: str
) -> None:
    assert turned(name, ClassName(*old), ClassName(*new)) == later


def test_class_names_are_written_for_every_grade() -> None:
    assert [class_name(grade, 1) for grade in (1, 10, 12)] == ["一（1）班", "高一（1）班", "高三（1）班"]


def test_a_grade_is_called_as_the_school_calls_it() -> None:
    assert [grade_label(grade) for grade in (1, 6, 7, 9, 10, 12)] == [
        "一年级", "六年级", "七年级", "九年级", "高一", "高三",
    ]  # fmt: skip


ONE, TWELVE, OLD, SENIOR = Known(7, 1, 2026), Known(8, 12, 2025), Known(9, 3, 2024), Known(10, 2, 2026)


@pytest.mark.parametrize(
    ("one", "twelve", "senior", "old"),
    [
        ("七（1）班", "八（12）班", "高一（2）班", "九（3）班"),
        ("七(1)班", "八(12)班", "高一(2)班", "九(3)班"),
        ("七(1)班", "八(12)班", "十(2)班", "九(3)班"),
        ("701班", "812班", "1002班", "903班"),
        ("7.1", "8.12", "10.2", "9.3"),
        ("初一1班", "初二12班", "高一2班", "初三3班"),
        ("七年级一班", "八年级十二班", "高一年级二班", "九年级三班"),
        ("2026级（1）班", "2025级（12）班", "2026级（2）班", "2024级（3）班"),
        ("2029届（1）班", "2028届（12）班", "2029届（2）班", "2027届（3）班"),
        # Of several hands.
        ("七1", "八12班", "高一（2）班", "九（3）班"),
        ("七1", "初二12", "1002", "九（3）班"),
        ("七（1）班", "八(12)班", "高一（2）班", "九（3）班"),
    ],
)
def test_one_hand_that_writes_every_class_writes_the_next_and_else_the_house_does(
    one: str, twelve: str, senior: str, old: str
) -> None:
    hand = common_hand([(one, ONE), (twelve, TWELVE), (senior, SENIOR)])
    assert name_in(hand, OLD) == old


def test_a_school_that_counts_to_nine_goes_on_with_the_senior_grades() -> None:
    assert name_in(common_hand([("七（1）班", ONE)]), SENIOR) == "高一（2）班"


@pytest.mark.parametrize(
    ("name", "is_named"),
    [
        ("九（3）班", True), ("2024级3班", True), ("3班", False), ("2025级3班", False), ("2024级4班", False),
        ("八（3）班", False), ("火箭班", False),
    ],
)  # fmt: skip
def test_a_name_that_says_another_grade_number_or_year_is_not_the_class(name: str, is_named: bool) -> None:
    assert names(name, OLD) == is_named


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024", 2024), ("2024级", 2024), ("2024年9月", 2024), ("2024.9", 2024), ("202409", 2024),
        ("24年9月", 2024), ("24级", 2024), ("2024-09-01", 2024), ("2024年秋季", 2024), ("24", None),
        ("七年级", None), ("2024届", None), ("24届", None),
    ],
)  # fmt: skip
def test_the_year_of_entry_is_read_out_of_what_offices_write(text: str, year: int | None) -> None:
    assert read_entry_year(text) == year


@pytest.mark.parametrize(
    ("year", "beside", "grade"),
    [
        (2026, {7}, 7), (2024, {7, 8}, 9), (2024, {1, 2}, 3), (2025, {10}, 11), (2021, {1}, 6),
        (2023, {7}, None), (2027, {7}, None), (2026, {6, 7}, None), (2021, {6, 7}, 6), (2026, set(), None),
    ],
)  # fmt: skip
def test_a_year_of_entry_is_a_grade_where_the_other_classes_leave_one(
    year: int, beside: set[int], grade: int | None
) -> None:
    assert grade_entered(year, date(2026, 11, 28), beside) == grade


def test_until_the_end_of_july_a_year_of_entry_is_the_grade_of_the_old_school_year() -> None:
    assert [grade_entered(2026, day, {7}) for day in (date(2027, 7, 31), date(2027, 8, 1))] == [7, 8]


@pytest.mark.parametrize(
    ("year", "beside", "grade"),
    [
        (2024, {1, 6}, 6), (2026, {6}, 4), (2029, {6}, 1), (2024, {7}, 9), (2026, {8}, 7), (2025, {10}, 11),
        # Left already, not there yet, of a stage of five grades or six, of either of two stages, of none.
        (2023, {6}, None), (2030, {6}, None), (2024, {1, 5}, None), (2024, {6, 7}, None),
        (2024, {5, 7}, None), (2024, set(), None), (2028, {6, 7}, 2),
    ],
)  # fmt: skip
def test_a_year_of_leaving_is_a_grade_where_the_other_classes_leave_one(
    year: int, beside: set[int], grade: int | None
) -> None:
    """In the school year 2023/24, from its first day to its last."""
    on = (date(2023, 8, 1), date(2024, 7, 31))
    assert [grade_leaving(year, day, beside) for day in on] == [grade, grade]
