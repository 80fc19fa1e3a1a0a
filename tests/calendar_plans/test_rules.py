"""Pure decisions: a guessed category, a time limit, a span."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_plans.rules import can_be_due, can_span, guess_category

WORDS = ((1, ("维修", "检修")), (2, ("食堂", "食品")), (3, ("安全",)))


@pytest.mark.parametrize(
    ("content", "category"),
    [
        ("检修教室门窗", 1),
        ("食堂食品安全大检查", 2),
        ("检修食堂", 1),
        ("迎接上级来校调研", None),
    ],
)
def test_the_category_with_most_words_in_the_text_is_guessed(content: str, category: int | None) -> None:
    assert guess_category(content, WORDS) == category


@pytest.mark.parametrize(
    ("due_on", "ok"),
    [
        (None, True),
        (date(2026, 7, 1), True),
        (date(2026, 6, 30), False),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
    ],
)
def test_a_time_limit_lies_in_the_items_months_or_the_one_before(due_on: date | None, ok: bool) -> None:
    assert can_be_due(date(2026, 8, 1), date(2026, 9, 1), due_on).ok is ok


def test_a_plan_of_thirteen_months_is_refused_with_its_length() -> None:
    decision = can_span(date(2026, 1, 1), date(2027, 1, 1))
    assert (decision.ok, decision.reason) == (
        False,
        "一份计划最长 12 个月，现在是 13 个月。请缩短，或分成两份。",
    )
