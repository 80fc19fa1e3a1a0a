"""A turn begins with a line for every class in use, and may end before anything came of it."""

from __future__ import annotations

from collections.abc import Collection

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import SchoolClass
from houqin.saving import insert_all_or_refuse, save_or_refuse
from houqin.states import move
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.proposals import is_turned_already, line_for, propose, read, take
from houqin.year_turn.rules import can_plan
from houqin.year_turn.states import MANAGE, LineAct, RoomWay

TAKEN = {"one_turn_per_school_year": ("这个学年已经在准备结转，或者已经结转。请打开那一次。", "begins_in")}


def draft_turn(
    *, begins_in: int, leaving: Collection[int], rooms: str = RoomWay.KEEP, note: str = "", by: Actor
) -> YearTurn:
    """Prepare the turn into the school year that begins in the year `begins_in`; no class is changed yet.

    `leaving` are the grades that leave school; `rooms` says how rooms are proposed (`RoomWay`); `note` on
    what ground. A class whose grade and year of entry are those of the new year is proposed to stay. Raises
    `NotAllowed`; `RuleBroken` without classes, when every class is of that year, or when there is a turn into
    it already.
    """
    require(by, MANAGE)
    classes = list(SchoolClass.objects.filter(retired_on=None))
    if not classes:
        raise RuleBroken("还没有在用的班级，先新增或导入班级。")
    turn = YearTurn(begins_in=begins_in, note=note.strip())
    turn.set_maker(by)
    save_or_refuse(turn, TAKEN)
    if all(is_turned_already(each, begins_in) for each in classes):
        raise RuleBroken("各班已经是这个学年的样子，不用结转。请选下一学年。", field="begins_in")
    lines = propose(classes, begins_in=begins_in, leaving=leaving, rooms=rooms)
    _insert(turn, lines, by)
    return turn


def reread_turn(*, turn: YearTurn, by: Actor) -> YearTurn:
    """Read the classes anew, because somebody changed them; what was planned stays.

    Where nothing else was planned, the plan follows the change; classes that were added since get their
    lines, retired ones are left alone. Raises `NotAllowed`, and `RuleBroken` for a turn that is done.
    """
    require(by, MANAGE, turn)
    turn = lock(turn)
    can_plan(turn.state).require()
    lines = {line.school_class_id: line for line in turn.lines.all()}
    last = {line.old_grade for line in lines.values() if line.act == LineAct.LEAVE and line.old_grade}
    for school_class in SchoolClass.objects.filter(pk__in=[key for key in lines if key is not None]):
        _follow(lines[school_class.pk], school_class, turn.begins_in)
    added = SchoolClass.objects.filter(retired_on=None).exclude(pk__in=[key for key in lines if key])
    _insert(turn, [line_for(each, begins_in=turn.begins_in, leaving=last) for each in added], by)
    turn.save(update_fields=[])
    return turn


def drop_turn(*, turn: YearTurn, by: Actor) -> YearTurn:
    """Give a turn up before it was carried out. Raises `NotAllowed`, `RuleBroken` when it is done."""
    require(by, MANAGE, turn)
    turn = lock(turn)
    move(turn, "drop", by=by)
    return turn


def _follow(line: TurnLine, school_class: SchoolClass, begins_in: int) -> None:
    """Let `line` know what its class is now."""
    if school_class.retired_on is not None:
        line.act = LineAct.SKIP
        line.save(update_fields=["act"])
        return
    if school_class.version == line.old_version:
        return
    was = (line.old_number, line.old_name, line.old_head_teacher_id, line.old_room_id)
    is_as_it_was = line.act in {LineAct.LEAVE, LineAct.STAY, LineAct.SKIP} or line.name == line.old_name
    read(line, school_class)
    if line.number == was[0]:
        line.number = school_class.number
    if line.head_teacher_id == was[2]:
        line.head_teacher_id = school_class.head_teacher_id
    if line.room_id == was[3]:
        line.room_id = school_class.room_id
    if is_as_it_was or school_class.name != was[1]:
        line.name = school_class.name
        line.grade, line.entry_year = school_class.grade, school_class.entry_year
    take(line, line.act, begins_in)
    line.save()


def _insert(turn: YearTurn, lines: Collection[TurnLine], by: Actor) -> None:
    for line in lines:
        line.turn = turn
        line.set_maker(by)
    insert_all_or_refuse(list(lines), {})
