"""The order in which one walks through the school: campus, building, floor by floor, door by door.

No collation of a PyPI PostgreSQL knows pinyin or puts 2 before 10, so the order is kept as a text of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from houqin.search.pinyin import pinyin_key

if TYPE_CHECKING:
    from houqin.places.models import Place

LONGEST = 300
OF_A_NAME = 60
# The lowest cellar is still above nought.
GROUND = 500


def walk_key(place: Place) -> str:
    """Where `place` comes: whatever it lies in stands just before it, and its neighbours by 排序 and name."""
    steps: list[str] = []
    at: Place | None = place
    while at is not None:
        steps.insert(0, _step(at))
        at = at.parent
    return "/".join(steps)[:LONGEST]


def _step(place: Place) -> str:
    height = f"{place.floor_no + GROUND} " if place.floor_no is not None else ""
    spelt, _, _ = pinyin_key(place.name).partition("|")
    return f"{place.order:05} {height}{re.sub(r'[0-9]+', _figures, spelt)}"[:OF_A_NAME]


def _figures(found: re.Match[str]) -> str:
    """The figures of a number so long that texts of them sort as numbers do."""
    return found[0].zfill(6)
