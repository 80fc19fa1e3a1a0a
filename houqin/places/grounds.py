"""The grounds of the school while a workbook of rooms is read: what is there, and what has to be made."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.places.kinds import PlaceLevel
from houqin.places.models import Place
from houqin.places.rules import can_lie_in, floor_name
from houqin.places.services.generator import FIRST_CAMPUS
from houqin.places.services.tree import SENTENCES, fill_place, settle
from houqin.saving import insert_all_or_refuse, update_all_or_refuse
from houqin.spreadsheets.imports import Lookup
from houqin.spreadsheets.words import plain

MOST_NAMED = 8

# Campus, building, floor and number of a room; the first three may be nothing.
Path = tuple[str, str, str, str]


class Grounds(Lookup):
    """The tree of places in use, as far as rooms lie in it; what is missing of it is made."""

    what = "楼和楼层"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        places = list(
            Place.objects.filter(retired_on=None).select_related("department", "keeper").defer("grams")
        )
        by_key = {place.pk: place for place in places}
        for place in places:
            place.parent = by_key.get(place.parent_id)
        self.around = {self.path(each): each for each in places if not each.is_room}
        self.rooms = {self.path(each): each for each in places if each.is_room}
        self.by_full_name = {plain(each.full_name): each for each in self.rooms.values()}
        self.in_building: dict[tuple[str, str, str], list[Path]] = {}
        for campus, building, floor, number in self.rooms:
            self.in_building.setdefault((campus, building, number), []).append(
                (campus, building, floor, number)
            )
        self.campuses = [each for each in places if each.level == PlaceLevel.CAMPUS]

    @staticmethod
    def path(place: Place) -> Path:
        """Where `place` lies, in plain words."""
        names = {str(level): "" for level in PlaceLevel}
        above: Place | None = place
        while above is not None:
            names[above.level] = plain(above.name)
            above = above.parent
        return names["campus"], names["building"], names["floor"], names["room"]

    def campus_of(self, name: str) -> str:
        """The campus that a row means; where it does not say, the only one or a first one."""
        if name:
            return name
        if len(self.campuses) > 1:
            names = "、".join(each.name for each in self.campuses)
            raise RuleBroken(f"学校有几个校区，请写明是哪一个：{names}。", field="campus")
        return self.campuses[0].name if self.campuses else FIRST_CAMPUS

    def parent_of(self, campus: str, building: str, floor: int | None) -> Place:
        """What a room lies in; made as a draft where it is not there."""
        found = self._get(None, PlaceLevel.CAMPUS, campus, 50)
        if building:
            found = self._get(found, PlaceLevel.BUILDING, building, 50)
            if floor is not None:
                found = self._get(found, PlaceLevel.FLOOR, floor_name(floor), 100 + floor, floor)
        return found

    def _get(
        self, parent: Place | None, level: str, name: str, order: int, floor_no: int | None = None
    ) -> Place:
        place = Place(parent=parent, level=level, name=name, floor_no=floor_no)
        path = self.path(place)
        if path not in self.around:
            can_lie_in(level, parent).require()
            fill_place(place, name=name, title="", kind="", order=order, department=None, keeper=None)
            self.around[path] = place
            self.made.append(place)
            if level == PlaceLevel.CAMPUS:
                self.campuses.append(place)
        found: Place = self.around[path]
        return found

    def beside(self) -> list[str]:
        names = [
            f"{each.parent.name}{each.name}" if each.parent and each.floor_no else each.name
            for each in self.made
        ]
        shown = "、".join(names[:MOST_NAMED])
        more = "等" if len(names) > MOST_NAMED else ""
        return [f"新建 {len(names)} 处楼或楼层：{shown}{more}。"] if names else []

    def save(self) -> None:
        for level in (PlaceLevel.CAMPUS, PlaceLevel.BUILDING, PlaceLevel.FLOOR):
            made = [each for each in self.made if each.level == level]
            for place in made:
                settle(place, with_campus=len(self.campuses) > 1)
                place.set_maker(self.by)
            insert_all_or_refuse(made, SENTENCES)

    def withdraw(self, keys: Sequence[int]) -> None:
        for level in (PlaceLevel.FLOOR, PlaceLevel.BUILDING, PlaceLevel.CAMPUS):
            empty = Place.objects.filter(pk__in=keys, level=level, retired_on=None)
            places = list(empty.exclude(children__retired_on=None).select_for_update(of=("self",)))
            for place in places:
                place.retired_on = timezone.localdate()
            update_all_or_refuse(places, ["retired_on"], SENTENCES)
