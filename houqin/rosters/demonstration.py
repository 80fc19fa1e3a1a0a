"""The demonstration school's watches: the leaders of the day, the gate round the clock, evenings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from houqin.actors import Actor, Person
from houqin.people.models import User
from houqin.people.signals import last_noon
from houqin.rosters.models import Duty, DutyKind, Roster
from houqin.rosters.rules import roster_name
from houqin.rosters.services import (
    add_shift,
    ask_swap,
    create_kind,
    create_roster,
    digest_of,
    draw_up,
    proposed,
    publish_roster,
    raise_matter,
    sign_log,
    take_over,
    write_entry,
)
from houqin.rosters.services.duties import collision_of
from houqin.rosters.states import ShiftDays

GATE = "门卫"
BEFORE, AFTER = timedelta(days=10), timedelta(days=17)
# (kind, 排班人, what is asked, its shifts, who takes turns)
KINDS: tuple[tuple[str, str, str, tuple[dict[str, Any], ...], tuple[str, ...]], ...] = (
    (
        "行政值班", "陆文山", "手机保持畅通，早晚到校门口；遇突发事件先处置，同时报告校长。",
        ({"name": "带班", "begins": time(7), "ends": time(18), "days": ShiftDays.SCHOOL, "where": "值班室"},
         {"name": "假日带班", "begins": time(8), "ends": time(17), "days": ShiftDays.FREE,
          "where": "值班室"}),
        ("孟致远", "苏怀瑾", "顾长青", "陆文山", "程思齐", "任教仁", "辛勤耕"),
    ),
    (
        GATE, "关镇海", "外来人员登记，课间不离岗；夜里每两小时巡查一次。",
        ({"name": "白班", "begins": time(6), "ends": time(18), "where": "南大门"},
         {"name": "夜班", "begins": time(18), "ends": time(6), "where": "南大门"}),
        ("关镇海", "万能手", "石大勇", "范小同"),
    ),
)  # fmt: skip


def keep_watch_in_demo_school(sender: Any, by: Actor, on: date, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: four weeks around `on` are on the wall, the gate is handed over."""
    now = last_noon(on)
    for name, keeper, note, shifts, people in KINDS:
        kind = create_kind(name=name, keeper=_named(keeper), note=note, by=by)
        for shift in shifts:
            add_shift(kind=kind, by=by, **shift)
        roster = _drawn_up(kind, on - BEFORE, on + AFTER, people, by)
        roster = publish_roster(roster=roster, at=now - BEFORE, by=by)
        if name == GATE:
            _leave_unsigned(roster, on, _hand_over(roster, now))
            _ask_for_a_swap(roster, on, now)


def _drawn_up(kind: DutyKind, first: date, last: date, people: Sequence[str], by: Actor) -> Roster:
    name = roster_name(kind.name, first, last)
    roster = create_roster(kind=kind, name=name, first_on=first, last_on=last, by=by)
    users = [_named(name) for name in people]
    return draw_up(roster=roster, people=users, seen=digest_of(proposed(roster, users)), by=by)


def _hand_over(roster: Roster, now: datetime) -> Duty:
    """The last night that is over: what happened, what was handed over, and who took it over."""
    night: Duty = roster.duties.filter(shift__name="夜班", ends_at__lt=now).latest("begins_at")
    relief = roster.duties.get(shift__name="白班", day=night.day + timedelta(days=1))
    guard = Person(night.person)
    hour = timedelta(hours=1)
    write_entry(
        duty=night, text="校园巡查一圈，门窗关好，消防通道畅通。", at=night.begins_at + 3 * hour, by=guard
    )
    log = write_entry(
        duty=night, text="有家长送落下的药，登记后转交宿管。", at=night.begins_at + 4 * hour, by=guard
    )
    raise_matter(
        log=log, text="东侧门门锁不灵，已报修，夜里请多看一次。", at=night.begins_at + 5 * hour, by=guard
    )
    sign_log(log=log, summary="一切正常，东侧门门锁待修。", at=night.ends_at, by=guard)
    take_over(log=log, at=night.ends_at + hour / 6, by=Person(relief.person))
    return night


def _leave_unsigned(roster: Roster, on: date, signed: Duty) -> None:
    """The last watch of the 排班人 that is over, not the `signed` one: begun on paper, still to be signed."""
    over = roster.duties.filter(day__lt=on - timedelta(days=1), person=roster.kind.keeper_id)
    over = over.exclude(shift=signed.shift_id, day=signed.day)
    duty = over.select_related("roster__kind", "shift", "person").latest("begins_at")
    write_entry(
        duty=duty, text="校门口车辆拥堵，疏导二十分钟。", at=duty.begins_at + timedelta(hours=1),
        by=Person(duty.person),
    )  # fmt: skip


def _ask_for_a_swap(roster: Roster, on: date, now: datetime) -> None:
    """The 排班人 wishes to exchange one of his coming days with whoever can."""
    coming = roster.duties.filter(day__gt=on + timedelta(days=2)).select_related("roster__kind", "shift")
    mine = coming.filter(person=roster.kind.keeper_id).order_by("begins_at").first()
    for other in coming.exclude(person=roster.kind.keeper_id).order_by("begins_at"):
        if mine is not None and are_free(mine, other):
            ask_swap(duty=mine, other_duty=other, reason="送孩子看病", at=now, by=Person(roster.kind.keeper))
            return


def are_free(one: Duty, other: Duty) -> bool:
    """Whether nothing else keeps the two from exchanging their duties."""
    but = [one.pk, other.pk]
    return not any(
        collision_of(person, duty.begins_at, duty.ends_at, but)
        for person, duty in ((one.person, other), (other.person, one))
    )


def _named(name: str) -> User:
    return User.objects.get(name=name)
