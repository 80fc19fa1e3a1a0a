"""Plain functions that make the places of a test, through the ORM and as the app role."""

from __future__ import annotations

from itertools import count
from typing import Any

from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.walk import walk_key

_numbers = count(1)


def campus(name: str = "", **fields: Any) -> Place:
    """A campus with nothing in it."""
    return _place(PlaceLevel.CAMPUS, name or f"校区{next(_numbers)}", None, **fields)


def building(name: str = "", parent: Place | None = None, **fields: Any) -> Place:
    """A building."""
    return _place(PlaceLevel.BUILDING, name or f"楼{next(_numbers)}", parent or campus(), **fields)


def floor(number: int = 1, parent: Place | None = None, **fields: Any) -> Place:
    """A floor of a building."""
    return _place(PlaceLevel.FLOOR, f"{number}层", parent or building(), floor_no=number, **fields)


def room(name: str = "", parent: Place | None = None, **fields: Any) -> Place:
    """A classroom with the code on its door."""
    fields = {"kind": RoomKind.CLASSROOM} | fields
    made = _place(PlaceLevel.ROOM, name or f"{next(_numbers)}", parent or floor(), **fields)
    DoorCode.objects.create(place=made)
    return made


def code_of(place: Place) -> DoorCode:
    """The code on the door now."""
    code: DoorCode = place.codes.get(closed_at=None)
    return code


def _place(level: str, name: str, parent: Place | None, **fields: Any) -> Place:
    above = parent.parent if parent is not None and parent.level == PlaceLevel.FLOOR else parent
    is_inside = above is not None and above.level == PlaceLevel.BUILDING
    fields = {"full_name": f"{above.name} {name}" if above is not None and is_inside else name} | fields
    made = Place(level=level, name=name, parent=parent, **fields)
    made.walk_key = walk_key(made)
    made.save()
    return made
