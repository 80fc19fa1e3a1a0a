"""The plan's period comes from its title and the order of its months, never from a month alone."""

from __future__ import annotations

import pytest

from calendar_plans.reading.period import period_of


@pytest.mark.parametrize(
    ("title", "months", "kind"),
    [
        ("某校后勤工作计划", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1], "年度"),
        ("某校后勤工作计划", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "年度"),
        ("某校后勤工作计划", [8, 9, 10, 11, 12, 1], "学期"),
        ("某校后勤工作计划", [9, 10, 11, 12, 1], "学期"),
        ("某校后勤工作计划", [2, 3, 4, 5, 6, 7], "学期"),
        ("某校后勤工作计划", [2, 3, 4, 5, 6, 7, 8], "学期"),
        ("某校后勤工作计划", [9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7], "学年"),
        ("某校2023—2024学年度后勤工作计划", [8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7], "学年"),
        ("某校2023—2024学年度第一学期计划", [], "学期"),
        ("某校2023—2024学年度计划", [], "学年"),
        ("某校2024年度计划", [], "年度"),
        ("某校2024年上半年计划", [], None),
        ("某校后勤工作计划", [], None),
        ("某校后勤工作计划", [10], None),
        ("某校2025年后勤工作计划", [1, 2, 3, 4, 5, 6], "年度"),
        ("某校后勤工作计划", [1, 2, 3, 4, 5, 6], "学期"),
        ("某校2025年3月份后勤工作计划", [3], None),
        ("某校后勤工作计划（2024.9-2025.7）", [], "学年"),
        ("某校2024年9月-2025年1月后勤工作计划", [], "学期"),
    ],
)
def test_the_kind_of_period(title: str, months: list[int], kind: str | None) -> None:
    assert period_of(title, [(month,) for month in months]).kind == kind


@pytest.mark.parametrize(
    ("title", "months", "year"),
    [
        ("某校2024年后勤工作计划", [2, 3, 12, 1], 2024),
        ("某校2024—2025学年第一学期计划", [8, 9, 1], 2024),
        ("某校2024—2025学年第二学期计划", [2, 3, 6], 2025),
        ("某校二〇二四年计划", [2, 3], 2024),
        ("某校20XX年计划", [2, 3], None),
    ],
)
def test_the_year_of_the_first_month(title: str, months: list[int], year: int | None) -> None:
    assert period_of(title, [(month,) for month in months]).first_year == year


def test_a_title_may_name_the_months_itself() -> None:
    assert period_of("某校计划(2024.9-2025.1)", []).months == (9, 10, 11, 12, 1)
    assert period_of("某校计划(2024.9-2025.1)", [(9,), (10,)]).months == (9, 10)
    assert period_of("某校计划(2024.99-2025.1)", []).months == ()


def test_months_count_years_on_at_new_year() -> None:
    period = period_of("某校后勤工作计划", [(8,), (9, 10), (11, 12), (1,)])
    assert period.year_months(2024) == [
        (2024, 8), (2024, 9), (2024, 10), (2024, 11), (2024, 12), (2025, 1),
    ]  # fmt: skip
