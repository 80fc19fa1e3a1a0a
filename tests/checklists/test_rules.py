"""How an item is answered and a check scored: 得分 ÷ 应得 × 100, N/A left out, ★ decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from houqin.checklists.models import ChecklistEdition, ChecklistItem
from houqin.checklists.rules import Answered, Given, answered, scored
from houqin.checklists.states import Grade, ItemKind, Origin, Verdict
from houqin.errors import RuleBroken

EDITION = ChecklistEdition()


def item(kind: str = ItemKind.YES_NO, **facts: Any) -> ChecklistItem:
    return ChecklistItem(text="门窗", kind=kind, **facts)


def answer(verdict: Verdict, points: int = 10, *, is_key: bool = False) -> Answered:
    return Answered(item(points=Decimal(points), is_key=is_key), verdict, Origin.BY_HAND)


def test_one_tap_answers_what_is_a_plain_yes() -> None:
    found = answered(item(), None, all_fine=True)
    assert (found.verdict, found.origin) == (Verdict.GOOD, Origin.ALL_FINE)


@pytest.mark.parametrize("kind", [ItemKind.NUMBER, ItemKind.CHOICE, ItemKind.TEXT, ItemKind.PHOTO])
def test_one_tap_never_invents_a_value(kind: str) -> None:
    asked = item(kind, choices=["好", "差"] if kind == ItemKind.CHOICE else [])
    for nothing in (None, Given(asked)):
        with pytest.raises(RuleBroken):
            answered(asked, nothing, all_fine=True)


@pytest.mark.parametrize("kind", [ItemKind.TEXT, ItemKind.PHOTO])
def test_one_tap_says_that_there_is_no_remark_and_no_photo_where_there_may_be_none(kind: str) -> None:
    asked = item(kind, may_be_na=True)
    found = answered(asked, None, all_fine=True)
    assert (found.verdict, found.origin) == (Verdict.NA, Origin.ALL_FINE)
    with pytest.raises(RuleBroken, match="逐项填写"):
        answered(asked, None, all_fine=False)


@pytest.mark.parametrize("kind", [ItemKind.NUMBER, ItemKind.CHOICE])
def test_one_tap_leaves_out_no_number_and_no_choice(kind: str) -> None:
    with pytest.raises(RuleBroken, match="逐项填写"):
        answered(item(kind, may_be_na=True), None, all_fine=True)


def test_without_the_tap_every_item_is_asked_for() -> None:
    with pytest.raises(RuleBroken, match="还没有填") as refusal:
        answered(item(public_id="ABC"), None, all_fine=False)
    assert refusal.value.field == "item-ABC"


def test_what_was_touched_by_hand_is_kept_as_entered_by_hand() -> None:
    asked = item()
    found = answered(asked, Given(asked, verdict=Verdict.GOOD), all_fine=True)
    assert found.origin == Origin.BY_HAND


def test_a_failure_says_what_is_wrong_or_shows_it() -> None:
    asked = item()
    with pytest.raises(RuleBroken, match="写明问题或拍一张照片"):
        answered(asked, Given(asked, verdict=Verdict.FAILED), all_fine=True)
    assert answered(asked, Given(asked, verdict=Verdict.FAILED, later=1), all_fine=True).photos == 1


def test_a_problem_without_a_verdict_is_not_taken_for_fine() -> None:
    asked = item()
    with pytest.raises(RuleBroken, match="再选合格还是不合格"):
        answered(asked, Given(asked, note="玻璃裂了"), all_fine=True)


def test_what_always_applies_cannot_be_left_out() -> None:
    asked = item()
    with pytest.raises(RuleBroken, match="不能选“不适用”"):
        answered(asked, Given(asked, verdict=Verdict.NA), all_fine=True)


@pytest.mark.parametrize(
    ("number", "verdict"),
    [("-0.01", "failed"), ("0", "good"), ("8", "good"), ("8.01", "failed")],
)
def test_a_number_is_good_within_its_limits_both_included(number: str, verdict: str) -> None:
    asked = item(ItemKind.NUMBER, least=Decimal(0), most=Decimal(8))
    found = answered(asked, Given(asked, number=Decimal(number)), all_fine=False)
    assert found.verdict == verdict


def test_a_choice_is_good_when_it_is_a_passing_one() -> None:
    asked = item(ItemKind.CHOICE, choices=["好", "一般", "差"], passing=["好", "一般"])
    found = [answered(asked, Given(asked, text=text), all_fine=False).verdict for text in asked.choices]
    assert found == [Verdict.GOOD, Verdict.GOOD, Verdict.FAILED]
    with pytest.raises(RuleBroken, match="请选一项"):
        answered(asked, Given(asked, text="很好"), all_fine=False)


def test_what_does_not_apply_is_left_out_of_both_sides() -> None:
    found = scored([answer(Verdict.GOOD, 10), answer(Verdict.FAILED, 5), answer(Verdict.NA, 85)], EDITION)
    assert (found.earned, found.due, found.percent) == (10, 15, Decimal("66.7"))


@pytest.mark.parametrize(
    ("good", "grade"), [(100, "excellent"), (90, "excellent"), (89, "good"), (75, "good"), (74, "passing"),
                        (60, "passing"), (59, "failing"), (0, "failing")],
)  # fmt: skip
def test_the_grade_is_drawn_by_the_editions_own_lines(good: int, grade: str) -> None:
    found = scored([answer(Verdict.GOOD, good), answer(Verdict.FAILED, 100 - good)], EDITION)
    assert found.grade == grade


def test_a_failed_key_item_decides_whatever_the_score() -> None:
    found = scored([answer(Verdict.GOOD, 99), answer(Verdict.FAILED, 1, is_key=True)], EDITION)
    assert (found.percent, found.grade, found.failed_key) == (99, Grade.FAILING, 1)


def test_a_list_without_points_passes_or_fails() -> None:
    assert scored([answer(Verdict.GOOD, 0)], EDITION).grade == Grade.PASSING
    found = scored([answer(Verdict.GOOD, 0), answer(Verdict.FAILED, 0)], EDITION)
    assert (found.percent, found.grade) == (None, Grade.FAILING)


def test_where_nothing_applies_there_is_no_score() -> None:
    assert scored([answer(Verdict.NA, 10)], EDITION).percent is None


@examples(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.integers(0, 1_000), st.booleans())))
def test_no_score_lies_outside_0_and_100_and_n_a_never_moves_it(
    rows: list[tuple[Verdict, int, bool]],
) -> None:
    answers = [answer(verdict, points, is_key=is_key) for verdict, points, is_key in rows]
    found = scored(answers, EDITION)
    assert found.percent is None or 0 <= found.percent <= 100
    more = scored([*answers, answer(Verdict.NA, 500)], EDITION)
    assert (more.percent, more.grade) == (found.percent, found.grade)
