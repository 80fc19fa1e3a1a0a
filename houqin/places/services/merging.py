"""Two rooms become one."""

from __future__ import annotations

from datetime import date

from houqin.actors import Actor
from houqin.errors import Gone, RuleBroken
from houqin.locking import lock_all
from houqin.people.access import require
from houqin.people.models import SchoolClass
from houqin.places.models import Place
from houqin.places.rules import can_merge
from houqin.places.services.tree import MANAGE


def merge_rooms(*, place: Place, survivor: Place, reason: str, on: date, by: Actor) -> Place:
    """`survivor` stands for `place` from the day `on`: links, door codes and what was planned lead there.

    Rooms that had been merged into `place` point at the survivor at once, so that every pointer is one step
    long. A class that sat in `place` moves along. Both rows are locked, in the order of their keys: of two
    merges in opposite directions the second is refused. Raises `NotAllowed`; `RuleBroken` without a
    reason, for anything but two rooms in use, or when both have a class. Answers the survivor.
    """
    require(by, MANAGE, place)
    locked = {row.pk: row for row in lock_all(Place.objects.filter(pk__in={place.pk, survivor.pk}))}
    if {place.pk, survivor.pk} - set(locked):
        raise Gone
    place, survivor = locked[place.pk], locked[survivor.pk]
    can_merge(place, survivor).require()
    if not reason.strip():
        raise RuleBroken("请写明合并的原因。", field="reason")
    _move_class(place, survivor)
    for earlier in place.merged.all():
        earlier.merged_into = survivor
        earlier.save(update_fields=["merged_into"])
    place.merged_into, place.retired_on, place.merge_reason = survivor, on, reason.strip()
    place.save(update_fields=["merged_into", "retired_on", "merge_reason"])
    return survivor


def _move_class(place: Place, survivor: Place) -> None:
    sitting = list(SchoolClass.objects.filter(room__in=[place, survivor], retired_on=None).order_by("pk"))
    if len(sitting) > 1:
        names = "、".join(each.name for each in sitting)
        raise RuleBroken(f"{names}各在一间，合并前请先给其中一个班换教室。", field="survivor")
    for each in sitting:
        if each.room_id == place.pk:
            each.room = survivor
            each.save(update_fields=["room"])
