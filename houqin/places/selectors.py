"""What pages read about places: the floor view, a door, what the search finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from houqin.people.models import SchoolClass, User
from houqin.places.kinds import PlaceLevel
from houqin.places.models import DoorCode, Place
from houqin.places.rules import FloorDraft
from houqin.registry import Hit
from houqin.search.columns import matching

READ = "houqin.place:read"


@dataclass(frozen=True, slots=True)
class FloorRow:
    """One floor of the floor view, or what lies in the building or campus without one."""

    name: str
    url: str
    rooms: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class DoorOf:
    """What a code leads to: the place that stands for its door today, or that the code was changed."""

    place: Place
    is_replaced: bool


def buildings(user: User) -> list[Place]:
    """The buildings in use, and the campuses that have something in the open."""
    places = Place.objects.visible_to(user).filter(retired_on=None).defer("grams")
    houses = list(places.filter(level=PlaceLevel.BUILDING).order_by("parent__order", "order", "pk"))
    in_the_open = places.filter(level=PlaceLevel.ROOM, parent__level=PlaceLevel.CAMPUS).values("parent")
    return [*houses, *places.filter(pk__in=in_the_open).order_by("order", "pk")]


def with_classes(rooms: QuerySet[Place]) -> QuerySet[Place]:
    """`rooms` with the class that sits in each, as `sitting`: one more query."""
    sitting = SchoolClass.objects.filter(retired_on=None)
    return rooms.prefetch_related(Prefetch("classes", queryset=sitting, to_attr="sitting"))


def floors_of(building: Place, user: User) -> list[FloorRow]:
    """The floors of `building`, the highest first, as one sees a house; three queries whatever its size."""
    places = Place.objects.visible_to(user).filter(retired_on=None).defer("grams")
    floors = list(places.filter(parent=building, level=PlaceLevel.FLOOR).order_by("-floor_no", "order", "pk"))
    rooms = with_classes(places.filter(level=PlaceLevel.ROOM, parent__in=[building, *floors]))
    inside: dict[int | None, list[Place]] = defaultdict(list)
    for room in rooms.order_by("order", "name", "pk"):
        inside[room.parent_id].append(room)
    rows = [FloorRow(floor.name, floor.get_absolute_url(), tuple(inside[floor.pk])) for floor in floors]
    if inside[building.pk]:
        label = "室外" if building.level == PlaceLevel.CAMPUS else "不分层"
        rows.append(FloorRow(label, building.get_absolute_url(), tuple(inside[building.pk])))
    return rows


def rooms_below(place: Place) -> QuerySet[Place]:
    """The rooms in use in `place`, however deep; itself when it is a room."""
    rooms = Place.objects.filter(level=PlaceLevel.ROOM, retired_on=None)
    if place.is_room:
        return rooms.filter(pk=place.pk)
    inside = (
        rooms.filter(parent=place)
        | rooms.filter(parent__parent=place)
        | rooms.filter(parent__parent__parent=place)
    )
    return inside.order_by("walk_key", "pk")


def open_codes(rooms: Iterable[Place]) -> dict[int, DoorCode]:
    """The code on each of `rooms`' doors, by the room's key; one query."""
    codes = DoorCode.objects.filter(closed_at=None, place__in=[room.pk for room in rooms])
    return {code.place_id: code for code in codes}


def door_behind(token: str) -> DoorOf | None:
    """What the code `token` on a door leads to, for anybody who scans it; None for a code that we never gave.

    One look into a unique index, found or not, so that trying codes teaches nothing and costs little. A
    merged room's label stays good: whoever stands at that door means the room that is there now.
    """
    wanted = DoorCode.objects.filter(public_id=token)
    code = wanted.select_related("place__merged_into__parent", "place__parent").first()
    return None if code is None else DoorOf(code.place.survivor, is_replaced=code.closed_at is not None)


def places_found(user: User, words: str, limit: int) -> Sequence[Hit]:
    """For the search of the whole house: places in use by number, name or initials."""
    if not user.has(READ):
        return []
    places = matching(Place.objects.visible_to(user).filter(retired_on=None), words)
    found = places.select_related("department", "keeper").order_by("walk_key", "pk")[:limit]
    return [Hit("场所", place.full_name, place.get_absolute_url(), _detail(place)) for place in found]


def missing_rooms(campus: Place | None, building: str, drafts: Sequence[FloorDraft]) -> list[FloorDraft]:
    """What of the generator's `drafts` is not there yet; one query."""
    rooms = Place.objects.filter(
        level=PlaceLevel.ROOM, retired_on=None, parent__parent__name=" ".join(building.split())
    )
    if campus is not None:
        rooms = rooms.filter(parent__parent__parent=campus)
    have = set(rooms.values_list("parent__name", "name"))
    return [
        FloorDraft(each.floor_no, each.name, tuple(r for r in each.rooms if (each.name, r) not in have))
        for each in drafts
    ]


def _detail(place: Place) -> str:
    words = [place.get_kind_display() if place.is_room else place.get_level_display()]
    words += [str(each) for each in (place.department, place.keeper) if each]
    return " · ".join(words)
