"""The turn itself: all classes in one transaction, in an order in which none takes the place of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.locking import lock, lock_all
from houqin.people.access import require
from houqin.people.models import SchoolClass
from houqin.people.services.organisation import CLASS_SENTENCES
from houqin.places.models import Place
from houqin.places.services.seating import SENTENCES as SEATING
from houqin.saving import save_or_refuse
from houqin.states import can_move, move
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.rules import examine
from houqin.year_turn.states import MANAGE, LineAct

SENTENCES = {**CLASS_SENTENCES, **SEATING}


def carry_out_turn(*, turn: YearTurn, at: datetime, version: int | None = None, by: Actor) -> YearTurn:
    """Move every class as planned, at the moment `at`: all or none.

    Leaving classes are retired as of the day of `at` and keep their former room and 班主任 as history; new
    ones are made. Raises `NotAllowed`; `EditedMeanwhile` when the plan is not the one of `version`;
    `RuleBroken` that names what stands in the way (`rules.examine`).
    """
    require(by, MANAGE, turn)
    turn = lock(turn)
    turn.expect_version(version)
    can_move(turn, "carry_out", by).require()
    lines = list(turn.lines.all())
    now, others = lock_classes(lines)
    lock_rooms([line.room_id for line in lines])
    # Read again behind the locks: a room or a person may have gone out of use while we waited.
    lines = lines_of(turn)
    examine(lines, now, others).decision().require()
    _write(lines, now, at, by)
    turn.done_at = at
    move(turn, "carry_out", by=by, also=["done_at"])
    return turn


def lines_of(turn: YearTurn) -> list[TurnLine]:
    """The lines of `turn` with what they name, in the order of the table."""
    named = ("head_teacher", "room", "old_head_teacher", "old_room", "school_class")
    return list(turn.lines.select_related(*named))


def lock_classes(lines: Sequence[TurnLine]) -> tuple[dict[int, SchoolClass], list[SchoolClass]]:
    """The classes of `lines` by key, and those in use without a line; all locked, in the order of keys.

    Whoever edits one of them at this moment is through before, and his edit is seen, or waits until the end.
    """
    wanted = {line.school_class_id for line in lines if line.school_class_id is not None}
    rows = SchoolClass.objects.filter(retired_on=None) | SchoolClass.objects.filter(pk__in=wanted)
    locked = lock_all(rows) if rows.exists() else []
    return split(locked, wanted)


def split(
    classes: Sequence[SchoolClass], wanted: set[int]
) -> tuple[dict[int, SchoolClass], list[SchoolClass]]:
    """`classes` whose keys are `wanted`, and the others, if they are in use."""
    now = {each.pk: each for each in classes if each.pk in wanted}
    return now, [each for each in classes if each.pk not in wanted and each.retired_on is None]


def lock_rooms(keys: Sequence[int | None]) -> None:
    """Keep the rooms with these keys from going out of use until the transaction ends."""
    rooms = Place.objects.filter(pk__in={key for key in keys if key is not None})
    if rooms.exists():
        lock_all(rooms)


def _write(lines: Sequence[TurnLine], now: Mapping[int, SchoolClass], at: datetime, by: Actor) -> None:
    """Who leaves goes first, then rooms are emptied, then the highest grade moves first, then new ones come.

    The database looks at grade and number, and at rooms, with every statement: in this order nobody comes
    into a place that is not free yet.
    """
    for line in _with(lines, LineAct.LEAVE):
        leaving = now[line.school_class_id or 0]
        leaving.retired_on = timezone.localdate(at)
        leaving.save(update_fields=["retired_on"])
        _note(line, leaving)
    moving = [line for line in _with(lines, LineAct.UP, LineAct.STAY) if changes(line)]
    empty_rooms([now[line.school_class_id or 0] for line in moving if line.room_id != line.old_room_id])
    for line in sorted(moving, key=lambda each: -each.grade):
        school_class = now[line.school_class_id or 0]
        _fill(school_class, line)
        save_or_refuse(school_class, SENTENCES)
        _note(line, school_class)
    for line in _with(lines, LineAct.NEW):
        school_class = SchoolClass()
        _fill(school_class, line)
        school_class.set_maker(by)
        save_or_refuse(school_class, SENTENCES)
        line.school_class = school_class
        _note(line, school_class)


def empty_rooms(classes: Sequence[SchoolClass]) -> None:
    """Take `classes` out of their rooms, so that of two that change rooms none waits for the other."""
    for school_class in classes:
        if school_class.room_id is not None:
            school_class.room = None
            school_class.save(update_fields=["room"])


def _with(lines: Sequence[TurnLine], *acts: str) -> list[TurnLine]:
    return [line for line in lines if line.act in acts]


def changes(line: TurnLine) -> bool:
    """Whether the line makes anything of its class different."""
    before = (line.old_grade, line.old_number, line.old_name, line.old_entry_year)
    after = (line.grade, line.number, line.name, line.entry_year)
    people = (line.old_head_teacher_id, line.old_room_id) != (line.head_teacher_id, line.room_id)
    return before != after or people


def _fill(school_class: SchoolClass, line: TurnLine) -> None:
    school_class.grade, school_class.number = line.grade, line.number
    school_class.name, school_class.entry_year = line.name, line.entry_year
    school_class.head_teacher, school_class.room = line.head_teacher, line.room


def _note(line: TurnLine, school_class: SchoolClass) -> None:
    """Remember which version of the class the turn left, to see whether somebody changes it afterwards."""
    line.new_version = school_class.version
    line.save(update_fields=["school_class", "new_version"])
