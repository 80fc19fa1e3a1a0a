"""Rosters laid as rows for whoever walks over all pages: nobody tapped anything.

As the app role. Every duty lies on days of its own, because nobody is in two places at once.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from houqin.people.models import User
from houqin.rosters.models import Duty, DutyKind, Roster, Shift
from tests import factories

_numbers = count(1)


def kind(keeper: User | None = None, **fields: Any) -> DutyKind:
    """A kind of duty of one shift of three people, round the clock."""
    fields = {"name": f"值班{next(_numbers)}", "keeper": keeper or factories.person()} | fields
    made: DutyKind = DutyKind.objects.create(**fields)
    Shift.objects.create(kind=made, name="全天", begins=time(8), ends=time(8), people=3)
    return made


def roster(keeper: User | None = None, **fields: Any) -> Roster:
    """A draft of three days ahead, of a kind of its own, in which somebody has the first day."""
    first = fields.pop("first_on", timezone.localdate() + timedelta(days=3 * next(_numbers)))
    facts = {"kind": fields.pop("kind", None) or kind(keeper), "name": f"值班表{next(_numbers)}"}
    made: Roster = Roster.objects.create(
        **facts | {"first_on": first, "last_on": first + timedelta(days=2)} | fields
    )
    duty_in(made, factories.person())
    return made


def published(keeper: User | None = None, **fields: Any) -> Roster:
    """The same, on the wall."""
    return roster(keeper, state="published", published_at=timezone.now(), **fields)


def duty_in(made: Roster, person: User, day: date | None = None, **fields: Any) -> Duty:
    """`person` on the shift of the roster's kind, on its first day unless another is said."""
    shift = made.kind.shifts.get()
    day = day or made.first_on
    begins_at, ends_at = shift.times(day)
    seat = Duty.objects.filter(shift=shift, day=day).count() + 1
    facts = {"roster": made, "shift": shift, "day": day, "seat": seat, "person": person}
    laid: Duty = Duty.objects.create(**facts | {"begins_at": begins_at, "ends_at": ends_at} | fields)
    return laid


def duty(user: User, **fields: Any) -> Duty:
    """A coming duty of `user`, who keeps the roster too; a colleague has the day after."""
    made = published(user, **fields)
    duty_in(made, factories.person(), made.first_on + timedelta(days=1))
    return duty_in(made, user)


def shift(keeper: User) -> Shift:
    """The shift of a kind that `keeper` keeps."""
    found: Shift = kind(keeper).shifts.get()
    return found


def kind_to_draw_up() -> str:
    """A kind of which a roster can be begun; what the address asks for."""
    return f"?kind={kind().public_id}"


def moment(day: date, at: time) -> datetime:
    """A moment of the school."""
    return timezone.make_aware(datetime.combine(day, at))
