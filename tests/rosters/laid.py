"""Rosters laid as rows for whoever walks over all pages: nobody tapped anything.

As the app role. Every duty lies on days of its own, because nobody is in two places at once.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db.models import F
from django.utils import timezone

from houqin.people.models import User
from houqin.rosters.models import Duty, DutyKind, DutyLog, LogEntry, Matter, Roster, Shift, Swap
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
    return duty_in(made, user, made.last_on)


def shift(keeper: User) -> Shift:
    """The shift of a kind that `keeper` keeps."""
    found: Shift = kind(keeper).shifts.get()
    return found


def kind_to_draw_up(user: User) -> str:
    """A kind of which a roster can be begun; what the address asks for."""
    return f"?kind={kind().public_id}"


def moment(day: date, at: time) -> datetime:
    """A moment of the school."""
    return timezone.make_aware(datetime.combine(day, at))


def swap(user: User, **fields: Any) -> Swap:
    """A wish of `user` to give a duty of his to a colleague."""
    given = duty(user)
    colleague = given.roster.duties.exclude(person=user).order_by("pk").first().person
    facts = {"kind": given.roster.kind, "duty": given, "duty_label": str(given), "asker": user}
    facts |= {"other": colleague, "reason": "家里有事", "asked_at": timezone.now()}
    made: Swap = Swap.objects.create(**facts | fields)
    return made


def asked_of(user: User, **fields: Any) -> Swap:
    """The wish of a colleague that `user` takes a duty of his."""
    colleague = factories.person()
    made = published()
    duty_in(made, user, made.first_on + timedelta(days=1))
    given = duty_in(made, colleague)
    facts = {"kind": made.kind, "duty": given, "duty_label": str(given), "asker": colleague, "other": user}
    wish: Swap = Swap.objects.create(**facts | {"reason": "有事", "asked_at": timezone.now()} | fields)
    return wish


def to_settle(user: User) -> Swap:
    """A swap of two others that waits for `user`, who keeps the roster."""
    one, other = factories.person(), factories.person()
    given = duty_in(published(user), one)
    facts = {"kind": given.roster.kind, "duty": given, "duty_label": str(given), "asker": one, "other": other}
    made: Swap = Swap.objects.create(**facts, reason="有事", asked_at=timezone.now(), state="agreed")
    return made


def log(user: User, **fields: Any) -> DutyLog:
    """The log of a shift of `user` that lasts now, with one entry."""
    made = current(user)
    on = made.duties.get(person=user)
    facts = {"kind": made.kind, "shift": on.shift, "day": on.day, "begins_at": on.begins_at}
    laid: DutyLog = DutyLog.objects.create(**facts | {"ends_at": on.ends_at, "created_by": user} | fields)
    LogEntry.objects.create(log=laid, happened_at=timezone.now(), text="巡查，正常", created_by=user)
    return laid


def current(user: User) -> Roster:
    """A published roster in which `user` is on duty now; whatever he had now before lies far back then."""
    now, hour = timezone.now(), timedelta(hours=1)
    back = timedelta(days=10 * next(_numbers))
    had = Duty.objects.filter(person=user, begins_at__lt=now + 8 * hour, ends_at__gt=now - 8 * hour)
    had.update(begins_at=F("begins_at") - back, ends_at=F("ends_at") - back)
    made = roster(first_on=timezone.localdate(now))
    duty_in(made, user, begins_at=now - hour, ends_at=now + 5 * hour)
    Roster.objects.filter(pk=made.pk).update(state="published", published_at=now)
    made.refresh_from_db()
    return made


def duty_now(user: User) -> Duty:
    """A duty of `user` that lasts now."""
    found: Duty = current(user).duties.get(person=user)
    return found


def entry(user: User) -> LogEntry:
    """An entry of the log of a shift of `user`."""
    found: LogEntry = log(user).entries.get()
    return found


def matter(user: User) -> Matter:
    """What a shift of `user` hands over."""
    written = log(user)
    made: Matter = Matter.objects.create(
        kind=written.kind, log=written, text="门锁坏了", raised_at=timezone.now(), created_by=user
    )
    return made


def to_take_over(user: User) -> DutyLog:
    """The signed log of the shift before one of `user`."""
    giver = factories.person()
    on = duty(user)
    signed: DutyLog = DutyLog.objects.create(
        kind=on.roster.kind, shift=on.shift, day=on.day - timedelta(days=1), state="signed",
        begins_at=on.begins_at - timedelta(days=1), ends_at=on.begins_at, signed_by=giver,
        signed_at=timezone.now(), created_by=giver,
    )  # fmt: skip
    return signed
