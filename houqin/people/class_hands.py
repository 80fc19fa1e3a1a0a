"""In which hand a school writes its classes: 七（3）班, 703, 初一3班, 2024级（3）班, 2027届3班."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from houqin.people.class_names import (
    ClassName,
    class_name,
    leaving_year_of,
    read_class_name,
    spelt_grades,
    spelt_numbers,
)

LAST_COUNTED = 9
# What stands round grade and number says neither.
ROUND = r"([^\d一二三四五六七八九十]*)"


class Known(NamedTuple):
    """A class of which everything is known that a name may say."""

    grade: int
    number: int
    entry_year: int


@dataclass(frozen=True, slots=True)
class Hand:
    """How grade and number are spelt (their places among the spellings), and what stands round them."""

    grade: int
    number: int
    before: str
    between: str
    behind: str

    def write(self, known: Known) -> str:
        """The name of `known`."""
        grade, number = _grades(known)[self.grade], spelt_numbers(known.number)[self.number]
        return f"{self.before}{grade}{self.between}{number}{self.behind}"


def is_regular(name: str) -> bool:
    """Whether a name says of its class which one it is: 火箭班 does not."""
    told = read_class_name(name)
    return told != ClassName()


def names(name: str, known: Known) -> bool:
    """Whether `name` says which class it is, and says `known`."""
    told = read_class_name(name)
    is_of = (
        told.grade in {None, known.grade}
        and told.entry_year in {None, known.entry_year}
        and told.leaving_year in {None, leaving_year_of(known.grade, known.entry_year)}
    )
    return is_of and told.number == known.number and is_regular(name)


def common_hand(written: Sequence[tuple[str, Known]]) -> Hand | None:
    """The one hand in which all these names are written; None for several, or no names."""
    for hand in _hands(*written[0]) if written else ():
        if all(hand.write(known) == name for name, known in written):
            return hand
    return None


def name_in(hand: Hand | None, known: Known) -> str:
    """The name of a class in `hand`; as the house writes it where there is none."""
    return hand.write(known) if hand is not None else class_name(known.grade, known.number)


def _hands(name: str, known: Known) -> Iterator[Hand]:
    """Every hand in which `name` may be written: 713 may be of that of 703, or of that of 73."""
    for grade, spelt in enumerate(_grades(known)):
        for number, counted in enumerate(spelt_numbers(known.number)):
            found = re.fullmatch(f"{ROUND}{re.escape(spelt)}{ROUND}{re.escape(counted)}{ROUND}", name)
            if found:
                yield Hand(grade, number, *found.groups())


def _grades(known: Known) -> tuple[str, ...]:
    """初一, 七, 7, 2024, 2027; where a school counts to 九 and goes on with 高一, and where with 十."""
    staged, counted, figure = spelt_grades(known.grade)
    mixed = staged if known.grade > LAST_COUNTED else counted
    years = str(known.entry_year), str(leaving_year_of(known.grade, known.entry_year))
    return staged, mixed, counted, figure, *years
