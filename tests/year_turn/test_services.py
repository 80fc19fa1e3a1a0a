"""A turn from the draft to the deed and back; what stands in its way is said all at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from houqin.actors import Person
from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.people.models import SchoolClass
from houqin.people.roles import Role
from houqin.people.services import organisation
from houqin.places.models import Place
from houqin.places.services import seat_class
from houqin.spreadsheets.services.undoing import named_by_others
from houqin.year_turn.models import YearTurn
from houqin.year_turn.rules import NOBODY_MOVES
from houqin.year_turn.selectors import rehearsal, years_to_turn_into
from houqin.year_turn.services import (
    carry_out_turn,
    draft_turn,
    drop_turn,
    plan_turn,
    reread_turn,
    undo_turn,
)
from houqin.year_turn.states import LineAct, RoomWay, TurnState
from tests.factories import acting, person, school_class
from tests.places.factories import room
from tests.year_turn.factories import NOON, YEAR, junior_school, line, now, plan

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 24)

BEFORE = {
    "七（1）班": (7, 1, 2025, "班主任71", "701"),
    "七（2）班": (7, 2, 2025, "班主任72", "702"),
    "八（1）班": (8, 1, 2024, "班主任81", "801"),
    "八（2）班": (8, 2, 2024, "班主任82", "802"),
    "九（1）班": (9, 1, 2023, "班主任91", "901"),
    "九（2）班": (9, 2, 2023, "班主任92", "902"),
}


@pytest.fixture
def by() -> Person:
    return acting(person(Role.DIRECTOR))


def drafted(by: Person, **more: object) -> YearTurn:
    return draft_turn(**{"begins_in": YEAR, "leaving": [9], "by": by, **more})  # type: ignore[arg-type]


def problems(turn: YearTurn) -> list[str]:
    return list(rehearsal(turn, on=DAY).findings.problems)


def warnings(turn: YearTurn) -> list[str]:
    return list(rehearsal(turn, on=DAY).findings.warnings)


def test_a_draft_and_its_rehearsal_change_no_class(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    assert problems(turn) == []
    assert warnings(turn) == ["还有 2 个班没有定班主任，结转以后也可以补。"]
    assert now() == BEFORE


def test_a_year_into_which_every_class_came_already_is_not_turned_into(by: Person) -> None:
    junior_school()
    carry_out_turn(turn=drafted(by), at=NOON, by=by)
    YearTurn.objects.update(state=TurnState.UNDONE, undone_at=NOON)
    with pytest.raises(RuleBroken, match="各班已经是这个学年的样子"):
        drafted(by)


def test_the_year_that_runs_is_offered_only_while_classes_are_of_the_one_before(by: Person) -> None:
    junior_school()
    before = years_to_turn_into(DAY)
    carry_out_turn(turn=drafted(by), at=NOON, by=by)
    assert (before, years_to_turn_into(DAY)) == (([YEAR, YEAR + 1], YEAR), ([YEAR + 1], YEAR + 1))


def test_a_turn_in_which_nobody_moves_or_that_comes_early_is_worth_a_look(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    early = f"{turn.year_label}还早：结转后班级从当天起就是新学年的样子。现在可以先安排，放假以后再结转。"
    assert rehearsal(turn, on=date(2026, 6, 30)).findings.warnings[0] == early
    turn.lines.filter(act=LineAct.NEW).delete()
    turn.lines.update(act=LineAct.STAY)
    idle = rehearsal(turn, on=DAY)
    assert (idle.findings.warnings[0], idle.summary) == (
        NOBODY_MOVES, "没有班级升级、离校或新建：年级不变 6 个班。",
    )  # fmt: skip


def test_classes_move_up_with_their_rooms_and_new_ones_get_those_of_the_leaving(by: Person) -> None:
    junior_school()
    turn = carry_out_turn(turn=drafted(by), at=NOON, by=by)
    assert (turn.state, turn.done_on) == (TurnState.DONE, DAY)
    assert now() == {
        "七（1）班": (7, 1, 2026, "", "901"),
        "七（2）班": (7, 2, 2026, "", "902"),
        "八（1）班": (8, 1, 2025, "班主任71", "701"),
        "八（2）班": (8, 2, 2025, "班主任72", "702"),
        "九（1）班": (9, 1, 2024, "班主任81", "801"),
        "九（2）班": (9, 2, 2024, "班主任82", "802"),
    }


def test_every_class_can_take_the_room_of_the_grade_above(by: Person) -> None:
    """A chain of rooms in which nobody's next room is free before the one above has left it."""
    junior_school()
    carry_out_turn(turn=drafted(by, rooms=RoomWay.FOLLOW), at=NOON, by=by)
    assert {name: values[4] for name, values in now().items()} == {
        "七（1）班": "701", "七（2）班": "702", "八（1）班": "801", "八（2）班": "802", "九（1）班": "901",
        "九（2）班": "902",
    }  # fmt: skip


def test_leaving_classes_are_retired_and_keep_what_they_had(by: Person) -> None:
    school = junior_school()
    carry_out_turn(turn=drafted(by), at=NOON, by=by)
    left = SchoolClass.objects.get(pk=school.classes["九（1）班"].pk)
    assert (left.name, left.retired_on, left.room, left.head_teacher) == (
        "九（1）班", DAY, school.rooms["九（1）班"], school.teachers["九（1）班"],
    )  # fmt: skip


def test_two_classes_change_rooms_with_each_other(by: Person) -> None:
    school = junior_school()
    turn = drafted(by)
    plans = [
        plan(line(turn, "七（1）班"), room=school.rooms["七（2）班"]),
        plan(line(turn, "七（2）班"), room=school.rooms["七（1）班"]),
    ]
    plan_turn(turn=turn, plans=plans, by=by)
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert (now()["八（1）班"][4], now()["八（2）班"][4]) == ("702", "701")


def test_two_classes_change_numbers_with_each_other_on_the_way_up(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    plan_turn(
        turn=turn,
        plans=[plan(line(turn, "七（1）班"), number=2), plan(line(turn, "七（2）班"), number=1)],
        by=by,
    )
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert (now()["八（1）班"][3], now()["八（2）班"][3]) == ("班主任72", "班主任71")


def test_names_of_the_schools_own_stay_and_changed_ones_are_taken_as_typed(by: Person) -> None:
    junior_school()
    SchoolClass.objects.filter(name="七（1）班").update(name="火箭班")
    turn = drafted(by)
    plan_turn(turn=turn, plans=[plan(line(turn, "七（2）班"), name="钱学森班", number=5)], by=by)
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert (now()["火箭班"][:2], now()["钱学森班"][:2]) == ((8, 1), (8, 5))


def test_a_class_that_leaves_after_all_is_called_what_it_was(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    plan_turn(turn=turn, plans=[plan(line(turn, "八（2）班"), act=LineAct.LEAVE)], by=by)
    assert (line(turn, "八（2）班").name, line(turn, "八（2）班").grade) == ("八（2）班", 8)
    plan_turn(turn=turn, plans=[plan(line(turn, "八（2）班"), act=LineAct.UP)], by=by)
    assert (line(turn, "八（2）班").name, line(turn, "八（2）班").grade) == ("九（2）班", 9)


def test_more_new_classes_are_numbered_on(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    plan_turn(turn=turn, plans=[], more={7: 2}, by=by)
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert sorted(name for name, values in now().items() if values[0] == 7) == [
        "七（1）班", "七（2）班", "七（3）班", "七（4）班",
    ]  # fmt: skip


def test_a_class_that_somebody_turned_already_stays_as_it_is(by: Person) -> None:
    school = junior_school()
    SchoolClass.objects.filter(pk=school.classes["七（2）班"].pk).update(grade=8, number=3, name="八（3）班")
    turn = drafted(by)
    assert line(turn, "八（3）班").act == LineAct.STAY
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert now()["八（3）班"] == (8, 3, 2025, "班主任72", "702")


def test_six_graders_of_a_nine_year_school_go_on_into_the_next_stage(by: Person) -> None:
    for grade, name in ((5, "五（1）班"), (6, "六（1）班"), (7, "七（1）班")):
        school_class(grade, 1, name=name, entry_year=2020 if grade == 6 else 2021 if grade == 5 else 2025)
    carry_out_turn(turn=drafted(by), at=NOON, by=by)
    assert now() == {
        "五（1）班": (5, 1, 2022, "", ""),
        "六（1）班": (6, 1, 2021, "", ""),
        "七（1）班": (7, 1, 2026, "", ""),
        "八（1）班": (8, 1, 2025, "", ""),
    }


def test_everything_that_stands_in_the_way_is_said_at_once(by: Person) -> None:
    school = junior_school()
    turn = drafted(by)
    closed = room("303", retired_on=DAY)
    gone = person(name="已离职", is_active=False)
    plan_turn(
        turn=turn,
        plans=[
            plan(line(turn, "七（1）班"), room=school.rooms["七（2）班"]),
            plan(line(turn, "八（1）班"), number=2),
            plan(line(turn, "八（2）班"), room=closed),
            plan(line(turn, "七（2）班"), head_teacher=gone),
        ],
        by=by,
    )
    SchoolClass.objects.filter(pk=school.classes["八（2）班"].pk).update(version=9)
    organisation.retire_class(school_class=school.classes["九（1）班"], on=DAY, by=by)
    found = sorted(problems(turn))
    assert found == sorted(
        [
            "“九（1）班”在准备结转以后已停用，请点“重新读取班级”。",
            "“八（2）班”在准备结转以后被人改过，请点“重新读取班级”，再核对一遍。",
            "九年级 2 班有 2 个：九（2）班、九（2）班。请改班号或去向。",
            f"八（1）班、八（2）班都安排在“{school.rooms['七（2）班']}”，请给其中的班换教室。",
            f"九（2）班的教室“{closed}”已停用，请选在用的地方。",
            "八（2）班的班主任已离职账号已停用，请选在用的人员。",
        ]
    )
    with pytest.raises(RuleBroken, match=r"还不能结转：.*另有 1 处。"):
        carry_out_turn(turn=turn, at=NOON, by=by)
    assert "九（2）班" in now()


def test_a_teacher_of_two_classes_and_a_class_added_meanwhile_are_worth_a_look(by: Person) -> None:
    school = junior_school()
    turn = drafted(by)
    twice = school.teachers["七（1）班"]
    new = [plan(each, head_teacher=twice) for each in turn.lines.filter(act=LineAct.NEW)]
    plan_turn(turn=turn, plans=new, by=by)
    school_class(8, 7, name="八（7）班")
    assert warnings(turn) == [
        "准备结转以后新增的班级不在表里，会原样留下：八（7）班。要一起结转，请点“重新读取班级”。",
        "班主任71同时是七（1）班、七（2）班、八（1）班的班主任。",
        "还有 1 个班没有定班主任，结转以后也可以补。",
        "还有 1 个班没有定教室，结转以后也可以补。",
    ]


def test_reading_again_takes_edits_over_and_keeps_the_plan(by: Person) -> None:
    school = junior_school()
    turn = drafted(by)
    planned, typed = person(name="下学年班主任"), person(name="临时班主任")
    plan_turn(turn=turn, plans=[plan(line(turn, "七（1）班"), head_teacher=planned)], by=by)
    for name in ("七（1）班", "七（2）班"):
        edited = school.classes[name]
        organisation.update_class(
            school_class=edited, name=edited.name, grade=7, number=edited.number, entry_year=2025,
            head_teacher=typed, by=by,
        )  # fmt: skip
    organisation.retire_class(school_class=school.classes["八（2）班"], on=DAY, by=by)
    school_class(8, 7, name="八（7）班", entry_year=2024)
    reread_turn(turn=turn, by=by)
    assert problems(turn) == []
    carry_out_turn(turn=turn, at=NOON, by=by)
    assert now() == {
        "七（1）班": (7, 1, 2026, "", "901"),
        "七（2）班": (7, 2, 2026, "", "902"),
        "八（1）班": (8, 1, 2025, "下学年班主任", "701"),
        "八（2）班": (8, 2, 2025, "临时班主任", "702"),
        "九（1）班": (9, 1, 2024, "班主任81", "801"),
        "九（7）班": (9, 7, 2024, "", ""),
    }


def test_a_plan_that_was_changed_after_it_was_seen_is_not_carried_out(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    seen = turn.version
    plan_turn(turn=turn, plans=[plan(line(turn, "七（1）班"), number=3)], by=by)
    with pytest.raises(EditedMeanwhile):
        carry_out_turn(turn=turn, at=NOON, version=seen, by=by)


def test_of_two_who_plan_one_line_the_second_is_told(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    first, second = line(turn, "七（1）班"), line(turn, "七（1）班")
    plan_turn(turn=turn, plans=[plan(first, number=3)], by=by)
    with pytest.raises(RuleBroken, match="“七（1）班”这一行刚才被别人改过"):
        plan_turn(turn=turn, plans=[plan(second, number=4)], by=by)


def test_there_is_one_turn_a_school_year(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    drop_turn(turn=turn, by=by)
    again = drafted(by)
    carry_out_turn(turn=again, at=NOON, by=by)
    with pytest.raises(RuleBroken, match="这个学年已经在准备结转，或者已经结转"):
        drafted(by)


def test_a_turn_is_carried_out_once(by: Person) -> None:
    junior_school()
    turn = drafted(by)
    carry_out_turn(turn=turn, at=NOON, by=by)
    with pytest.raises(RuleBroken, match="“已结转”状态下不能结转"):
        carry_out_turn(turn=turn, at=NOON, by=by)


def test_the_last_grade_of_all_cannot_move_up(by: Person) -> None:
    school_class(12, 1, name="高三（1）班", entry_year=2023)
    turn = drafted(by, leaving=[])
    assert line(turn, "高三（1）班").act == LineAct.LEAVE
    with pytest.raises(RuleBroken, match="高三不能再升级"):
        plan_turn(turn=turn, plans=[plan(line(turn, "高三（1）班"), act=LineAct.UP)], by=by)


@pytest.mark.parametrize("rooms", [RoomWay.KEEP, RoomWay.FOLLOW])
def test_a_turn_taken_back_leaves_everything_as_it_was(by: Person, rooms: RoomWay) -> None:
    junior_school()
    turn = carry_out_turn(turn=drafted(by, rooms=rooms), at=NOON, by=by)
    turn = undo_turn(turn=turn, at=NOON + timedelta(hours=11), by=by)
    assert (turn.state, now()) == (TurnState.UNDONE, BEFORE)


def test_after_it_was_taken_back_the_year_can_be_turned_again(by: Person) -> None:
    junior_school()
    undo_turn(turn=carry_out_turn(turn=drafted(by), at=NOON, by=by), at=NOON, by=by)
    carry_out_turn(turn=drafted(by), at=NOON, by=by)
    assert now()["八（1）班"] == (8, 1, 2025, "班主任71", "701")


def test_a_turn_is_taken_back_on_its_own_day_only(by: Person) -> None:
    """Midnight of the school, which is four in the afternoon of the day before in London."""
    junior_school()
    turn = carry_out_turn(turn=drafted(by), at=NOON, by=by)
    with pytest.raises(RuleBroken, match="结转只能在当天撤销"):
        undo_turn(turn=turn, at=NOON + timedelta(hours=12), by=by)


DOORS = ("houqin.doorcode",)


def test_what_only_a_turn_taken_back_or_given_up_names_is_not_used(by: Person) -> None:
    junior_school()
    spare = room("备用教室")
    turn = drafted(by)
    new = turn.lines.get(act=LineAct.NEW, number=1)
    plan_turn(turn=turn, plans=[plan(new, room=spare)], by=by)
    said = [named_by_others(Place, [spare.pk], parts=DOORS)]
    turn = carry_out_turn(turn=YearTurn.objects.get(pk=turn.pk), at=NOON, by=by)
    said.append(named_by_others(Place, [spare.pk], parts=DOORS))
    undo_turn(turn=turn, at=NOON, by=by)
    assert [set(each) for each in said] == [{spare.pk}, {spare.pk}]
    assert named_by_others(Place, [spare.pk], parts=DOORS) == {}


def test_what_stands_in_the_way_of_taking_back_is_named(by: Person) -> None:
    school = junior_school()
    turn = carry_out_turn(turn=drafted(by, rooms=RoomWay.FOLLOW), at=NOON, by=by)
    changed = SchoolClass.objects.get(pk=school.classes["八（1）班"].pk)
    seat_class(school_class=changed, room=room("体育馆"), by=by)
    school_class(9, 1 + 8, name="九（9）班", room=school.rooms["九（1）班"])
    with pytest.raises(RuleBroken) as refusal:
        undo_turn(turn=turn, at=NOON, by=by)
    assert refusal.value.message == (
        "不能撤销，没有改动任何班级：“九（1）班”结转以后有人改过；"
        f"九（1）班、九（9）班都安排在“{school.rooms['九（1）班']}”，请给其中的班换教室。"
    )
    assert now()["八（1）班"][3] == "班主任71"


def test_only_who_keeps_the_classes_turns_the_year(by: Person) -> None:
    junior_school()
    turn, teacher = drafted(by), acting(person(Role.TEACHER))
    for act in (
        lambda: draft_turn(begins_in=2027, leaving=[9], by=teacher),
        lambda: plan_turn(turn=turn, plans=[], by=teacher),
        lambda: reread_turn(turn=turn, by=teacher),
        lambda: carry_out_turn(turn=turn, at=NOON, by=teacher),
        lambda: undo_turn(turn=turn, at=NOON, by=teacher),
        lambda: drop_turn(turn=turn, by=teacher),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_school_without_classes_has_nothing_to_turn(by: Person) -> None:
    with pytest.raises(RuleBroken, match="还没有在用的班级"):
        drafted(by)
