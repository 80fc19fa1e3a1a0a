"""The codes on the doors."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.locking import lock
from houqin.people.access import require
from houqin.places.models import DoorCode, Place
from houqin.places.rules import can_have_code
from houqin.places.selectors import open_codes
from houqin.places.services.tree import MANAGE, open_code


def rotate_door_code(*, place: Place, by: Actor, at: datetime | None = None) -> DoorCode:
    """Close the code on `place`'s door and give it another; the old label says «门牌已更换» from then on.

    For a label that was copied or lost. Raises `NotAllowed`, and `RuleBroken` for what is no room in use.
    """
    require(by, MANAGE, place)
    place = lock(place)
    can_have_code(place).require()
    old = open_codes([place]).get(place.pk)
    if old is not None:
        old.closed_at = at or timezone.now()
        old.save(update_fields=["closed_at"])
    return open_code(place=place, by=by)
