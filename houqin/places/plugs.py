"""What places plug into the house: navigation, search, files on places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from houqin.actors import Actor
from houqin.people.access import allowed
from houqin.places.documents import DoorLabels
from houqin.places.models import Place
from houqin.places.selectors import places_found
from houqin.registry import AttachmentParent, Held, Navigation, Registry
from houqin.rules import Decision

GROUP = "场所"


def declare(registry: Registry) -> None:
    """Plug them into `registry`."""
    registry.add_navigation(
        Navigation("楼层房间", "places:floors", "houqin.place:read", GROUP, "building", order=70),
        Navigation("场所列表", "places:place-list", "houqin.place:read", GROUP, "door-open", order=71),
        Navigation("打印门牌", "places:labels", "houqin.place:manage", GROUP, "qr-code", order=72),
    )
    registry.searches.append(places_found)
    registry.add_ordered_paper(DoorLabels)
    registry.class_holdings.append(rooms_held)
    registry.add_attachment_parent(AttachmentParent(Place, to_place, "houqin.place:manage", "places:attach"))


def to_place(by: Actor, place: Any) -> Decision:
    """Whoever keeps the places adds photos and drawings."""
    return allowed(by, "houqin.place:manage", place)


def rooms_held(classes: Sequence[Any]) -> Iterable[Held]:
    """The room in which each of `classes` sits: what is in it stays in it, whoever comes next."""
    rooms = Place.objects.in_bulk({each.room_id for each in classes if each.room_id is not None})
    for each in classes:
        if each.room_id is not None:
            room = rooms[each.room_id]
            yield Held(each, "教室", room.full_name, room.get_absolute_url(), is_room=True)
