"""A turn taken back on the day on which it was carried out, as long as nobody built on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import SchoolClass
from houqin.places.rules import can_be_chosen
from houqin.saving import save_or_refuse
from houqin.spreadsheets.services.undoing import named_by_others
from houqin.states import move
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.rules import Seat, can_undo, clashes
from houqin.year_turn.services.carrying import SENTENCES, empty_rooms, lines_of, lock_classes, lock_rooms
from houqin.year_turn.states import MANAGE, LineAct

MOST_NAMED = 10


def undo_turn(*, turn: YearTurn, at: datetime, version: int | None = None, by: Actor) -> YearTurn:
    """Give every class back what it had; classes that the turn made are retired. All or none.

    Only on the school's day of the turn. Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` on another day,
    and when somebody changed a class since, uses a new one, or has taken what would be given back: each is
    named.
    """
    require(by, MANAGE, turn)
    turn = lock(turn)
    turn.expect_version(version)
    can_undo(turn.state, done_on=turn.done_on, on=timezone.localdate(at)).require()
    lines = [line for line in turn.lines.all() if line.new_version is not None]
    now, others = lock_classes(lines)
    lock_rooms([line.old_room_id for line in lines])
    lines = [line for line in lines_of(turn) if line.new_version is not None]
    in_the_way = list(obstacles(lines, now, others))
    if in_the_way:
        more = f"等 {len(in_the_way)} 处" if len(in_the_way) > MOST_NAMED else ""
        raise RuleBroken(f"不能撤销，没有改动任何班级：{'；'.join(in_the_way[:MOST_NAMED])}{more}。")
    _restore(lines, now, at)
    turn.undone_at = at
    move(turn, "undo", by=by, also=["undone_at"])
    return turn


def obstacles(
    lines: Sequence[TurnLine], now: Mapping[int, SchoolClass], others: Sequence[SchoolClass]
) -> Iterator[str]:
    """What keeps the turn from being taken back, a clause each."""
    for line in lines:
        if now[line.school_class_id or 0].version != line.new_version:
            yield f"“{now[line.school_class_id or 0]}”结转以后有人改过"
    made = [line.school_class_id for line in lines if line.act == LineAct.NEW]
    for key, used in named_by_others(SchoolClass, made, parts={TurnLine._meta.label_lower}).items():
        yield f"新班“{now[key]}”已用在{used}里"
    old = [line for line in lines if line.act != LineAct.NEW]
    for line in old:
        if line.old_room is not None and not can_be_chosen(line.old_room):
            yield f"“{line}”原来的教室{line.old_room}已停用"
    seats = [
        Seat(line.old_name, line.old_grade or 0, line.old_number or 0, None, line.old_room) for line in old
    ]
    seats += [Seat(each.name, each.grade, each.number, None, each.room) for each in others]
    yield from (sentence.rstrip("。") for sentence in clashes(seats))


def _restore(lines: Sequence[TurnLine], now: Mapping[int, SchoolClass], at: datetime) -> None:
    """The way back: new classes go first, rooms are emptied, the lowest grade moves down first."""
    for line in lines:
        if line.act == LineAct.NEW:
            made = now[line.school_class_id or 0]
            made.retired_on = timezone.localdate(at)
            made.save(update_fields=["retired_on"])
    moved = [line for line in lines if line.act in {LineAct.UP, LineAct.STAY}]
    empty_rooms([now[line.school_class_id or 0] for line in moved if line.room_id != line.old_room_id])
    left = [line for line in lines if line.act == LineAct.LEAVE]
    for line in [*sorted(moved, key=lambda each: each.grade), *left]:
        school_class = now[line.school_class_id or 0]
        school_class.grade, school_class.number = line.old_grade or 0, line.old_number or 0
        school_class.name, school_class.entry_year = line.old_name, line.old_entry_year or 0
        school_class.head_teacher, school_class.room = line.old_head_teacher, line.old_room
        school_class.retired_on = None
        save_or_refuse(school_class, SENTENCES)
