"""Which room a cell of a workbook names."""

from __future__ import annotations

from houqin.actors import Actor
from houqin.places.kinds import PlaceLevel
from houqin.places.models import Place
from houqin.spreadsheets.imports import Lookup


class Rooms(Lookup):
    """A room in use by its full name, its number or what stands on its door, where only one has it."""

    what = "房间"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        rooms = Place.objects.filter(level=PlaceLevel.ROOM, retired_on=None).order_by("pk")
        for room in rooms.defer("grams"):
            for word in {room.full_name, room.name, room.title} - {""}:
                self.put(word, room)
