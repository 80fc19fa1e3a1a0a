"""What kind of day a day is at this school: pure, on a snapshot of the terms and of the school's own days.

From the strongest to the weakest: what the school itself arranged for the day; the vacations between the
terms; the State Council's holidays and make-up workdays; Monday to Friday.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import TextChoices

from houqin.school_calendar.national import national_day

SATURDAY = 5
AUGUST = 8
ONE_DAY = timedelta(days=1)


class SpecialKind(TextChoices):
    """What the school arranges for a day."""

    HOLIDAY = "holiday", "法定节假日放假"
    OFF = "off", "学校放假"
    CLASSES = "classes", "上课（调休、补课）"


class DayKind(TextChoices):
    """What a day is, and the one character that marks it in a month."""

    ORDINARY = "ordinary", ""
    WEEKEND = "weekend", ""
    HOLIDAY = "holiday", "休"
    OFF = "off", "休"
    VACATION = "vacation", "假"
    CLASSES = "classes", "班"


class TermSpan(NamedTuple):
    """A term: number 1 or 2 in the school year that began in the year `begins_in`; both days included."""

    first_on: date
    last_on: date
    begins_in: int
    number: int
    name: str

    @property
    def year_label(self) -> str:
        return f"{self.begins_in}—{self.begins_in + 1}学年"


class SpecialSpan(NamedTuple):
    """Days that the school arranged itself, both included."""

    first_on: date
    last_on: date
    kind: str
    name: str


class Vacation(NamedTuple):
    """The days between two terms, both included."""

    first_on: date
    last_on: date
    name: str


Span = TypeVar("Span", TermSpan, SpecialSpan)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the school."""

    on: date
    kind: DayKind
    name: str = ""

    @property
    def is_school_day(self) -> bool:
        return self.kind in {DayKind.ORDINARY, DayKind.CLASSES}


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The terms and the school's own days, each in the order of days and without overlaps."""

    terms: Sequence[TermSpan] = ()
    special: Sequence[SpecialSpan] = ()

    def day(self, on: date) -> Day:
        """What the day is. In a year whose holidays nobody knows, Monday to Friday outside the vacations."""
        own = _found(self.special, on)
        if own is not None:
            return Day(on, DayKind(own.kind), own.name)
        national = national_day(on)
        if national is not None and not national.is_workday and national.holiday:
            return Day(on, DayKind.HOLIDAY, national.holiday)
        vacation = self.vacation_of(on)
        if vacation is not None:
            return Day(on, DayKind.VACATION, vacation.name)
        is_weekend = on.weekday() >= SATURDAY
        if national is not None and national.is_workday and is_weekend:
            return Day(on, DayKind.CLASSES, f"{national.holiday}调休上班")
        return Day(on, DayKind.WEEKEND if is_weekend else DayKind.ORDINARY)

    def is_school_day(self, on: date) -> bool:
        """Whether there is school on the day."""
        return self.day(on).is_school_day

    def term_of(self, on: date) -> TermSpan | None:
        """The term that the day lies in."""
        return _found(self.terms, on)

    def vacation_of(self, on: date) -> Vacation | None:
        """The vacation that the day lies in; None before the first term that is known and after the last.

        The winter vacation lies between the two terms of a year. The summer vacation ends where the next year
        begins, or on 31 August while nobody has entered the next year.
        """
        place = bisect_right(self.terms, on, key=lambda term: term.first_on)
        if place == 0 or on <= self.terms[place - 1].last_on:
            return None
        before = self.terms[place - 1]
        after = self.terms[place] if place < len(self.terms) else None
        first = before.last_on + ONE_DAY
        if after is not None and (after.begins_in, after.number) == (before.begins_in, before.number + 1):
            return Vacation(first, after.first_on - ONE_DAY, "寒假")
        if before.number == 1:
            return None
        ends = date(before.begins_in + 1, AUGUST, 31)
        if after is not None and after.begins_in == before.begins_in + 1:
            ends = after.first_on - ONE_DAY
        return Vacation(first, ends, "暑假") if on <= ends else None

    def is_entered(self, on: date) -> bool:
        """Whether somebody has entered the terms around this day."""
        return self.term_of(on) is not None or self.vacation_of(on) is not None

    def teaching_week(self, on: date, *, first_weekday: int = 0) -> int | None:
        """第几周 of its term the day lies in, counted from the week of the term's first day; None outside."""
        term = self.term_of(on)
        if term is None:
            return None
        begins = term.first_on - timedelta(days=(term.first_on.weekday() - first_weekday) % 7)
        return (on - begins).days // 7 + 1

    def holidays_are_unknown(self, year: int) -> bool:
        """Whether neither the program nor the school's own entries know the public holidays of `year`."""
        if national_day(date(year, 1, 1)) is not None:
            return False
        own = (span for span in self.special if span.kind == SpecialKind.HOLIDAY)
        return not any(span.first_on.year <= year <= span.last_on.year for span in own)


def _found(spans: Sequence[Span], on: date) -> Span | None:
    """The span that `on` lies in."""
    place = bisect_right(spans, on, key=lambda span: span.first_on)
    return spans[place - 1] if place and on <= spans[place - 1].last_on else None
