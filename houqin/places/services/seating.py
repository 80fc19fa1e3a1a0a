"""Which class sits in which room this year."""

from __future__ import annotations

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import SchoolClass
from houqin.places.models import Place
from houqin.places.rules import can_be_chosen
from houqin.saving import save_or_refuse

SENTENCES = {"one_class_per_room": ("这间教室已有别的班，请先给那个班换教室。", "room")}


def seat_class(
    *, school_class: SchoolClass, room: Place | None, version: int | None = None, by: Actor
) -> SchoolClass:
    """Give a class its room, or none. The database lets one class sit in a room.

    Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` for a retired class, a room out of use, or one that
    another class has.
    """
    require(by, "houqin.class:manage", school_class)
    school_class = lock(school_class)
    school_class.expect_version(version)
    if school_class.retired_on is not None:
        raise RuleBroken("这个班级已经停用。")
    if room is not None and room.pk != school_class.room_id:
        room = lock(room)
        can_be_chosen(room).require()
    school_class.room = room
    save_or_refuse(school_class, SENTENCES, update_fields=["room"])
    return school_class
