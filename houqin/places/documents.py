"""The labels on the doors, eight on a sheet of A4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from houqin.documents.printing import Sheet
from houqin.orders.papers import OrderedPaper
from houqin.places.models import DoorCode, Place
from houqin.places.selectors import open_codes, rooms_below
from houqin.school import school_name

TEMPLATE = "places/documents/door_labels.html"
LABELS_OF_A_PAGE = 8
# A thousand pages: what joins them holds that much below the ceiling of its memory.
MOST_LABELS = 1_000 * LABELS_OF_A_PAGE
# Twenty pages: the bar moves every few seconds.
LABELS_OF_A_PART = 20 * LABELS_OF_A_PAGE


@dataclass(frozen=True, slots=True)
class Label:
    """One label, as texts and the name of its QR code's picture."""

    building: str
    name: str
    kind: str
    token: str
    picture: str


class DoorLabels(OrderedPaper):
    """The labels of the rooms that `asked` names: `chosen` (public ids) or all `under` a place.

    `site` is the absolute address before the doors' own; a room without an open code has no label.
    """

    code = "places.door_labels"
    permission = "houqin.place:manage"

    def title(self) -> str:
        return f"{self.place.full_name}房间门牌" if self.place is not None else "房间门牌"

    @cached_property
    def place(self) -> Place | None:
        """The place all of whose rooms are asked for, as far as the reader sees it."""
        found: Place | None = self._seen().filter(public_id=self.asked.get("under", "")).first()
        return found

    @cached_property
    def rooms(self) -> list[Place]:
        """The rooms in the order of the sheet; of more than may be printed, one too many."""
        if chosen := self.asked.get("chosen"):
            rooms = self._seen().filter(public_id__in=chosen, level="room").order_by("walk_key", "pk")
        elif self.place is not None:
            rooms = rooms_below(self.place).filter(pk__in=self._seen().values("pk"))
        else:
            return []
        return list(rooms.defer("grams")[: MOST_LABELS + 1])

    def rows_are_seen(self) -> bool:
        if chosen := self.asked.get("chosen"):
            asked = Place.objects.filter(public_id__in=chosen)
            hidden = asked.exclude(pk__in=Place.objects.visible_to(self.user).values("pk"))
            return asked.exists() and not hidden.exists()
        return self.place is not None

    def pages(self) -> int:
        return -(-len(self.rooms) // LABELS_OF_A_PAGE)

    def sheets(self) -> list[Sheet]:
        return door_labels(
            self.rooms,
            school=school_name(),
            printed_by=self.user.name,
            address_of=lambda code: f"{self.asked['site']}{code.get_absolute_url()}",
        )

    def _seen(self) -> QuerySet[Place]:
        seen: QuerySet[Place] = Place.objects.visible_to(self.user).filter(retired_on=None)
        return seen


def door_labels(
    rooms: Sequence[Place], *, school: str, printed_by: str, address_of: Callable[[DoorCode], str]
) -> list[Sheet]:
    """The labels of `rooms` in their order; `address_of` gives the absolute address of a code."""
    codes = open_codes(rooms)
    labelled = [(_label(room, codes[room.pk]), codes[room.pk]) for room in rooms if room.pk in codes]
    return [
        Sheet(
            template=TEMPLATE,
            context={"labels": [label for label, _ in labelled[first : first + LABELS_OF_A_PART]]},
            title="房间门牌",
            school=school,
            printed_by=printed_by,
            codes={
                label.picture: address_of(code) for label, code in labelled[first : first + LABELS_OF_A_PART]
            },
        )
        for first in range(0, len(labelled), LABELS_OF_A_PART)
    ]


def _label(room: Place, code: DoorCode) -> Label:
    """What stands above the number is what its full name has before it."""
    own = " ".join(part for part in (room.name, room.title) if part)
    building = room.full_name.removesuffix(own).strip()
    number = room.title or room.name
    kind = f"{room.name} {room.get_kind_display()}" if room.title else room.get_kind_display()
    return Label(building, number, kind, code.public_id, f"houqin:door-{code.public_id}.svg")
