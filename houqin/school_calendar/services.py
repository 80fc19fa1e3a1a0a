"""Keeping the school calendar: school years with their terms, special days, and subscriptions to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock, lock_both
from houqin.people.access import require
from houqin.saving import save_or_refuse
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term
from houqin.school_calendar.reading import school_days
from houqin.school_calendar.rules import can_be_special, can_be_term

MANAGE = "houqin.calendar:manage"
MOST_FEEDS = 5

YEAR_SENTENCES = {"houqin_schoolyear_begins_in_key": ("这个学年已经填过了，请在列表里修改。", "begins_in")}
OVERLAP = "这几天与另一个学期重叠，请核对日期。"
DAY_SENTENCES = {
    "special_days_do_not_overlap": ("这几天里已经有一条安排，请改那一条，或换日期。", "first_on")
}


@dataclass(frozen=True, slots=True)
class TermDays:
    """What a term is called and from which day to which it lasts, both included."""

    name: str
    first_on: date
    last_on: date


def create_school_year(*, begins_in: int, first: TermDays, second: TermDays, by: Actor) -> SchoolYear:
    """Enter a school year with its two terms.

    Raises `NotAllowed`; `RuleBroken` for a year that is there already, days that are no term of that year,
    terms that overlap or stand in the wrong order. The field named is that of the form: `second_first_on`.
    """
    require(by, MANAGE)
    _check_term(begins_in, first, "first_")
    _check_term(begins_in, second, "second_")
    if second.first_on <= first.last_on:
        raise RuleBroken("第二学期要在第一学期结束以后开始。", field="second_first_on")
    year = SchoolYear(begins_in=begins_in)
    year.set_maker(by)
    save_or_refuse(year, YEAR_SENTENCES)
    for number, (days, prefix) in enumerate(((first, "first_"), (second, "second_")), 1):
        term = Term(year=year, number=number)
        term.set_maker(by)
        _fill_term(term, days, prefix)
    school_days.forget()
    return year


def update_term(
    *, term: Term, name: str, first_on: date, last_on: date, version: int | None = None, by: Actor
) -> Term:
    """Correct a term. Raises as `create_school_year`, and `EditedMeanwhile`.

    The year's row is locked: of two people who move the two terms at once, each would find the other's old
    days in order.
    """
    require(by, MANAGE, term)
    year, term = lock_both(SchoolYear(pk=term.year_id), term)
    term.expect_version(version)
    term.year = year
    days = TermDays(name, first_on, last_on)
    _check_term(year.begins_in, days, "")
    other = year.terms.exclude(pk=term.pk).first()
    if other is not None and (term.number < other.number) != (days.first_on < other.first_on):
        raise RuleBroken("第一学期要在第二学期之前，请核对日期。", field="first_on")
    _fill_term(term, days, "")
    school_days.forget()
    return term


def create_special_day(
    *, kind: str, name: str, first_on: date, last_on: date | None = None, by: Actor
) -> SpecialDay:
    """Arrange something else than the calendar says for a day, or for several up to `last_on`.

    Raises `NotAllowed`; `RuleBroken` without a name, for days in the wrong order, too many of them, or some
    that are arranged already.
    """
    require(by, MANAGE)
    day = SpecialDay()
    day.set_maker(by)
    return _fill_special(day, kind, name, first_on, last_on)


def update_special_day(
    *,
    special_day: SpecialDay,
    kind: str,
    name: str,
    first_on: date,
    last_on: date | None = None,
    version: int | None = None,
    by: Actor,
) -> SpecialDay:
    """Correct an arrangement. Raises as `create_special_day`, and `EditedMeanwhile`."""
    require(by, MANAGE, special_day)
    special_day = lock(special_day)
    special_day.expect_version(version)
    return _fill_special(special_day, kind, name, first_on, last_on)


def remove_special_day(*, special_day: SpecialDay, by: Actor) -> str:
    """Take an arrangement back: the day is again what the calendar says. The audit keeps the row.

    The answer is the day, 2026-11-06, so that the second of two taps finds something. Raises `NotAllowed`.
    """
    require(by, MANAGE, special_day)
    special_day = lock(special_day)
    special_day.delete()
    school_days.forget()
    return special_day.first_on.isoformat()


def open_feed(*, name: str, by: Actor) -> CalendarFeed:
    """Let one's own phone or mail program subscribe to the calendar.

    Raises `NotAllowed`; `RuleBroken` without a name or with five subscriptions in use.
    """
    require(by, "houqin.calendar_feed:own")
    if not isinstance(by, Person):
        raise NotAllowed("日历订阅只能由本人开通。")
    if not name.strip():
        raise RuleBroken("请写明用在哪里，例如“我的手机”。", field="name")
    # Of two taps in two windows each would count four without the lock.
    lock(by.user)
    if CalendarFeed.objects.filter(user=by.user, closed_at=None).count() >= MOST_FEEDS:
        raise RuleBroken(f"最多同时用 {MOST_FEEDS} 个订阅，请先停用不用的。")
    feed = CalendarFeed(user=by.user, name=name.strip())
    feed.set_maker(by)
    feed.save()
    return feed


def close_feed(*, feed: CalendarFeed, at: datetime, by: Actor) -> CalendarFeed:
    """Make a subscription's address worthless at the moment `at`.

    Raises `NotAllowed` for somebody else's, `RuleBroken` for one that is closed.
    """
    require(by, "houqin.calendar_feed:own", feed)
    feed = lock(feed)
    if feed.closed_at is not None:
        raise RuleBroken("这个订阅已经停用。")
    feed.closed_at = at
    feed.save(update_fields=["closed_at"])
    return feed


def _check_term(begins_in: int, days: TermDays, prefix: str) -> None:
    if not days.name.strip():
        raise RuleBroken("请填写学期名称。", field=f"{prefix}name")
    decision = can_be_term(begins_in=begins_in, first_on=days.first_on, last_on=days.last_on)
    if not decision:
        raise RuleBroken(decision.reason, field=f"{prefix}first_on")


def _fill_term(term: Term, days: TermDays, prefix: str) -> None:
    term.name, term.first_on, term.last_on = days.name.strip(), days.first_on, days.last_on
    save_or_refuse(term, {"terms_do_not_overlap": (OVERLAP, f"{prefix}first_on")})


def _fill_special(day: SpecialDay, kind: str, name: str, first_on: date, last_on: date | None) -> SpecialDay:
    day.kind, day.name = kind, name.strip()
    day.first_on, day.last_on = first_on, last_on or first_on
    if not day.name:
        raise RuleBroken("请填写名称，例如“秋季运动会”。", field="name")
    decision = can_be_special(day.first_on, day.last_on)
    if not decision:
        raise RuleBroken(decision.reason, field="last_on")
    save_or_refuse(day, DAY_SENTENCES)
    school_days.forget()
    return day
