"""Schools before the year turns, and turns at every stage; plain functions, as the app role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle

from django.utils import timezone

from houqin.people.class_names import class_name
from houqin.people.models import SchoolClass, User
from houqin.people.roles import Role
from houqin.places.models import Place
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.proposals import line_for
from houqin.year_turn.services import LinePlan
from tests import factories
from tests.places import factories as places

# Noon of a day in the summer of 2026, in China.
NOON = datetime(2026, 8, 24, 4, tzinfo=UTC)
YEAR = 2026

_years = cycle(range(2100, 2199))
_numbers = count(1)


@dataclass
class JuniorSchool:
    """七 to 九, two classes each in the school year 2025, each with its 班主任 and its room."""

    classes: dict[str, SchoolClass]
    rooms: dict[str, Place]
    teachers: dict[str, User]


def junior_school() -> JuniorSchool:
    classes, rooms, teachers = {}, {}, {}
    for grade in (7, 8, 9):
        for number in (1, 2):
            name = class_name(grade, number)
            rooms[name] = places.room(f"{grade}0{number}")
            teachers[name] = factories.person(Role.TEACHER, name=f"班主任{grade}{number}")
            classes[name] = factories.school_class(
                grade, number, name=name, entry_year=2025 - (grade - 7), room=rooms[name],
                head_teacher=teachers[name],
            )  # fmt: skip
    return JuniorSchool(classes, rooms, teachers)


def now() -> dict[str, tuple[int, int, int, str, str]]:
    """The classes in use: name → grade, number, year of entry, 班主任, room."""
    classes = SchoolClass.objects.filter(retired_on=None).select_related("head_teacher", "room")
    return {
        each.name: (
            each.grade, each.number, each.entry_year, str(each.head_teacher or ""),
            each.room.name if each.room else "",
        )
        for each in classes
    }  # fmt: skip


def line(turn: YearTurn, name: str) -> TurnLine:
    """The line of the class that was called `name`."""
    found: TurnLine = turn.lines.get(old_name=name)
    return found


def plan(line: TurnLine, **changes: object) -> LinePlan:
    """What is planned for `line`: what stands there, but for `changes`."""
    said = {
        "act": line.act, "number": line.number, "name": line.name, "head_teacher": line.head_teacher,
        "room": line.room,
    } | changes  # fmt: skip
    return LinePlan(line=line, version=line.version, **said)  # type: ignore[arg-type]


def _free_year() -> int:
    """The next of the hundred years far ahead; what stood there before makes room."""
    year = next(_years)
    for live, over in (("draft", "dropped"), ("done", "undone")):
        YearTurn.objects.filter(begins_in=year, state=live).update(state=over)
    return year


def turn(user: User, **fields: object) -> YearTurn:
    """A turn that is being prepared, into a year far ahead, in which one class of `user` leaves."""
    made: YearTurn = YearTurn.objects.create(**{"begins_in": _free_year(), "created_by": user, **fields})
    number = next(_numbers)
    leaving = factories.school_class(number // 90 % 3 + 10, number % 90 + 1, head_teacher=user)
    leaves = line_for(leaving, begins_in=made.begins_in, leaving=[leaving.grade])
    leaves.turn = made
    leaves.save()
    return made


def done(user: User) -> YearTurn:
    """A turn that was carried out a moment ago."""
    made = turn(user, state="done", done_at=timezone.now())
    leaves = made.lines.get()
    left = leaves.school_class
    left.retired_on = timezone.localdate()
    left.save(update_fields=["retired_on"])
    leaves.new_version = left.version
    leaves.save(update_fields=["new_version"])
    return made
