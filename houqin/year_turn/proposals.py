"""What a turn proposes for each class before anybody has thought about it; pure, no queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from houqin.people.class_names import (
    FIRST_OF_STAGE,
    LAST_GRADE,
    SCHOOL_YEAR_BEGINS,
    ClassName,
    class_name,
    entry_year_of,
    turned,
)
from houqin.people.models import SchoolClass
from houqin.year_turn.models import TurnLine
from houqin.year_turn.states import LineAct, RoomWay


def year_of(on: date) -> int:
    """In which year the school year of the day `on` began."""
    return on.year if on.month >= SCHOOL_YEAR_BEGINS else on.year - 1


def last_grades(grades: Iterable[int]) -> list[int]:
    """The last grade of each stage (小学, 初中, 高中) that the school has."""
    return sorted(max(of_stage) for of_stage in _by_stage(grades).values())


def first_grades(grades: Iterable[int]) -> set[int]:
    """The first grade of each stage that the school has."""
    return {min(of_stage) for of_stage in _by_stage(grades).values()}


def _by_stage(grades: Iterable[int]) -> dict[int, set[int]]:
    stages: dict[int, set[int]] = {}
    for grade in grades:
        stages.setdefault(_stage(grade), set()).add(grade)
    return stages


def entry_year_in(grade: int, begins_in: int) -> int:
    """In which year those entered their stage who are in `grade` in the school year of `begins_in`."""
    return entry_year_of(grade, date(begins_in, SCHOOL_YEAR_BEGINS, 1))


def is_turned_already(school_class: SchoolClass, begins_in: int) -> bool:
    """Whether grade and year of entry of a class are those of the new school year: somebody saw to it."""
    return school_class.entry_year == entry_year_in(school_class.grade, begins_in)


def read(line: TurnLine, school_class: SchoolClass) -> None:
    """Set the `old_` values of `line` to what `school_class` is now. Nothing is saved."""
    line.school_class = school_class
    line.old_grade, line.old_number = school_class.grade, school_class.number
    line.old_name, line.old_entry_year = school_class.name, school_class.entry_year
    line.old_head_teacher_id, line.old_room_id = school_class.head_teacher_id, school_class.room_id
    line.old_version = school_class.version


def take(line: TurnLine, act: str, begins_in: int) -> None:
    """Set what follows from `act`: grade, year of entry, and the name where it says either.

    Number, 班主任 and room are left to whoever plans. A class that crosses into the next stage enters it.
    """
    before = ClassName(line.grade, line.number, line.entry_year)
    line.act = act
    if line.old_grade is None or line.old_entry_year is None:
        return
    line.grade = min(line.old_grade + (act == LineAct.UP), LAST_GRADE)
    line.entry_year = line.old_entry_year
    if act == LineAct.UP and line.entry_year == entry_year_in(line.old_grade, begins_in - 1):
        line.entry_year = entry_year_in(line.grade, begins_in)
    line.name = turned(line.name, before, ClassName(line.grade, line.number, line.entry_year))


def line_for(school_class: SchoolClass, *, begins_in: int, leaving: Collection[int]) -> TurnLine:
    """The line of a class: it leaves, goes up, or stays because somebody turned it already."""
    line = TurnLine()
    read(line, school_class)
    line.grade, line.number, line.name = school_class.grade, school_class.number, school_class.name
    line.entry_year = school_class.entry_year
    line.head_teacher_id, line.room_id = school_class.head_teacher_id, school_class.room_id
    if is_turned_already(school_class, begins_in):
        act = LineAct.STAY
    elif school_class.grade in leaving or school_class.grade == LAST_GRADE:
        act = LineAct.LEAVE
    else:
        act = LineAct.UP
    take(line, act, begins_in)
    return line


def new_line(grade: int, number: int, begins_in: int, *, like: TurnLine | None = None) -> TurnLine:
    """A new class, named in the style of the class that had its grade and number."""
    entry_year = entry_year_in(grade, begins_in)
    name = class_name(grade, number)
    if like is not None:
        old = ClassName(like.old_grade, like.old_number, like.old_entry_year)
        styled = turned(like.old_name, old, ClassName(grade, number, entry_year))
        is_of_pattern = (
            turned(like.old_name, old, ClassName(grade, number + 1, entry_year + 1)) != like.old_name
        )
        name = styled if is_of_pattern else name
    return TurnLine(act=LineAct.NEW, grade=grade, number=number, name=name, entry_year=entry_year)


def propose(
    classes: Sequence[SchoolClass], *, begins_in: int, leaving: Collection[int], rooms: str
) -> list[TurnLine]:
    """Lines for `classes`, and for as many new ones as leave the first grade of each stage.

    Where classes of the stage before move up into it (九年一贯), there are no new ones.
    """
    lines = [line_for(each, begins_in=begins_in, leaving=leaving) for each in classes]
    entered = {line.grade for line in lines if line.act == LineAct.UP}
    first = first_grades(each.grade for each in classes)
    taken = {(line.grade, line.number) for line in lines if line.act in {LineAct.UP, LineAct.STAY}}
    new = [
        new_line(line.old_grade, line.old_number, begins_in, like=line)
        for line in lines
        if line.act in {LineAct.UP, LineAct.LEAVE}
        and line.old_grade is not None
        and line.old_number is not None
        and line.old_grade in first - entered
        and (line.old_grade, line.old_number) not in taken
    ]
    if rooms == RoomWay.FOLLOW:
        _follow(lines, new)
    else:
        _keep(lines, new)
    return [*lines, *new]


def _keep(lines: Sequence[TurnLine], new: Sequence[TurnLine]) -> None:
    """New classes get the rooms that the leaving ones of their stage give up, in the order of numbers."""
    free: dict[int, list[int]] = {}
    for line in sorted(lines, key=lambda each: (each.old_grade or 0, each.old_number or 0)):
        if line.act == LineAct.LEAVE and line.old_room_id is not None:
            free.setdefault(_stage(line.old_grade or 1), []).append(line.old_room_id)
    for line in sorted(new, key=lambda each: (each.grade, each.number)):
        rooms = free.get(_stage(line.grade), [])
        line.room_id = rooms.pop(0) if rooms else None


def _follow(lines: Sequence[TurnLine], new: Sequence[TurnLine]) -> None:
    """Who comes into a grade and number gets the room of who had them.

    Who finds nobody there keeps his own room, unless somebody comes into it.
    """
    moving = [line for line in lines if line.act in {LineAct.UP, LineAct.LEAVE}]
    sat = {(line.old_grade, line.old_number): line.old_room_id for line in moving}
    coming = [*(line for line in moving if line.act == LineAct.UP), *new]
    claimed = {sat[line.grade, line.number] for line in coming if (line.grade, line.number) in sat}
    for line in coming:
        if (line.grade, line.number) in sat:
            line.room_id = sat[line.grade, line.number]
        elif line.room_id in claimed:
            line.room_id = None


def _stage(grade: int) -> int:
    return next(first for first in FIRST_OF_STAGE if grade >= first)
