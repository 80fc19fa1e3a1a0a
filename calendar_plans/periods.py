"""The months of a plan: an ordered run of year-months of its own, never derived from a month's name alone.

A month is a `date` on its first day. A plan spans at most twelve months, so that each month's number stands
for one year-month of it; 元月 in a plan that began in February is next year's January.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

LONGEST = 12
SEPTEMBER = 9


class PeriodKind(TextChoices):
    """What a plan is drawn up for."""

    SCHOOL_YEAR = "school_year", "学年"
    TERM = "term", "学期"
    YEAR = "year", "年度"


def first_of(day: date) -> date:
    """The month that `day` lies in."""
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """The month `count` months after `month` (before, when negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def last_day(month: date) -> date:
    """The last day of `month`."""
    return date.fromordinal(after(month).toordinal() - 1)


def months_between(first: date, last: date) -> list[date]:
    """Every month from `first` to `last`, both included; empty when `last` is earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [after(first, step) for step in range(max(count, 0))]


def month_label(month: date) -> str:
    """`2026年5月`."""
    return f"{month.year}年{month.month}月"


def months_label(first: date, last: date) -> str:
    """`2026年5月`, or `2026年5月—6月` for the months of a combined heading."""
    return month_label(first) if first == last else f"{month_label(first)}—{last.month}月"


@dataclass(frozen=True, slots=True)
class Period:
    """What a plan spans."""

    kind: str
    first: date
    last: date

    @property
    def months(self) -> list[date]:
        return months_between(self.first, self.last)

    def month(self, number: int) -> date | None:
        """The year-month of this period with the number `number` (1–12), or None."""
        return next((month for month in self.months if month.month == number), None)

    @property
    def label(self) -> str:
        return f"{month_label(self.first)}—{month_label(self.last)}"


def usual_span(kind: str, on: date) -> tuple[int, int]:
    """First and last month number that a plan of `kind` usually has, seen from the day `on`.

    学年 is September to August; the first term September to January, the second February to August.
    """
    if kind == PeriodKind.YEAR:
        return 1, 12
    if kind == PeriodKind.TERM:
        return (2, 8) if 2 <= on.month < SEPTEMBER - 1 else (9, 1)
    return 9, 8


def proposed_period(kind: str, months: Sequence[int], on: date) -> Period:
    """The period that a reader proposes for a plan with the month numbers `months`, in their order.

    Of the years in question it takes the one whose span contains `on`, else the next to begin. Without
    months it takes the usual span of `kind`. Always at most twelve months.
    """
    first, last = (months[0], months[-1]) if months else usual_span(kind, on)
    length = (last - first) % 12 + 1
    starts = [date(on.year + shift, first, 1) for shift in (-1, 0, 1)]
    for start in starts:
        if start <= first_of(on) <= after(start, length - 1):
            return Period(kind, start, after(start, length - 1))
    start = next(start for start in starts if start > on)
    return Period(kind, start, after(start, length - 1))
