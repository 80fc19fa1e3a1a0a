"""Rosters of a test: made through the services, by somebody who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from itertools import count
from typing import Any

from houqin.people.models import User
from houqin.people.roles import Role
from houqin.rosters import services
from houqin.rosters.models import Duty, DutyKind, Roster, Shift
from houqin.writing import write
from tests import factories
from tests.rosters.laid import moment

# A Tuesday, and the Sunday of the same week.
TUESDAY, SUNDAY = date(2026, 9, 15), date(2026, 9, 20)
MONDAY = date(2026, 9, 14)
NOW = moment(MONDAY, time(10))

_numbers = count(1)


def office() -> User:
    """A 总务主任: keeps all rosters."""
    return factories.person(Role.DIRECTOR)


def guard(name: str = "") -> User:
    """A 门卫: takes turns, and may keep the roster of the gate."""
    return factories.person(Role.GUARD, name=name)


def kind(*shifts: tuple[str, time, time], keeper: User | None = None, **fields: Any) -> DutyKind:
    """门卫 with a day shift and a night shift, or with the `shifts` that are given."""
    by = factories.acting(office())
    made = write(
        services.create_kind, name=fields.pop("name", f"门卫{next(_numbers)}"), keeper=keeper or guard(),
        note="夜里巡查", by=by,
    )  # fmt: skip
    for name, begins, ends in shifts or (("白班", time(6), time(18)), ("夜班", time(18), time(6))):
        write(services.add_shift, kind=made, name=name, begins=begins, ends=ends, by=by, **fields)
    return made


def shift_of(made: DutyKind, name: str) -> Shift:
    found: Shift = made.shifts.get(name=name)
    return found


def roster(made: DutyKind | None = None, first: date = MONDAY, last: date = SUNDAY) -> Roster:
    """A week of 门卫, empty."""
    made = made or kind()
    return write(
        services.create_roster, kind=made, name=f"{made}{first}", first_on=first, last_on=last,
        by=factories.acting(office()),
    )  # fmt: skip


def put(made: Roster, person: User, day: date = TUESDAY, shift: str = "白班", by: User | None = None) -> Duty:
    """`person` on a shift, by the office."""
    return write(
        services.add_duty, roster=made, shift=shift_of(made.kind, shift), day=day, person=person,
        by=factories.acting(by or office()),
    )  # fmt: skip


def drawn_up(made: Roster, people: Sequence[User]) -> Roster:
    seen = services.digest_of(services.proposed(made, people))
    return write(services.draw_up, roster=made, people=list(people), seen=seen, by=factories.acting(office()))


def published(made: Roster) -> Roster:
    return write(services.publish_roster, roster=made, at=NOW, by=factories.acting(office()))
