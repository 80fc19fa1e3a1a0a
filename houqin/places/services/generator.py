"""A whole building at once: floors and numbered rooms."""

from __future__ import annotations

from houqin.actors import Actor
from houqin.locking import lock
from houqin.people.access import require
from houqin.places.kinds import PlaceLevel
from houqin.places.models import Place
from houqin.places.rules import FloorDraft, proposed_rooms
from houqin.places.services.tree import MANAGE, create_place

FIRST_CAMPUS = "校本部"


def generate_rooms(
    *,
    campus: Place | None,
    building: str,
    first: int,
    last: int,
    per_floor: int,
    numbering: str,
    letter: str = "",
    skipped: str = "",
    kind: str,
    by: Actor,
) -> Place:
    """Make `building` with its floors and rooms, or what of them is missing; answers the building.

    Whatever stands there already, retired or in use under the same name, is left as it is. Without `campus`
    the only one is taken, and the first one is made. Raises `NotAllowed`, and `RuleBroken` as
    `proposed_rooms` does.
    """
    require(by, MANAGE)
    drafts = proposed_rooms(
        first=first, last=last, per_floor=per_floor, numbering=numbering, letter=letter, skipped=skipped
    )
    campus = lock(campus) if campus is not None else _only_campus(by)
    name = " ".join(building.split())
    house = Place.objects.filter(parent=campus, name=name, level=PlaceLevel.BUILDING, retired_on=None).first()
    if house is None:
        house = create_place(parent=campus, level=PlaceLevel.BUILDING, name=name, by=by)
    for draft in drafts:
        _add_floor(house, draft, kind, by)
    return house


def _only_campus(by: Actor) -> Place:
    found: Place | None = Place.objects.filter(level=PlaceLevel.CAMPUS, retired_on=None).first()
    if found is not None:
        return found
    return create_place(parent=None, level=PlaceLevel.CAMPUS, name=FIRST_CAMPUS, by=by)


def _add_floor(house: Place, draft: FloorDraft, kind: str, by: Actor) -> None:
    floors = Place.objects.filter(parent=house, name=draft.name, retired_on=None)
    floor: Place | None = floors.first()
    if floor is None:
        floor = create_place(
            parent=house, level=PlaceLevel.FLOOR, name=draft.name, floor_no=draft.floor_no,
            order=draft.floor_no + 100, by=by,
        )  # fmt: skip
    have = set(Place.objects.filter(parent=floor, retired_on=None).values_list("name", flat=True))
    for place, number in enumerate(draft.rooms, 1):
        if number not in have:
            create_place(parent=floor, level=PlaceLevel.ROOM, name=number, kind=kind, order=place, by=by)
