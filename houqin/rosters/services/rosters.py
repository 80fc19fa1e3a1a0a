"""Rosters: begun, drawn up by turns, published; a draft may be thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.numbering import next_number
from houqin.people.access import require
from houqin.people.models import User
from houqin.rosters.models import Duty, DutyKind, Roster
from houqin.rosters.notices import PUBLISHED
from houqin.rosters.rotation import Place, Turns, rotated
from houqin.rosters.rules import can_be_named, can_draw_up, can_last, can_publish
from houqin.rosters.selectors import busy_of, places_of
from houqin.rosters.services.duties import save_duties
from houqin.rosters.states import MANAGE
from houqin.saving import save_or_refuse
from houqin.states import move

ROSTER_SERIES = "rosters.roster"
ROSTER_SENTENCES = {
    "one_roster_a_day_of_a_kind": ("这几天已经有一张同一种类的值班表，请核对日期。", "first_on"),
    "roster_keeps_its_duties": ("改短以后有些已排的班不在日期里了，请先删掉那些班。", "first_on"),
}


def create_roster(
    *, kind: DutyKind, name: str, first_on: date, last_on: date, note: str = "", by: Actor
) -> Roster:
    """Begin a roster of `kind`, empty.

    Raises `NotAllowed` for whoever is neither the office nor the kind's keeper; `RuleBroken` for days that
    are none, or that another roster of the kind has, and for a kind out of use or without shifts.
    """
    require(by, MANAGE, kind)
    kind = lock(kind)
    if kind.retired_on is not None:
        raise RuleBroken(f"“{kind}”已停用，请选别的值班种类。", field="kind")
    if not kind.shifts.filter(retired_on=None).exists():
        raise RuleBroken(f"“{kind}”还没有班次，请先在值班种类里加班次。", field="kind")
    roster = Roster(kind=kind)
    roster.set_maker(by)
    _fill(roster, name=name, first_on=first_on, last_on=last_on, note=note)
    return roster


def update_roster(
    *,
    roster: Roster,
    version: int | None = None,
    name: str,
    first_on: date,
    last_on: date,
    note: str = "",
    by: Actor,
) -> Roster:
    """Change a roster's name, days and notes; raises as `create_roster`, and `EditedMeanwhile`."""
    require(by, MANAGE, roster)
    roster = lock(roster)
    roster.expect_version(version)
    _fill(roster, name=name, first_on=first_on, last_on=last_on, note=note)
    return roster


def proposed(roster: Roster, people: Sequence[User]) -> Turns[User]:
    """What drawing `roster` up anew with `people`, in their order, would give; nothing is written."""
    busy = busy_of(people, roster.first_on, roster.last_on, but=roster)
    return rotated(places_of(roster), people, busy)


def digest_of(turns: Turns[User]) -> str:
    """A mark of exactly these turns, by which what is saved is what was shown."""
    parts = [f"{place.shift}:{place.on}:{person.pk if person else ''}" for place, person in turns.filled]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def draw_up(*, roster: Roster, people: Sequence[User], seen: str, by: Actor) -> Roster:
    """Fill the whole draft by turns in the place of what stands in it, as it was shown under the mark `seen`.

    Raises `NotAllowed`; `RuleBroken` for a published roster, nobody to choose from, a closed account, and
    when the turns are by now others than those shown. Places for which nobody is free stay empty.
    """
    require(by, MANAGE, roster)
    roster = lock(roster)
    can_draw_up(roster).require()
    if not people:
        raise RuleBroken("请选参加值班的人。", field="people")
    for person in people:
        can_be_named(person).require()
    turns = proposed(roster, people)
    if digest_of(turns) != seen:
        raise RuleBroken("人员或别处的值班有变化，排出来的和刚才看到的不一样。请先点“先看结果”，再保存。")
    roster.duties.all().delete()
    save_duties(_duties(roster, turns, by))
    return roster


def publish_roster(*, roster: Roster, at: datetime | None = None, by: Actor) -> Roster:
    """Hang the roster on the wall: it gets its number, and everybody in it is told.

    Raises `NotAllowed`; `RuleBroken` for an empty one, and one that was published a moment ago.
    """
    require(by, MANAGE, roster)
    roster = lock(roster)
    can_publish(roster, roster.duties.count()).require()
    roster.published_at = at or timezone.now()
    roster.number = next_number(ROSTER_SERIES, on=timezone.localdate(roster.published_at))
    move(roster, "publish", by=by, also=["published_at", "number"])
    announce(PUBLISHED, roster, by=by)
    return roster


def remove_roster(*, roster: Roster, by: Actor) -> DutyKind:
    """Throw a draft away with its duties. Raises `NotAllowed`, and `RuleBroken` for a published one."""
    require(by, MANAGE, roster)
    roster = lock(roster)
    can_draw_up(roster).require()
    roster.duties.all().delete()
    kind: DutyKind = roster.kind
    roster.delete()
    return kind


def _fill(roster: Roster, *, name: str, first_on: date, last_on: date, note: str) -> None:
    decision = can_last(first_on, last_on)
    if not decision:
        raise RuleBroken(decision.reason, field="last_on")
    roster.name, roster.note = name.strip(), note.strip()
    roster.first_on, roster.last_on = first_on, last_on
    save_or_refuse(roster, ROSTER_SENTENCES)


def _duties(roster: Roster, turns: Turns[User], by: Actor) -> list[Duty]:
    seats: dict[tuple[int, date], int] = {}
    made = []
    for place, person in turns.filled:
        seat = seats[place.shift, place.on] = seats.get((place.shift, place.on), 0) + 1
        if person is not None:
            made.append(_duty(roster, place, seat, person, by))
    return made


def _duty(roster: Roster, place: Place, seat: int, person: User, by: Actor) -> Duty:
    duty = Duty(
        roster=roster, shift_id=place.shift, day=place.on, seat=seat, person=person,
        begins_at=place.begins_at, ends_at=place.ends_at,
    )  # fmt: skip
    duty.set_maker(by)
    return duty
