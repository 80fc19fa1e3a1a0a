"""What a turn proposes before anybody has thought about it; no database."""

from __future__ import annotations

import pytest

from houqin.people.models import SchoolClass
from houqin.year_turn.proposals import last_grades, propose
from houqin.year_turn.states import LineAct, RoomWay


def a_class(grade: int, number: int, room: int | None = None, **fields: object) -> SchoolClass:
    """A class of the school year 2025, unsaved; its room is the place of that key."""
    first = 10 if grade > 9 else 7 if grade > 6 else 1
    fields = {"entry_year": 2025 - (grade - first), "name": f"{grade}{number:02}班"} | fields
    return SchoolClass(pk=grade * 100 + number, grade=grade, number=number, room_id=room, **fields)


def proposed(
    *classes: SchoolClass, rooms: str = RoomWay.KEEP, leaving: tuple[int, ...] = (9,)
) -> list[tuple]:
    """Act, name and room of every line."""
    lines = propose(classes, begins_in=2026, leaving=leaving, rooms=rooms)
    return [(line.act, line.old_name, line.name, line.room_id) for line in lines]


@pytest.mark.parametrize(
    ("grades", "last"),
    [([1, 2, 3, 4, 5, 6], [6]), ([7, 8, 9], [9]), (list(range(1, 10)), [6, 9]), ([1, 2, 3, 4, 5], [5]),
     ([7, 8, 9, 10, 11, 12], [9, 12]), ([], [])],
)  # fmt: skip
def test_the_last_grade_of_each_stage_leaves(grades: list[int], last: list[int]) -> None:
    assert last_grades(grades) == last


def test_rooms_of_leaving_classes_go_to_the_new_ones() -> None:
    assert proposed(a_class(7, 1, 71), a_class(8, 1, 81), a_class(9, 1, 91)) == [
        (LineAct.UP, "701班", "801班", 71),
        (LineAct.UP, "801班", "901班", 81),
        (LineAct.LEAVE, "901班", "901班", 91),
        (LineAct.NEW, "", "701班", 91),
    ]


def test_rooms_of_the_grade_above_are_taken_over_where_there_was_a_class() -> None:
    """八（2）班 comes where nobody was, and its own room is taken by 七（2）班: it waits for one."""
    classes = (a_class(7, 1, 71), a_class(7, 2, 72), a_class(8, 1, 81), a_class(8, 2, 82), a_class(9, 1, 91))
    assert proposed(*classes, rooms=RoomWay.FOLLOW) == [
        (LineAct.UP, "701班", "801班", 81),
        (LineAct.UP, "702班", "802班", 82),
        (LineAct.UP, "801班", "901班", 91),
        (LineAct.UP, "802班", "902班", None),
        (LineAct.LEAVE, "901班", "901班", 91),
        (LineAct.NEW, "", "701班", 71),
        (LineAct.NEW, "", "702班", 72),
    ]


def test_a_nine_year_school_whose_six_graders_stay_gets_no_new_seventh_grade() -> None:
    acts = proposed(a_class(1, 1), a_class(6, 1), a_class(7, 1), a_class(9, 1))
    assert [each[:3] for each in acts] == [
        (LineAct.UP, "101班", "201班"),
        (LineAct.UP, "601班", "701班"),
        (LineAct.UP, "701班", "801班"),
        (LineAct.LEAVE, "901班", "901班"),
        (LineAct.NEW, "", "101班"),
    ]


def test_new_classes_are_named_like_those_before_them() -> None:
    by_year = a_class(7, 2, name="2025级2班")
    own = a_class(7, 3, name="火箭班")
    assert [each[2] for each in proposed(by_year, own)] == ["2025级2班", "火箭班", "2026级2班", "七（3）班"]


def test_a_class_that_was_turned_by_hand_stays_and_keeps_its_number() -> None:
    """One of the new year's seventh grade is there already: only the other place is filled."""
    there = a_class(7, 1, 99, entry_year=2026, name="七（1）班")
    assert proposed(there, a_class(7, 2, 72)) == [
        (LineAct.STAY, "七（1）班", "七（1）班", 99),
        (LineAct.UP, "702班", "802班", 72),
        (LineAct.NEW, "", "702班", None),
    ]
