"""Whose turn it is: people rotated fairly over the places of a roster. Pure: days and people in, names out.

School days and free days are two rotations, as in every school: whoever had a Sunday is not spared a Monday,
and whoever had many Mondays still has his turn on a Sunday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

P = TypeVar("P")

# Between two duties of a person, where there is anybody else: a night and the morning after is no rest.
LEAST_REST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Place:
    """One place to be filled: which shift, on which day, from when to when."""

    shift: int
    on: date
    begins_at: datetime
    ends_at: datetime
    is_school_day: bool


@dataclass(frozen=True, slots=True)
class Span:
    """When somebody is on duty already."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Turns(Generic[P]):
    """Who has which place, None where nobody can, and how often each person has his turn."""

    filled: Sequence[tuple[Place, P | None]]
    on_school_days: Mapping[P, int]
    on_free_days: Mapping[P, int]


@dataclass(slots=True)
class _Ledger(Generic[P]):
    """How often each person had his turn in one of the two rotations, and when last."""

    counts: dict[P, int]
    last: dict[P, int] = field(default_factory=dict)


def rotated(places: Sequence[Place], people: Sequence[P], busy: Mapping[P, Sequence[Span]]) -> Turns[P]:
    """Fill `places` in the order of their beginning, beginning with the first of `people`.

    Nobody gets two places that overlap, nor one that overlaps what he is `busy` with. Among those who can,
    whoever had the fewest turns is next, then whoever waits longest, then the order of `people`; whoever
    would not have rested eight hours comes after everybody who has. Same input, same turns.
    """
    ledgers = {kind: _Ledger[P](dict.fromkeys(people, 0)) for kind in (True, False)}
    spans: dict[P, list[Span]] = defaultdict(list)
    for each, taken in busy.items():
        spans[each] += taken
    filled: list[tuple[Place, P | None]] = []
    for number, place in enumerate(sorted(places, key=lambda one: (one.begins_at, one.shift))):
        ledger = ledgers[place.is_school_day]
        person = _next(place, people, ledger, spans)
        filled.append((place, person))
        if person is not None:
            ledger.counts[person] += 1
            ledger.last[person] = number
            spans[person].append(Span(place.begins_at, place.ends_at))
    return Turns(filled, ledgers[True].counts, ledgers[False].counts)


def _next(
    place: Place, people: Sequence[P], ledger: _Ledger[P], spans: Mapping[P, Sequence[Span]]
) -> P | None:
    """Whose turn the place is; None when all are on duty elsewhere."""
    free = [each for each in people if not _meets(place, spans.get(each, ()))]
    if not free:
        return None

    def turn(person: P) -> tuple[bool, int, int]:
        tired = _meets(place, spans.get(person, ()), rest=LEAST_REST)
        return tired, ledger.counts[person], ledger.last.get(person, -1)

    # `min` takes the first of equals: the order of the people.
    return min(free, key=turn)


def _meets(place: Place, spans: Sequence[Span], *, rest: timedelta = timedelta(0)) -> bool:
    """Whether the place overlaps one of `spans`, or comes nearer to it than `rest`."""
    return any(
        place.begins_at < span.ends_at + rest and span.begins_at < place.ends_at + rest for span in spans
    )
