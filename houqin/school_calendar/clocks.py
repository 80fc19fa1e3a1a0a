"""The two clocks that deadlines run by: working time, and round the clock for dormitory, canteen and hazards.

A clock answers two questions, which agree: after `add(start, duration)` exactly `duration` has passed,
`between(start, end)` says how much has. Moments are aware; days and hours are the school's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone

from houqin.errors import RuleBroken
from houqin.school_calendar.days import ONE_DAY
from houqin.school_settings.kinds import Span

NO_TIME = timedelta(0)
# Ten years: further ahead nobody sets a time limit, and a school without any hours would never get there.
FARTHEST_DAYS = 3_660


class BeyondTheCalendar(RuleBroken):
    """The time limit lies farther ahead than the school calendar can be followed."""


class Clock(Protocol):
    """How time passes for a deadline."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which `duration` (not negative) has passed since `start`."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much time has passed from `start` to `end`; negative when `end` is earlier."""


@dataclass(frozen=True, slots=True)
class RoundTheClock:
    """Time passes day and night: for what cannot wait until morning."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        _check(start, duration=duration)
        return start + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        _check(start, end)
        return end - start


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Time passes within the school's hours on school days only."""

    is_school_day: Callable[[date], bool]
    hours_on: Callable[[date], Sequence[Span]]

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """As `Clock.add`; no time at all ends at `start`, open or not. Raises `BeyondTheCalendar`."""
        _check(start, duration=duration)
        left = duration
        if left == NO_TIME:
            return start
        for begins, ends in self._openings(start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        raise BeyondTheCalendar("按校历和作息时间，十年以内排不到这个时限。请检查校历和上课时间。")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """As `Clock.between`. Raises `BeyondTheCalendar` for moments more than ten years apart."""
        _check(start, end)
        if end < start:
            return -self.between(end, start)
        if (end - start).days > FARTHEST_DAYS:
            raise BeyondTheCalendar("两个时间相隔超过十年，不能按工作时间计算。请检查日期。")
        passed = NO_TIME
        for begins, ends in self._openings(start):
            if begins >= end:
                break
            passed += min(ends, end) - begins
        return passed

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open times from `start` on, the one that it lies in cut off there; for ten years."""
        zone = timezone.get_default_timezone()
        first = start.astimezone(zone).date()
        for step in range(min(FARTHEST_DAYS, (date.max - first).days) + 1):
            on = first + step * ONE_DAY
            if not self.is_school_day(on):
                continue
            for span in self.hours_on(on):
                begins = max(datetime.combine(on, span.begins, zone), start)
                ends = datetime.combine(on, span.ends, zone)
                if begins < ends:
                    yield begins, ends


def _check(*moments: datetime, duration: timedelta = NO_TIME) -> None:
    """Refuse what would be a mistake of the program: a naive moment, time that runs backwards."""
    if any(timezone.is_naive(moment) for moment in moments):
        raise ValueError("a clock takes aware moments only")
    if duration < NO_TIME:
        raise ValueError("a clock does not run backwards")
