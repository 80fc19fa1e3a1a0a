"""The demonstration school's grounds: two buildings, a canteen, a sports ground, classes in their rooms."""

from __future__ import annotations

from typing import Any

from houqin.actors import Actor
from houqin.people.models import Department, SchoolClass, User
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import Place
from houqin.places.services import create_place, generate_rooms, seat_class, update_place

TEACHING, OFFICES = "教学楼", "综合楼"
FLOORS, ROOMS_A_FLOOR = 3, 6
# (number in 综合楼, what stands on the door, kind)
SPECIAL = (
    ("101", "总务处", RoomKind.OFFICE), ("102", "库房", RoomKind.STORE), ("103", "医务室", RoomKind.FUNCTION),
    ("201", "科学实验室", RoomKind.FUNCTION), ("202", "计算机室", RoomKind.FUNCTION),
    ("203", "音乐室", RoomKind.FUNCTION), ("204", "教师办公室", RoomKind.OFFICE),
)  # fmt: skip
IN_THE_OPEN = (("食堂", RoomKind.CANTEEN), ("操场", RoomKind.SPORTS), ("大门门卫室", RoomKind.GATE))


def furnish_demo_school(sender: Any, by: Actor, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: the demonstration school has rooms, and each class sits in one."""
    teaching = generate_rooms(
        campus=None, building=TEACHING, first=1, last=FLOORS, per_floor=ROOMS_A_FLOOR, numbering="hundreds",
        kind=RoomKind.CLASSROOM, by=by,
    )  # fmt: skip
    campus = teaching.parent
    offices = generate_rooms(
        campus=campus, building=OFFICES, first=1, last=2, per_floor=4, numbering="hundreds",
        kind=RoomKind.OFFICE, by=by,
    )  # fmt: skip
    _name_special_rooms(offices, by)
    for place, (name, kind) in enumerate(IN_THE_OPEN, 1):
        create_place(parent=campus, level=PlaceLevel.ROOM, name=name, kind=kind, order=place, by=by)
    rooms = Place.objects.filter(parent__parent=teaching).order_by("walk_key")
    for school_class, room in zip(SchoolClass.objects.order_by("grade", "number"), rooms, strict=False):
        seat_class(school_class=school_class, room=room, by=by)


def _name_special_rooms(offices: Place, by: Actor) -> None:
    office = Department.objects.filter(name="总务处").first()
    keeper = User.objects.filter(name="叶知秋").first()
    for number, title, kind in SPECIAL:
        room = Place.objects.get(parent__parent=offices, name=number)
        update_place(
            place=room, version=None, name=number, title=title, kind=kind, order=room.order,
            department=office, keeper=keeper, by=by,
        )  # fmt: skip
