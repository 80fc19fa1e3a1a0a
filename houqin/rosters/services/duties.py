"""Who is on duty: one place filled, given to somebody else, or emptied; nobody is in two places at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import combinations

from django.db import IntegrityError, transaction
from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.people.models import User
from houqin.rosters.models import Duty, Roster, Shift
from houqin.rosters.notices import DUTY_GIVEN, DUTY_TAKEN
from houqin.rosters.rules import can_be_named, can_serve
from houqin.rosters.selectors import log_of
from houqin.rosters.services.lapsing import lapse, open_swaps_of
from houqin.rosters.states import MANAGE, LogState, RosterState
from houqin.saving import insert_all_or_refuse, save_or_refuse
from houqin.school_calendar.reading import school_days
from houqin.showing import said_day

TWO_PLACES = "nobody_is_in_two_places"
SIGNED_SHIFT = "这一班的日志已经签字，不能再换人或空出。"
FULL = "这一班刚才已经排满，请刷新后再看。"
DUTY_SENTENCES = {
    "one_person_per_place": (FULL, None),
    "signed_duty_stays": (SIGNED_SHIFT, None),
    "duty_of_its_roster": ("这一天或这个班次不属于这张值班表，请刷新后再看。", None),
}


def add_duty(*, roster: Roster, shift: Shift, day: date, person: User, by: Actor) -> Duty:
    """Put `person` on a free place of the shift of `day`.

    Raises `NotAllowed`; `RuleBroken` for a day or shift that is none of the roster's, a shift that is full, a
    closed account, and somebody who is on duty elsewhere then: the sentence names where. He is told, if the
    roster was published.
    """
    require(by, MANAGE, roster)
    roster = lock(roster)
    can_serve(roster, shift, day, is_school_day=school_days().is_school_day(day)).require()
    can_be_named(person).require()
    begins_at, ends_at = shift.times(day)
    duty = Duty(
        roster=roster, shift=shift, day=day, seat=_free_seat(shift, day), person=person,
        begins_at=begins_at, ends_at=ends_at,
    )  # fmt: skip
    duty.set_maker(by)
    save_duties([duty])
    _tell(duty, None, by)
    return duty


def change_duty(
    *, duty: Duty, version: int | None = None, person: User, at: datetime | None = None, by: Actor
) -> Duty:
    """Give a duty to somebody else; both are told, if the roster was published.

    Raises `NotAllowed`, `EditedMeanwhile`, and `RuleBroken` as `add_duty` and once the shift's log is signed.
    A swap that was open for it lapses.
    """
    require(by, MANAGE, duty.roster)
    swaps = open_swaps_of(duty)
    duty = lock(duty)
    duty.expect_version(version)
    if duty.person_id == person.pk:
        raise RuleBroken(f"这一班现在就是{person.name}值，请选别的同事。", field="person")
    can_be_named(person).require()
    _check_unsigned(duty)
    former, duty.person = duty.person, person
    with naming_the_other([duty]):
        save_or_refuse(duty, DUTY_SENTENCES, update_fields=["person"])
    lapse(swaps=swaps, at=at or timezone.now(), by=by)
    _tell(duty, former, by)
    return duty


def remove_duty(*, duty: Duty, at: datetime | None = None, by: Actor) -> Roster:
    """Empty a place; whoever had it is told, if the roster was published.

    Raises `NotAllowed`, and `RuleBroken` once the shift's log is signed. A swap that was open for it lapses.
    """
    require(by, MANAGE, duty.roster)
    roster = lock(duty.roster)
    swaps = open_swaps_of(duty)
    duty = lock(duty)
    _check_unsigned(duty)
    lapse(swaps=swaps, at=at or timezone.now(), by=by)
    if roster.state == RosterState.PUBLISHED:
        announce(DUTY_TAKEN, roster, by=by, person=duty.person_id, duty=duty_label(duty))
    duty.delete()
    return roster


def save_duties(duties: Sequence[Duty]) -> None:
    """Insert `duties`, all or none; `RuleBroken` names the other shift of whoever would be in two places."""
    with naming_the_other(duties):
        insert_all_or_refuse(duties, DUTY_SENTENCES)


def duty_label(duty: Duty) -> str:
    """A duty in words, for people who are told of it: 9月1日（周二）门卫 夜班（18:00–次日06:00）."""
    return f"{said_day(duty.day)}{duty.roster.kind} {duty.shift}（{duty.hours}）"


@contextmanager
def naming_the_other(duties: Sequence[Duty]) -> Iterator[None]:
    """Turn the database's refusal of an overlap into a sentence that names the other shift.

    The constraint decides, not a query before it: two keepers who draw up at once would both pass that. The
    savepoint is what lets the other shift be read after the refusal.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != TWO_PLACES:
            raise
        raise RuleBroken(_other_of(duties), field="person") from error


def collision_of(person: User, begins: datetime, ends: datetime, but: Sequence[int]) -> Duty | None:
    """The duty that `person` has somewhere between the two moments, but for those with the keys `but`."""
    meets = Duty.objects.filter(person=person, begins_at__lt=ends, ends_at__gt=begins)
    return meets.exclude(pk__in=but).select_related("roster__kind", "shift").first()


def _other_of(duties: Sequence[Duty]) -> str:
    own = [each.pk for each in duties if each.pk is not None]
    for duty in duties:
        other = collision_of(duty.person, duty.begins_at, duty.ends_at, own)
        if other is not None:
            return f"{duty.person.name}这段时间已经排了 {duty_label(other)}，请换人或换时间。"
    for one, other in combinations(duties, 2):
        meets = one.begins_at < other.ends_at and other.begins_at < one.ends_at
        if one.person_id == other.person_id and meets:
            return f"{one.person.name}的 {duty_label(one)} 和 {duty_label(other)} 时间重叠，请换人。"
    return "这位同事这段时间刚才被排到别处，请刷新后再看。"


def _free_seat(shift: Shift, day: date) -> int:
    """The first free place of the shift; the constraint decides between two who see the same one."""
    taken = set(Duty.objects.filter(shift=shift, day=day).values_list("seat", flat=True))
    for seat in range(1, shift.people + 1):
        if seat not in taken:
            return seat
    raise RuleBroken(f"“{shift}”这一班要 {shift.people} 人，{said_day(day)}已经排满。")


def _check_unsigned(duty: Duty) -> None:
    log = log_of(duty)
    if log is not None and log.state == LogState.SIGNED:
        raise RuleBroken(SIGNED_SHIFT)


def _tell(duty: Duty, former: User | None, by: Actor) -> None:
    """Tell whoever has the duty now and whoever had it before; a draft concerns nobody yet."""
    if duty.roster.state != RosterState.PUBLISHED:
        return
    announce(DUTY_GIVEN, duty, by=by)
    if former is not None:
        announce(DUTY_TAKEN, duty.roster, by=by, person=former.pk, duty=duty_label(duty))
