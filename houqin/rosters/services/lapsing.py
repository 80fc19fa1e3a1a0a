"""Swaps that lapse because the duty became somebody else's meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from houqin.actors import Actor, System
from houqin.locking import lock_all
from houqin.notifications.announcing import announce
from houqin.rosters.models import Duty, Swap
from houqin.rosters.notices import SWAP_SETTLED
from houqin.rosters.states import OPEN_SWAPS
from houqin.states import move

HOUSE = System("值班")


def lapse(*, swaps: Sequence[Swap], at: datetime, by: Actor) -> None:
    """End *locked* open `swaps` whose duties became somebody else's; everybody concerned is told."""
    for swap in swaps:
        swap.settled_at = at
        move(swap, "lapse", by=HOUSE, also=["settled_at"])
        announce(SWAP_SETTLED, swap, by=by)


def open_swaps_of(*duties: Duty) -> list[Swap]:
    """The open swaps in which one of `duties` changes hands, locked; lock them before the duties."""
    keys = [each.pk for each in duties]
    found = Swap.objects.filter(Q(duty__in=keys) | Q(other_duty__in=keys), state__in=OPEN_SWAPS)
    pks = list(found.values_list("pk", flat=True))
    locked = lock_all(Swap.objects.filter(pk__in=pks)) if pks else []
    return [each for each in locked if each.state in OPEN_SWAPS]
