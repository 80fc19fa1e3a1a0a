"""Pure decisions about places, and the numbers that the room generator gives; no queries."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from houqin.errors import RuleBroken
from houqin.places.kinds import PARENTS, PlaceLevel
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.places.models import Place

LOWEST_FLOOR, HIGHEST_FLOOR = -3, 40
MOST_PER_FLOOR = 60
MOST_ROOMS = 1_000
SKIPPED = re.compile(r"[,，、;；\s]+")


class Numbering(TextChoices):
    """How the rooms of a floor are numbered."""

    HUNDREDS = "hundreds", "101、102…（楼层 + 两位数）"
    DASHED = "dashed", "1-1、1-2…（楼层-序号）"
    LETTERED = "lettered", "A101、A102…（字母 + 楼层 + 两位数）"
    RUNNING = "running", "1、2、3…（整栋楼连续编号）"


@dataclass(frozen=True, slots=True)
class FloorDraft:
    """A floor as the generator proposes it, with the numbers of its rooms."""

    floor_no: int
    name: str
    rooms: tuple[str, ...]


def can_lie_in(level: str, parent: Place | None) -> Decision:
    """Whether a place of `level` may lie in `parent`."""
    if parent is None:
        if level == PlaceLevel.CAMPUS:
            return Decision.yes()
        return Decision.no(f"请选择这个{PlaceLevel(level).label}在哪里。")
    if parent.level not in PARENTS[level]:
        where = "、".join(PlaceLevel(each).label for each in PARENTS[level])
        label = PlaceLevel(level).label
        return Decision.no(f"{label}只能建在{where}里面。" if where else f"{label}不在别的场所里面。")
    return can_be_chosen(parent)


def can_be_chosen(place: Place) -> Decision:
    """What is out of use takes nothing new."""
    if place.retired_on is not None:
        return Decision.no(f"“{place.full_name}”已停用，请选在用的地方。")
    return Decision.yes()


def can_retire(place: Place, *, children: int, classes: Collection[str]) -> Decision:
    """A place goes out of use when nothing in use lies in it and no class sits there."""
    if place.retired_on is not None:
        return Decision.no("这个场所已经停用。")
    if children:
        return Decision.no(f"里面还有 {children} 处在用，请先停用或合并它们。")
    if classes:
        return Decision.no(f"{'、'.join(classes)}还在这里上课，请先给它换教室。")
    return Decision.yes()


def can_merge(place: Place, survivor: Place) -> Decision:
    """Two rooms in use become one: the wall came down, or one was entered twice."""
    if not place.is_room or not survivor.is_room:
        return Decision.no("只有房间可以合并。楼和层请停用后重建。")
    if place.pk == survivor.pk:
        return Decision.no("不能并入自己，请选另一间。")
    for each in (place, survivor):
        if each.retired_on is not None:
            return Decision.no(f"“{each.full_name}”已停用，不能再合并。")
    return Decision.yes()


def can_have_code(place: Place) -> Decision:
    """Only a room in use has a door whose code is changed."""
    if not place.is_room:
        return Decision.no("只有房间有门牌。")
    return can_be_chosen(place)


def floor_name(number: int) -> str:
    """地下一层 is written 负1层 on every lift."""
    return f"{number}层" if number > 0 else f"负{-number}层"


def proposed_rooms(
    *, first: int, last: int, per_floor: int, numbering: str, letter: str = "", skipped: str = ""
) -> list[FloorDraft]:
    """The floors from `first` to `last` (there is no floor 0) with `per_floor` rooms each, numbered.

    `skipped` names numbers that the building does not have, with commas between: whole ones (`204`) or the
    last part that is left out on every floor (`4` skips the fourth door; counting goes on behind it).
    Raises `RuleBroken` with the field for an impossible range or more rooms than `MOST_ROOMS`.
    """
    _check_range(first, last, per_floor, numbering, letter)
    left_out = {each for each in SKIPPED.split(skipped.strip()) if each}
    floors, running = [], 0
    for floor in (each for each in range(first, last + 1) if each != 0):
        rooms: list[str] = []
        place = 0
        while len(rooms) < per_floor and place < MOST_PER_FLOOR + len(left_out):
            place += 1
            running += 1
            number = _number(numbering, floor, place, running, letter)
            if not left_out & {number, str(place), f"{place:02}"}:
                rooms.append(number)
        floors.append(FloorDraft(floor, floor_name(floor), tuple(rooms)))
    return floors


def _check_range(first: int, last: int, per_floor: int, numbering: str, letter: str) -> None:
    if first > last:
        raise RuleBroken("起始楼层高于结束楼层，请核对。", field="last")
    if first < LOWEST_FLOOR or last > HIGHEST_FLOOR or (first, last) == (0, 0):
        raise RuleBroken(f"楼层应在 {LOWEST_FLOOR} 到 {HIGHEST_FLOOR} 之间，没有 0 层。", field="first")
    if (last - first + 1) * per_floor > MOST_ROOMS:
        raise RuleBroken(f"一次最多生成 {MOST_ROOMS:,} 间，请分几次。", field="per_floor")
    if numbering == Numbering.LETTERED and not letter:
        raise RuleBroken("这种编号要先填字母，如 A。", field="letter")


def _number(numbering: str, floor: int, place: int, running: int, letter: str) -> str:
    on = str(floor) if floor > 0 else f"B{-floor}"
    match numbering:
        case Numbering.DASHED:
            return f"{on}-{place}"
        case Numbering.LETTERED:
            return f"{letter}{on}{place:02}"
        case Numbering.RUNNING:
            return f"{letter}{running}"
        case _:
            return f"{on}{place:02}"
