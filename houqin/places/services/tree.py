"""Places made, renamed and retired; their full names are kept true all the way down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import Department, User
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.rules import can_lie_in, can_retire
from houqin.places.walk import walk_key
from houqin.saving import save_or_refuse

MANAGE = "houqin.place:manage"
SENTENCES = {
    "one_place_per_parent_and_name": ("这里已有同名的场所，请换一个名称或房号。", "name"),
    "a_room_has_a_kind": ("请选择房间的用途。", "kind"),
}


def create_place(
    *,
    parent: Place | None,
    level: str,
    name: str,
    title: str = "",
    kind: str = "",
    floor_no: int | None = None,
    order: int = 50,
    department: Department | None = None,
    keeper: User | None = None,
    by: Actor,
) -> Place:
    """Add a place; a room gets the code of its door at once.

    Raises `NotAllowed`; `RuleBroken` for a parent that cannot hold it or is out of use, a taken name, a
    room without a kind, a keeper whose account is closed.
    """
    require(by, MANAGE)
    parent = lock(parent) if parent is not None else None
    can_lie_in(level, parent).require()
    is_second_campus = level == PlaceLevel.CAMPUS and Place.objects.filter(level=level).exists()
    place = Place(parent=parent, level=level, floor_no=floor_no)
    fill_place(place, name=name, title=title, kind=kind, order=order, department=department, keeper=keeper)
    settle(place, with_campus=_has_several_campuses())
    place.set_maker(by)
    save_or_refuse(place, SENTENCES)
    if place.is_room:
        open_code(place=place, by=by)
    if is_second_campus:
        rename_all()
    return place


def update_place(
    *,
    place: Place,
    version: int | None,
    name: str,
    title: str,
    kind: str = "",
    order: int,
    department: Department | None,
    keeper: User | None,
    by: Actor,
) -> Place:
    """Change a place; a new name or order is written into everything below it.

    Raises as `create_place`, and `EditedMeanwhile`.
    """
    require(by, MANAGE, place)
    place = lock(place)
    place.expect_version(version)
    before = (place.name, place.title, place.order)
    fill_place(place, name=name, title=title, kind=kind, order=order, department=department, keeper=keeper)
    settle(place, with_campus=_has_several_campuses())
    save_or_refuse(place, SENTENCES)
    if (place.name, place.title, place.order) != before:
        rename_all()
    return place


def retire_place(*, place: Place, on: date, version: int | None = None, by: Actor) -> Place:
    """Take a place out of use as of a day; its history and its name stay.

    Raises `NotAllowed`, and `RuleBroken` while something in use lies in it or a class sits there.
    """
    require(by, MANAGE, place)
    place = lock(place)
    place.expect_version(version)
    children = place.children.filter(retired_on=None).count()
    classes = list(place.classes.filter(retired_on=None).values_list("name", flat=True))
    can_retire(place, children=children, classes=classes).require()
    place.retired_on = on
    place.save(update_fields=["retired_on"])
    return place


def open_code(*, place: Place, by: Actor) -> DoorCode:
    """A new open code for `place`, whose old one is closed already."""
    code = DoorCode(place=place)
    code.set_maker(by)
    code.save()
    return code


def settle(place: Place, *, with_campus: bool) -> None:
    """Give `place` the full name and the order that follow from where it lies. Nothing is saved."""
    place.full_name = full_name(place, with_campus=with_campus)
    place.walk_key = walk_key(place)


def full_name(place: Place, *, with_campus: bool) -> str:
    """«教学楼 301 音乐室»: campus (where there are several), building, own name and the one on the door.

    A floor between building and room is left out: the room's number tells it.
    """
    parts: list[str] = []
    above = place.parent
    while above is not None:
        if above.level == PlaceLevel.BUILDING or (with_campus and above.level == PlaceLevel.CAMPUS):
            parts.insert(0, above.name)
        above = above.parent
    return " ".join(part for part in (*parts, place.name, place.title) if part)[:120]


def rename_all() -> None:
    """Write full names and orders anew where they are no longer true; reading takes two queries.

    A new order is nothing that anybody edited, so it makes no new version of a place.
    """
    with_campus = _has_several_campuses()
    places = {place.pk: place for place in Place.objects.all()}
    for place in places.values():
        place.parent = places.get(place.parent_id)
    for place in _outside_in(places.values()):
        name = full_name(place, with_campus=with_campus)
        if name != place.full_name:
            current = lock(place)
            current.full_name = name
            current.save(update_fields=["full_name"])
        key = walk_key(place)
        if key != place.walk_key:
            Place.objects.filter(pk=place.pk).update(walk_key=key)


def _outside_in(places: Iterable[Place]) -> list[Place]:
    levels = [str(level) for level in PlaceLevel]
    return sorted(places, key=lambda place: (levels.index(place.level), place.pk))


def _has_several_campuses() -> bool:
    return Place.objects.filter(level=PlaceLevel.CAMPUS).count() > 1


def fill_place(
    place: Place,
    *,
    name: str,
    title: str,
    kind: str,
    order: int,
    department: Department | None,
    keeper: User | None,
) -> None:
    """Set what a place is, by the rules; `RuleBroken` with the field. Nothing is saved."""
    place.name, place.title, place.order = " ".join(name.split()), " ".join(title.split()), order
    # A kind chosen by mistake for a building is no reason to refuse it.
    place.kind = kind if place.is_room else ""
    if not place.name:
        raise RuleBroken("请填写名称或房号。", field="name")
    if place.is_room and place.kind not in RoomKind.values:
        raise RuleBroken("请选择房间的用途。", field="kind")
    if keeper is not None and keeper.pk != place.keeper_id and not keeper.is_active:
        raise RuleBroken(f"{keeper.name}的账号已停用，请选在用的人员。", field="keeper")
    place.department, place.keeper = department, keeper
