"""The demonstration school's watches: the leaders of the day, the gate round the clock, evenings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.people.models import User
from houqin.rosters.models import DutyKind, Roster
from houqin.rosters.services import (
    add_shift,
    create_kind,
    create_roster,
    digest_of,
    draw_up,
    proposed,
    publish_roster,
)
from houqin.rosters.states import ShiftDays

BEFORE, AFTER = timedelta(days=10), timedelta(days=17)
NOON = time(12)
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
        "门卫", "关镇海", "外来人员登记，课间不离岗；夜里每两小时巡查一次。",
        ({"name": "白班", "begins": time(6), "ends": time(18), "where": "南大门"},
         {"name": "夜班", "begins": time(18), "ends": time(6), "where": "南大门"}),
        ("关镇海", "万能手", "石大勇", "范小同"),
    ),
)  # fmt: skip


def keep_watch_in_demo_school(sender: Any, by: Actor, on: date, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: four weeks around `on` are drawn up and published."""
    now = timezone.make_aware(datetime.combine(on, NOON))
    for name, keeper, note, shifts, people in KINDS:
        kind = create_kind(name=name, keeper=_named(keeper), note=note, by=by)
        for shift in shifts:
            add_shift(kind=kind, by=by, **shift)
        roster = _drawn_up(kind, on - BEFORE, on + AFTER, people, by)
        publish_roster(roster=roster, at=now - BEFORE, by=by)


def _drawn_up(kind: DutyKind, first: date, last: date, people: Sequence[str], by: Actor) -> Roster:
    roster = create_roster(
        kind=kind, name=f"{first.month}月—{last.month}月{kind}值班安排表", first_on=first, last_on=last, by=by
    )
    users = [_named(name) for name in people]
    return draw_up(roster=roster, people=users, seen=digest_of(proposed(roster, users)), by=by)


def _named(name: str) -> User:
    return User.objects.get(name=name)
