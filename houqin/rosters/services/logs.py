"""值班日志: written by whoever is on duty, signed once; what is open is carried over until it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.numbering import next_number
from houqin.people.access import require
from houqin.people.models import User
from houqin.rosters.models import Duty, DutyLog, Handover, LogEntry, Matter
from houqin.rosters.notices import LOG_SIGNED
from houqin.rosters.rules import (
    can_add_to,
    can_happen_at,
    can_relieve,
    can_settle_matter,
    can_sign,
    can_write_log,
    is_late,
    is_over,
)
from houqin.rosters.selectors import people_to_write_for, relieves, serves_in
from houqin.rosters.states import WRITE_LOG
from houqin.rules import Decision
from houqin.saving import save_or_refuse
from houqin.school_settings.reading import setting
from houqin.states import move

LOG_SERIES = "rosters.log"
LATE_AFTER = "rosters.late_after_hours"
SIGNED = "这份日志刚才已经签字，不能再改。"
LOG_SENTENCES = {"signed_log_stays": (SIGNED, None)}
HANDOVER_SENTENCES = {
    "houqin_handover_log_id_key": ("刚才已经有人接班，请刷新后再看。", None),
    "nobody_relieves_himself": ("交班人和接班人不能是同一个人。", None),
}


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry of a log: whether it was written after the shift, and so long after that it is 补记."""

    entry: LogEntry
    is_afterwards: bool
    is_late: bool


def write_entry(
    *, duty: Duty, text: str, happened_at: datetime | None = None, at: datetime | None = None, by: Actor
) -> DutyLog:
    """Write down what happened at `happened_at` (now) on the shift of `duty`; the first entry begins its log.

    Raises `NotAllowed` for whoever is not on that shift; `RuleBroken` for a time that is not the shift's, a
    roster that is not published, and a log that is signed.
    """
    require(by, WRITE_LOG)
    at = at or timezone.now()
    may_write(duty=duty, at=at, by=by).require()
    log = lock(_log_of(duty, by))
    can_add_to(log).require()
    happened_at = happened_at or at
    decision = can_happen_at(log, happened_at, at)
    if not decision:
        raise RuleBroken(decision.reason, field="happened_at")
    entry = LogEntry(log=log, happened_at=min(happened_at, at), text=_said(text, "text"), created_at=at)
    entry.set_maker(by)
    save_or_refuse(entry, LOG_SENTENCES)
    return log


def strike_entry(*, entry: LogEntry, by: Actor) -> DutyLog:
    """Strike an entry out of a log that is not signed yet. Raises `NotAllowed`, `RuleBroken`."""
    require(by, WRITE_LOG)
    log = lock(entry.log)
    may_add(log=log, by=by).require()
    entry.delete()
    return log


def raise_matter(*, log: DutyLog, text: str, at: datetime | None = None, by: Actor) -> Matter:
    """Hand something over to the next shifts, until it is settled. Raises as `write_entry`."""
    require(by, WRITE_LOG, log)
    log = lock(log)
    may_add(log=log, by=by).require()
    matter = Matter(kind=log.kind, log=log, text=_said(text, "text"), raised_at=at or timezone.now())
    matter.set_maker(by)
    save_or_refuse(matter, LOG_SENTENCES)
    return matter


def close_matter(*, matter: Matter, outcome: str, at: datetime | None = None, by: Actor) -> Matter:
    """Say that a matter is settled, and how.

    Raises `NotAllowed` for whoever takes no turns in that kind of duty and is not the office; `RuleBroken`
    when somebody settled it a moment ago.
    """
    require(by, WRITE_LOG, matter)
    matter = lock(matter)
    can_settle_matter(matter).require()
    if not outcome.strip():
        raise RuleBroken("请写明是怎样处理的。", field="outcome")
    matter.outcome, matter.closed_by, matter.closed_at = outcome.strip(), by.user, at or timezone.now()
    move(matter, "close", by=by, reason=outcome, also=["outcome", "closed_by", "closed_at"])
    return matter


def sign_log(
    *, log: DutyLog, summary: str, late_reason: str = "", at: datetime | None = None, by: Actor
) -> DutyLog:
    """Sign the log of a shift: it gets its number, and nothing in it changes any more.

    Raises `NotAllowed` for whoever was not on that shift himself; `RuleBroken` before the shift has begun,
    for a log that is signed, and long after the shift without a reason (补记). The next shift is told.
    """
    require(by, WRITE_LOG, log)
    if not isinstance(by, Person) or by.entered_by is not None:
        raise NotAllowed("值班日志要由值班人本人签字，不能由别人代签。")
    at = at or timezone.now()
    log = lock(log)
    may_add(log=log, by=by).require()
    can_sign(log, at).require()
    log.is_late = comes_late(log, at)
    if log.is_late and not late_reason.strip():
        raise RuleBroken("这一班早已结束，按补记处理，请写明补记原因。", field="late_reason")
    log.late_reason = late_reason.strip() if log.is_late else ""
    log.summary, log.on_duty = _said(summary, "summary"), names_on(log)
    log.signed_by, log.signed_at = by.user, at
    log.number = next_number(LOG_SERIES, on=timezone.localdate(at))
    also = ["is_late", "late_reason", "summary", "on_duty", "signed_by", "signed_at", "number"]
    move(log, "sign", by=by, also=also)
    announce(LOG_SIGNED, log, by=by)
    return log


def take_over(*, log: DutyLog, note: str = "", at: datetime | None = None, by: Actor) -> Handover:
    """Confirm that the next shift took over what `log` hands over.

    Raises `NotAllowed` for whoever is not on a later shift of the kind; `RuleBroken` before the log is
    signed, for whoever signed it himself, and when somebody took over a moment ago: the constraint decides.
    """
    require(by, WRITE_LOG, log)
    if not isinstance(by, Person) or by.entered_by is not None:
        raise NotAllowed("接班要由接班人本人确认，不能由别人代录。")
    log = lock(log)
    may_take_over(log=log, by=by).require()
    made = Handover(
        log=log, given_by=log.signed_by, taken_by=by.user, taken_at=at or timezone.now(), note=note.strip()
    )
    made.set_maker(by)
    save_or_refuse(made, HANDOVER_SENTENCES)
    return made


def may_fill_in(*, duty: Duty, at: datetime, by: Actor) -> Decision:
    """Whether `by` may fill the log's form in now: being on the shift, or for one who is (代录)."""
    decision = may_write(duty=duty, at=at, by=by)
    if decision or by.user is None or not people_to_write_for(by.user, duty).exists():
        return decision
    return _can_be_written(duty, at, is_on_it=True)


def may_write(*, duty: Duty, at: datetime, by: Actor) -> Decision:
    """Whether `by` may write the log of the shift of `duty` now; two queries."""
    return _can_be_written(duty, at, is_on_it=by.user is not None and serves_on(by.user, duty))


def _can_be_written(duty: Duty, at: datetime, *, is_on_it: bool) -> Decision:
    decision = can_write_log(duty, at, is_on_it=is_on_it)
    log = DutyLog.objects.filter(shift=duty.shift_id, day=duty.day).first() if decision else None
    return can_add_to(log) if log is not None else decision


def may_add(*, log: DutyLog, by: Actor) -> Decision:
    """Whether `by` may add to `log`; one query."""
    if by.user is None or not serves_on(by.user, log):
        return Decision.forbidden("值班日志由这一班的值班人写。")
    return can_add_to(log)


def may_add_for_somebody(*, log: DutyLog, by: Actor) -> Decision:
    """Whether `by` may fill in what is added to `log`, as `may_fill_in`; two queries."""
    decision = may_add(log=log, by=by)
    if decision or by.user is None or not people_to_write_for(by.user, log).exists():
        return decision
    return can_add_to(log)


def may_take_over(*, log: DutyLog, by: Actor) -> Decision:
    """Whether `by` may take over from `log`; two queries."""
    is_next = by.user is not None and relieves(by.user, log)
    return can_relieve(log, by.user, is_next=is_next, is_taken=Handover.objects.filter(log=log).exists())


def may_close(*, matter: Matter, by: Actor) -> Decision:
    """Whether `by` may settle `matter`, as far as it is open."""
    return can_settle_matter(matter)


def comes_late(log: DutyLog, at: datetime) -> bool:
    """Whether what is written into `log` or signed at `at` is late (补记), as the school wants it then."""
    return is_late(log.ends_at, at, setting(LATE_AFTER, on=timezone.localdate(at)))


def noted(log: DutyLog) -> list[Noted]:
    """What is written in `log`, by when it happened, and of what was written afterwards when; one query."""
    entries = log.entries.select_related("created_by").order_by("happened_at", "pk")
    return [
        Noted(entry, is_over(log.ends_at, entry.created_at), comes_late(log, entry.created_at))
        for entry in entries
    ]


def serves_on(user: User, shift: Duty | DutyLog) -> bool:
    """Whether `user` is on the shift of that day; one query."""
    return serves_in(user, shift.shift_id, shift.day)


def names_on(log: DutyLog) -> str:
    """Who is on the shift of the log, in words: kept with the signature."""
    people = Duty.objects.filter(shift=log.shift_id, day=log.day).order_by("seat")
    return "、".join(people.values_list("person__name", flat=True))[:200]


def _log_of(duty: Duty, by: Actor) -> DutyLog:
    """The log of the duty's shift; of two who begin it at once, the constraint keeps one."""
    log, _ = DutyLog.objects.get_or_create(
        shift=duty.shift, day=duty.day,
        defaults={"kind": duty.roster.kind, "begins_at": duty.begins_at, "ends_at": duty.ends_at,
                  "created_by": by.user},
    )  # fmt: skip
    return log


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise RuleBroken("请写明情况。", field=field)
    return text.strip()
