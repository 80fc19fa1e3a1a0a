"""Ordered documents at every stage, laid as rows: nothing was printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from pypdf import PdfWriter

from houqin.documents.printing import fingerprint
from houqin.orders import storage
from houqin.orders.forms import sealed
from houqin.orders.models import PrintOrder
from houqin.people.models import User
from houqin.places.documents import DoorLabels
from houqin.places.models import DoorCode, Place
from houqin.registry import registry
from tests.places import factories as places

SITE = "http://school.test"
_numbers = count(1)


def storey(rooms: int) -> Place:
    """A floor with so many rooms, each with the code on its door."""
    floor = places.floor(1, places.building())
    above = floor.parent
    made = Place.objects.bulk_create(
        Place(
            level="room", kind="classroom", name=f"{number:05}", full_name=f"{above.name} {number:05}",
            parent=floor,
        )
        for number in range(1, rooms + 1)
    )  # fmt: skip
    DoorCode.objects.bulk_create(DoorCode(place=room) for room in made)
    return floor


def labels_of(user: User, place: Place) -> DoorLabels:
    """The labels of all rooms in `place`, as `user` asks for them."""
    return DoorLabels(user, {"under": place.public_id, "site": SITE})


def sealed_paper(user: User, *, kind: str, asked: Mapping[str, Any]) -> str:
    """What the page that offers the paper to `user` sends."""
    return sealed(registry.ordered_papers[kind](user, asked))


def order(user: User, **fields: Any) -> PrintOrder:
    """Labels of one room that `user` ordered, as far as `fields` say."""
    paper = labels_of(user, places.room().parent)
    fields = {
        "kind": paper.code, "asked": paper.asked, "title": f"门牌{next(_numbers)}", "created_by": user,
        "fingerprint": fingerprint(paper.sheets()), "pages": 1, "total": 1,
    } | fields  # fmt: skip
    made: PrintOrder = PrintOrder.objects.create(**fields)
    return made


def ready(user: User, **fields: Any) -> PrintOrder:
    """… that was made; the file lies nowhere."""
    now = timezone.now()
    return order(user, **{"state": "ready", "ready_at": now, "expires_at": now + timedelta(days=7)} | fields)


def made(user: User, **fields: Any) -> PrintOrder:
    """… with a page of nothing in its place."""
    found = ready(user, **fields)
    paper = PdfWriter()
    paper.add_blank_page(72, 72)
    paper.write(storage.place_of(found.public_id))
    return found


def failed(user: User, **fields: Any) -> PrintOrder:
    """… that could not be made."""
    return order(user, **{"state": "failed", "said": "磁盘满了。"} | fields)
