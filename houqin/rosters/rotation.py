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
class _Past(Generic[P]):
    """What people had so far: turns in each of the two rotations, turns on each shift, the last of all."""

    turns: dict[bool, dict[P, int]]
    shifts: dict[tuple[P, int], int] = field(default_factory=lambda: defaultdict(int))
    last: dict[P, int] = field(default_factory=dict)
    spans: dict[P, list[Span]] = field(default_factory=lambda: defaultdict(list))


def rotated(places: Sequence[Place], people: Sequence[P], busy: Mapping[P, Sequence[Span]]) -> Turns[P]:
    """Fill `places` in the order of their beginning, beginning with the first of `people`.

    Nobody gets two places that overlap, nor one that overlaps what he is `busy` with. Among those who can,
    next is whoever had the fewest turns on such days, then the fewest of this shift (nights go round, too),
    then whoever waits longest, then the order of `people`; whoever would not have rested eight hours comes
    after everybody who has. Same input, same turns.
    """
    past = _Past({kind: dict.fromkeys(people, 0) for kind in (True, False)})
    for each, taken in busy.items():
        past.spans[each] += taken
    filled: list[tuple[Place, P | None]] = []
    for number, place in enumerate(sorted(places, key=lambda one: (one.begins_at, one.shift))):
        person = _next(place, people, past)
        filled.append((place, person))
        if person is not None:
            past.turns[place.is_school_day][person] += 1
            past.shifts[person, place.shift] += 1
            past.last[person] = number
            past.spans[person].append(Span(place.begins_at, place.ends_at))
    return Turns(filled, past.turns[True], past.turns[False])


def _next(place: Place, people: Sequence[P], past: _Past[P]) -> P | None:
    """Whose turn the place is; None when all are on duty elsewhere."""
    free = [each for each in people if not _meets(place, past.spans[each])]
    if not free:
        return None
    turns = past.turns[place.is_school_day]

    def turn(person: P) -> tuple[bool, int, int, int]:
        tired = _meets(place, past.spans[person], rest=LEAST_REST)
        return tired, turns[person], past.shifts[person, place.shift], past.last.get(person, -1)

    # `min` takes the first of equals: the order of the people.
    return min(free, key=turn)


def _meets(place: Place, spans: Sequence[Span], *, rest: timedelta = timedelta(0)) -> bool:
    """Whether the place overlaps one of `spans`, or comes nearer to it than `rest`."""
    return any(
        place.begins_at < span.ends_at + rest and span.begins_at < place.ends_at + rest for span in spans
    )
