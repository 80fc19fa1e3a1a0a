"""Kinds of duty and their shifts: added, changed, taken out of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import User
from houqin.rosters.models import DutyKind, Shift
from houqin.rosters.rules import can_be_named
from houqin.rosters.states import KEEP_KINDS, MANAGE, ShiftDays
from houqin.saving import save_or_refuse

KIND_SENTENCES = {
    "houqin_dutykind_name_key": ("已有同名的值班种类，请换一个名称。", "name"),
}
SHIFT_SENTENCES = {
    "one_shift_in_use_per_name": ("这个值班种类已有同名班次，请换一个名称。", "name"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when; an end at or before the beginning lies on the next day."""

    begins: time
    ends: time


def create_kind(*, name: str, keeper: User, note: str = "", by: Actor) -> DutyKind:
    """Add a kind of duty. Raises `NotAllowed`; `RuleBroken` for a name that is taken or a keeper whose roles
    do not let him draw up rosters.
    """
    require(by, KEEP_KINDS)
    kind = DutyKind()
    kind.set_maker(by)
    _fill_kind(kind, name=name, keeper=keeper, note=note)
    return kind


def update_kind(
    *, kind: DutyKind, version: int | None = None, name: str, keeper: User, note: str = "", by: Actor
) -> DutyKind:
    """Change a kind of duty; raises as `create_kind`, and `EditedMeanwhile`."""
    require(by, KEEP_KINDS)
    kind = lock(kind)
    kind.expect_version(version)
    _fill_kind(kind, name=name, keeper=keeper, note=note)
    return kind


def retire_kind(*, kind: DutyKind, on: date | None = None, by: Actor) -> DutyKind:
    """Take a kind out of use: no new roster; those that are there stay. Raises `NotAllowed`, `RuleBroken`."""
    require(by, KEEP_KINDS)
    kind = lock(kind)
    if kind.retired_on is not None:
        raise RuleBroken("这个值班种类已经停用了。")
    kind.retired_on = on or timezone.localdate()
    kind.save(update_fields=["retired_on"])
    return kind


def add_shift(
    *,
    kind: DutyKind,
    name: str,
    begins: time,
    ends: time,
    days: str = ShiftDays.EVERY,
    people: int = 1,
    where: str = "",
    position: int | None = None,
    by: Actor,
) -> Shift:
    """Add a shift to a kind in use. Raises `NotAllowed`; `RuleBroken` for a name that is taken."""
    require(by, KEEP_KINDS)
    kind = lock(kind)
    if kind.retired_on is not None:
        raise RuleBroken("这个值班种类已停用，不能再加班次。")
    shift = Shift(kind=kind)
    shift.set_maker(by)
    _fill_shift(
        shift, name=name, hours=Hours(begins, ends), days=days, people=people, where=where, position=position
    )
    return shift


def update_shift(
    *,
    shift: Shift,
    version: int | None = None,
    name: str,
    begins: time,
    ends: time,
    days: str,
    people: int,
    where: str = "",
    position: int | None = None,
    by: Actor,
) -> Shift:
    """Change a shift for what is drawn up from now on; raises as `add_shift`, and `EditedMeanwhile`."""
    require(by, KEEP_KINDS)
    shift = lock(shift)
    shift.expect_version(version)
    _fill_shift(
        shift, name=name, hours=Hours(begins, ends), days=days, people=people, where=where, position=position
    )
    return shift


def retire_shift(*, shift: Shift, on: date | None = None, by: Actor) -> Shift:
    """Take a shift out of use; who is drawn up for it stays. Raises `NotAllowed`, `RuleBroken`."""
    require(by, KEEP_KINDS)
    shift = lock(shift)
    if shift.retired_on is not None:
        raise RuleBroken("这个班次已经停用了。")
    shift.retired_on = on or timezone.localdate()
    shift.save(update_fields=["retired_on"])
    return shift


def _fill_kind(kind: DutyKind, *, name: str, keeper: User, note: str) -> None:
    # Whoever keeps it already may stay named, so that the rest can be changed.
    if keeper.pk != kind.keeper_id:
        can_be_named(keeper).require()
        if not keeper.has(MANAGE):
            raise RuleBroken(
                f"{keeper.name}的岗位不能排班。请选总务主任、部门负责人、司务长、宿管或门卫。", field="keeper"
            )
    kind.name, kind.keeper, kind.note = name.strip(), keeper, note.strip()
    save_or_refuse(kind, KIND_SENTENCES)


def _fill_shift(
    shift: Shift, *, name: str, hours: Hours, days: str, people: int, where: str, position: int | None
) -> None:
    shift.name, shift.where = name.strip(), where.strip()
    shift.begins, shift.ends = hours.begins, hours.ends
    shift.days, shift.people = days, people
    if position is None:
        last = shift.kind.shifts.exclude(pk=shift.pk).order_by("-position").first()
        position = last.position + 10 if last is not None else 10
    shift.position = position
    save_or_refuse(shift, SHIFT_SENTENCES)
