"""How many rows a list or a figure counts: exactly where they are few, otherwise what the planner expects."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from houqin.remembering import kept_a_while, known_of_late

# Counting further takes longer than the page itself for whoever sees a tenth of the rows.
COUNTED = 2_000
# From twenty pages on the planner's number is said instead, which costs nothing: it comes from the statistics
# that the database keeps anyway, and the last page knows better.
EXPECTED = 1_000
# The statistics change about as often: the database looks every minute whether a table needs new ones.
ASKED_AGAIN_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are: exactly, at least (`is_capped`), or about (`is_estimated`)."""

    number: int
    is_capped: bool = False
    is_estimated: bool = False

    def __str__(self) -> str:
        if self.is_estimated:
            digits = len(str(self.number))
            return f"共约 {round(self.number, 2 - digits):,} 条"
        return f"共约 {self.number:,} 条以上" if self.is_capped else f"共 {self.number:,} 条"


def expected(rows: Any) -> int:
    """How many rows the planner expects; it reads none of them. A table without statistics has few to it."""
    plan = rows.order_by().values("pk").explain(format="json")
    # Empty for a reader who sees no row whatever: Django does not even ask.
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


def counted(rows: Any) -> Total:
    """How many rows there are, counted no further than `COUNTED`."""
    return counted_so_far(rows.order_by().values("pk")[: COUNTED + 1].count())


def counted_so_far(number: int) -> Total:
    """The total of rows of which `number` were counted or read, at least one more than `COUNTED` if any."""
    return Total(min(number, COUNTED), is_capped=number > COUNTED)


def furthest(behind: int) -> int:
    """How far the keys of few rows are read where those up to `behind` are wanted anyway."""
    return max(COUNTED + 1, behind)


def in_all(rows: Any, seen: int, known_as: Hashable = None) -> Total:
    """The number of `rows`, of which `seen` are known: from `EXPECTED` on about, below counted.

    What the planner said of rows that are `known_as` something is good for a minute.
    """
    many = expected(rows) if known_as is None else _expected_of_late(rows, known_as)
    many = max(many, seen)
    return Total(many, is_estimated=True) if many >= EXPECTED else counted(rows)


def are_few(known_as: Hashable) -> bool:
    """Whether the planner, asked in the last minute, expected so few that they are counted."""
    many = known_of_late((expected, known_as)) if known_as is not None else None
    return many is not None and many < EXPECTED


def _expected_of_late(rows: Any, known_as: Hashable) -> int:
    return kept_a_while((expected, known_as), lambda: expected(rows), seconds=ASKED_AGAIN_AFTER)
