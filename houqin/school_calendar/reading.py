"""The school calendar as it is entered now, however many days are asked about; read again when it changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from houqin.remembering import Remembered
from houqin.school_calendar.clocks import RoundTheClock, WorkingTime
from houqin.school_calendar.days import SchoolDays
from houqin.school_calendar.models import SchoolYear, SpecialDay, Term
from houqin.school_settings.reading import following, setting

ROUND_THE_CLOCK = RoundTheClock()


def _load() -> SchoolDays:
    terms = [term.span for term in Term.objects.select_related("year").order_by("first_on")]
    return SchoolDays(terms, [day.span for day in SpecialDay.objects.order_by("first_on")])


# Call it once and keep what it returns for all days of one answer: outside a request each call asks anew.
school_days = Remembered(_load, tables=[each._meta.db_table for each in (SchoolYear, Term, SpecialDay)])


def is_school_day(on: date) -> bool:
    """Whether there is school on the day `on`: neither vacation nor holiday nor weekend, or a make-up day."""
    return school_days().is_school_day(on)


def school_hours_on(on: date) -> timedelta:
    """How long a school day's hours are, by the setting that holds on `on`."""
    spans = setting("calendar.school_hours", on=on)
    ends = (datetime.combine(on, each.ends) - datetime.combine(on, each.begins) for each in spans)
    return sum(ends, timedelta())


def working_time() -> WorkingTime:
    """The clock of working time, by the calendar as entered now and by the hours that hold on each day."""
    return WorkingTime(school_days().is_school_day, following("calendar.school_hours"))
