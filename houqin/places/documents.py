"""The labels on the doors, eight on a sheet of A4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from houqin.documents.printing import Document, render_pdf
from houqin.places.models import DoorCode, Place
from houqin.places.selectors import open_codes

TEMPLATE = "places/documents/door_labels.html"
MOST_LABELS = 400


@dataclass(frozen=True, slots=True)
class Label:
    """One label, as texts and the name of its QR code's picture."""

    building: str
    name: str
    kind: str
    token: str
    picture: str


def door_labels(
    rooms: Sequence[Place], *, school: str, printed_by: str, address_of: Callable[[DoorCode], str]
) -> Document:
    """Print the labels of `rooms` in their order; `address_of` gives the absolute address of a code.

    A room without an open code has no label. Raises `PrintingFailed` when this machine cannot print.
    """
    codes = open_codes(rooms)
    labelled = [(room, codes[room.pk]) for room in rooms if room.pk in codes]
    labels = [_label(room, code) for room, code in labelled]
    pictures = {label.picture: address_of(code) for label, (_, code) in zip(labels, labelled, strict=True)}
    return render_pdf(
        TEMPLATE,
        {"labels": labels},
        title="房间门牌",
        school=school,
        printed_by=printed_by,
        codes=pictures,
    )


def _label(room: Place, code: DoorCode) -> Label:
    """What stands above the number is what its full name has before it."""
    own = " ".join(part for part in (room.name, room.title) if part)
    building = room.full_name.removesuffix(own).strip()
    number = room.title or room.name
    kind = f"{room.name} {room.get_kind_display()}" if room.title else room.get_kind_display()
    return Label(building, number, kind, code.public_id, f"houqin:door-{code.public_id}.svg")
