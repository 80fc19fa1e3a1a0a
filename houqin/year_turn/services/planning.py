"""What becomes of each class is planned in one table; clashes may be saved, the rehearsal names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.people.access import require
from houqin.people.class_names import ClassName, turned
from houqin.people.models import User
from houqin.places.models import Place
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.proposals import new_line, take
from houqin.year_turn.rules import can_become, can_plan
from houqin.year_turn.states import MANAGE, LineAct

MOST_NEW = 40
EDITED = "“{name}”这一行刚才被别人改过，没有保存。请重新打开这一页，看过新的安排再填。"


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What is planned for one line, which had `version` when it was shown."""

    line: TurnLine
    version: int
    act: str
    number: int
    name: str
    head_teacher: User | None = None
    room: Place | None = None


def plan_turn(
    *, turn: YearTurn, plans: Sequence[LinePlan], more: Mapping[int, int] | None = None, by: Actor
) -> YearTurn:
    """Plan lines of `turn`, all or none; `more` adds so many new classes to a grade, numbered on.

    A name that was left as it stood follows the grade and number where it says them. Raises `NotAllowed`;
    `RuleBroken` for a turn that is not being prepared, for an act that a class cannot take, and for a line
    that somebody saved meanwhile.
    """
    require(by, MANAGE, turn)
    turn = lock(turn)
    can_plan(turn.state).require()
    lines = {line.pk: line for line in lock_all(turn.lines.all())}
    for plan in plans:
        line = lines.get(plan.line.pk)
        if line is None:
            raise RuleBroken("表里有不属于这次结转的班级，没有保存。请重新打开这一页。")
        if _differs(line, plan):
            if line.version != plan.version:
                raise RuleBroken(EDITED.format(name=line))
            _fill(line, plan, turn.begins_in)
            line.save()
    for grade, count in (more or {}).items():
        _add(turn, list(lines.values()), grade, count, by)
    # Whoever rehearsed the former plan does not carry this one out unseen.
    turn.save(update_fields=[])
    return turn


def _differs(line: TurnLine, plan: LinePlan) -> bool:
    planned = (plan.act, plan.number, plan.name.strip(), _key(plan.head_teacher), _key(plan.room))
    return planned != (line.act, line.number, line.name, line.head_teacher_id, line.room_id)


def _key(record: User | Place | None) -> int | None:
    return None if record is None else record.pk


def _fill(line: TurnLine, plan: LinePlan, begins_in: int) -> None:
    can_become(plan.act, old_grade=line.old_grade).require()
    if not plan.name.strip():
        raise RuleBroken(f"请填写“{line}”的班级名称。")
    before = ClassName(line.grade, line.number, line.entry_year)
    is_untouched = plan.name.strip() == line.name
    line.name, line.number = plan.name.strip(), plan.number
    if is_untouched:
        line.name = turned(line.name, before, ClassName(line.grade, line.number, line.entry_year))
    kept = line.name
    take(line, plan.act, begins_in)
    if not is_untouched:
        line.name = kept
    line.head_teacher, line.room = plan.head_teacher, plan.room


def _add(turn: YearTurn, lines: Sequence[TurnLine], grade: int, count: int, by: Actor) -> None:
    """New classes of a grade, numbered on after those that will be there."""
    if sum(line.is_new for line in lines if line.grade == grade) + count > MOST_NEW:
        raise RuleBroken(f"一个年级最多新建 {MOST_NEW} 个班，请核对。")
    there = [line for line in lines if line.grade == grade and line.act not in {LineAct.LEAVE}]
    last = max((line.number for line in there), default=0)
    like = next((line for line in lines if line.old_grade == grade), None)
    for number in range(last + 1, last + count + 1):
        line = new_line(grade, number, turn.begins_in, like=like)
        line.turn = turn
        line.set_maker(by)
        line.save()
