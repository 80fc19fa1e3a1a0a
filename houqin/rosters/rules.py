"""What a shift, a roster and a person's duty may be: pure decisions, and the times of a shift."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from houqin.rosters.states import RosterState, ShiftDays
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.people.models import User
    from houqin.rosters.models import Roster, Shift

ONE_DAY = timedelta(days=1)
# A school year with its vacations; a longer roster is a mistake in the year.
LONGEST_DAYS = 400
MOST_PEOPLE = 20


def times_of(begins: time, ends: time, on: date) -> tuple[datetime, datetime]:
    """From when to when a shift of the day `on` lasts; one that ends at or before its beginning crosses
    midnight, so equal times are twenty-four hours.
    """
    last_on = on if ends > begins else on + ONE_DAY
    first, last = datetime.combine(on, begins), datetime.combine(last_on, ends)
    return timezone.make_aware(first), timezone.make_aware(last)


def weekday_of(day: date) -> str:
    """The weekday as it stands beside a date: 周二."""
    return f"周{'一二三四五六日'[day.weekday()]}"


def is_on_day(days: str, *, is_school_day: bool) -> bool:
    """Whether there is a shift on such a day."""
    return days == ShiftDays.EVERY or (days == ShiftDays.SCHOOL) == is_school_day


def can_last(first_on: date, last_on: date) -> Decision:
    """Whether the days, both included, can be a roster's."""
    if last_on < first_on:
        return Decision.no("结束日期不能早于开始日期。")
    if (last_on - first_on).days >= LONGEST_DAYS:
        return Decision.no(f"一张值班表最多 {LONGEST_DAYS} 天，请核对年份。")
    return Decision.yes()


def can_serve(roster: Roster, shift: Shift, on: date, *, is_school_day: bool) -> Decision:
    """Whether `roster` has `shift` on the day."""
    if shift.kind_id != roster.kind_id:
        return Decision.no(f"“{roster}”没有“{shift}”这个班次，请重新选择。")
    if shift.retired_on is not None:
        return Decision.no(f"“{shift}”已停用，请选别的班次。")
    if not roster.first_on <= on <= roster.last_on:
        return Decision.no(f"{on} 不在这张值班表的日期里（{roster.first_on} 至 {roster.last_on}）。")
    if not is_on_day(shift.days, is_school_day=is_school_day):
        word = "上课" if is_school_day else "不上课"
        return Decision.no(f"{on} {word}，这天没有“{shift}”（只在{shift.get_days_display()}）。")
    return Decision.yes()


def can_be_named(person: User) -> Decision:
    """Whether somebody can be put on duty."""
    if not person.is_active:
        return Decision.no(f"{person.name}的账号已停用，请选别的同事。")
    return Decision.yes()


def can_draw_up(roster: Roster) -> Decision:
    """Whether the whole roster may be drawn up anew."""
    if roster.state != RosterState.DRAFT:
        return Decision.no("值班表已经公布，不能整张重排；要换人请点开那一班。")
    return Decision.yes()


def can_publish(roster: Roster, filled: int) -> Decision:
    """Whether the roster can hang on the wall."""
    if roster.state != RosterState.DRAFT:
        return Decision.no("这张值班表已经公布过了。")
    return Decision.yes() if filled else Decision.no("还没有排人，请先自动排班，或一班一班地排。")
