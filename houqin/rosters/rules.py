"""What a shift, a roster and a person's duty may be: pure decisions, and the times of a shift."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from houqin.rosters.states import OPEN_SWAPS, LogState, MatterState, RosterState, ShiftDays, SwapState
from houqin.rules import Decision
from houqin.showing import said_day

if TYPE_CHECKING:
    from houqin.people.models import User
    from houqin.rosters.models import Duty, DutyLog, Matter, Roster, Shift, Swap

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


def roster_name(kind: str, first_on: date, last_on: date) -> str:
    """What a roster is called before anybody says otherwise: 11月—12月门卫值班安排表, 9月行政值班安排表."""
    months = f"{first_on.month}月"
    if (first_on.year, first_on.month) != (last_on.year, last_on.month):
        months = f"{months}—{last_on.month}月"
    return f"{months}{kind.removesuffix('值班')}值班安排表"


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
        from_to = f"{said_day(roster.first_on)}至{said_day(roster.last_on)}"
        return Decision.no(f"{said_day(on)}不在这张值班表的日期里（{from_to}）。")
    if not is_on_day(shift.days, is_school_day=is_school_day):
        word = "上课" if is_school_day else "不上课"
        return Decision.no(f"{said_day(on)}{word}，这天没有“{shift}”（只在{shift.get_days_display()}）。")
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


def can_be_given(duty: Duty, holder: User, at: datetime) -> Decision:
    """Whether `holder` still has the duty, and it has not begun."""
    if duty.person_id != holder.pk:
        return Decision.no(f"{said_day(duty.day)}{duty.shift} 已经不是{holder.name}的班，不能再换。")
    if duty.begins_at <= at:
        return Decision.no(f"{said_day(duty.day)}{duty.shift} 已经开始或过去，不能再换。")
    if duty.roster.state != RosterState.PUBLISHED:
        return Decision.no("值班表还没有公布，请直接找排班人改。")
    return Decision.yes()


def can_be_swapped(
    duty: Duty, other_duty: Duty | None, asker: User, other: User | None, at: datetime
) -> Decision:
    """Whether `asker` can give `duty` to `other`, for `other_duty` where that is one; before anybody is named
    only whether the duty can be given away at all.
    """
    for each, holder in ((duty, asker), (other_duty, other)):
        if each is not None and holder is not None:
            decision = can_be_given(each, holder, at)
            if not decision:
                return decision
    if other is None:
        return Decision.yes()
    if other.pk == asker.pk:
        return Decision.no("不能和自己换班。")
    if other_duty is not None and other_duty.roster.kind_id != duty.roster.kind_id:
        return Decision.no("只能和同一种值班的班互换。")
    return can_be_named(other)


def can_answer(swap: Swap, user: User | None) -> Decision:
    """Whether `user` is the one who was asked, and still is."""
    if user is None or user.pk != swap.other_id:
        return Decision.forbidden("只有被请的同事本人可以答复。")
    if swap.state != SwapState.ASKED:
        return Decision.no(f"这份换班申请{swap.get_state_display()}，不用再答复。")
    return Decision.yes()


def can_withdraw(swap: Swap, user: User | None) -> Decision:
    """Whether `user` asked, and nothing is settled."""
    if user is None or user.pk != swap.asker_id:
        return Decision.forbidden("只有申请人本人可以撤回。")
    if swap.state not in OPEN_SWAPS:
        return Decision.no(f"这份换班申请{swap.get_state_display()}，不能撤回。")
    return Decision.yes()


# Duties with less between them are on end: nobody sleeps in that.
ON_END = timedelta(hours=2)
LONG_WATCH = timedelta(hours=24)


def on_end(duty: Duty, others: Iterable[Duty]) -> list[Duty]:
    """`duty` with those of `others` that follow or lead to it on end, by their beginning, where these are
    several and last a day and a night; else none. All are of one person.
    """
    found = [duty]
    for each in sorted(others, key=lambda other: abs(other.begins_at - duty.begins_at)):
        if found[0].begins_at - ON_END < each.ends_at and each.begins_at < found[-1].ends_at + ON_END:
            found = sorted([*found, each], key=lambda other: other.begins_at)
    is_long = len(found) > 1 and found[-1].ends_at - found[0].begins_at >= LONG_WATCH
    return found if is_long else []


def can_settle(swap: Swap, user: User | None, *, is_keeper: bool) -> Decision:
    """Whether `user`, who draws up the roster where `is_keeper`, can approve it or not (申请≠审批)."""
    if user is None or not is_keeper:
        return Decision.forbidden("换班由排班人或总务处批准。")
    if user.pk in {swap.asker_id, swap.other_id}:
        return Decision.forbidden("自己的换班要由别人批准。")
    if swap.state != SwapState.AGREED:
        return Decision.no(f"这份换班申请{swap.get_state_display()}，现在不用批准。")
    return Decision.yes()


# Before a shift it is taken over, after it is handed over.
AROUND_SHIFT = timedelta(hours=2)
# A phone's clock may run ahead a little.
CLOCKS_DIFFER = timedelta(minutes=10)


def can_write_log(duty: Duty, at: datetime, *, is_on_it: bool) -> Decision:
    """Whether the log of the duty's shift can be written at all, by somebody who is on it or not."""
    if not is_on_it:
        return Decision.forbidden("值班日志由这一班的值班人写。")
    if duty.roster.state != RosterState.PUBLISHED:
        return Decision.no("值班表还没有公布，公布以后才写日志。")
    if at < duty.begins_at - AROUND_SHIFT:
        return Decision.no("这一班还没有开始，到时间再写日志。")
    return Decision.yes()


def can_add_to(log: DutyLog) -> Decision:
    """Whether something may still be written into the log."""
    if log.state != LogState.OPEN:
        return Decision.no("这份日志已经签字，不能再改。要补充的写进下一班的日志。")
    return Decision.yes()


def can_happen_at(log: DutyLog, happened_at: datetime, at: datetime) -> Decision:
    """Whether something of this shift can have happened then."""
    if happened_at > at + CLOCKS_DIFFER:
        return Decision.no("时间不能在以后。")
    if not log.begins_at - AROUND_SHIFT <= happened_at <= log.ends_at + AROUND_SHIFT:
        return Decision.no(f"这一班是{said_day(log.day)} {log.hours}，这个时间不在班上。")
    return Decision.yes()


def is_over(ends_at: datetime, at: datetime) -> bool:
    """Whether a shift is over at `at`, so that what is written then happened before."""
    return at > ends_at + AROUND_SHIFT


def can_sign(log: DutyLog, at: datetime) -> Decision:
    """Whether the shift has begun, so that there is something to sign."""
    return Decision.yes() if at >= log.begins_at else Decision.no("这一班还没有开始，不能签字。")


def is_late(ends_at: datetime, at: datetime, hours: int) -> bool:
    """Whether a log that is signed at `at` is a late one (补记)."""
    return at > ends_at + timedelta(hours=hours)


def can_relieve(log: DutyLog, user: User | None, *, is_next: bool, is_taken: bool) -> Decision:
    """Whether `user` can confirm that he took over from the log."""
    if user is None or not is_next:
        return Decision.forbidden("由下一班的值班人接班。")
    if log.state != LogState.SIGNED:
        return Decision.no("上一班还没有签字，签字以后再接班。")
    if user.pk == log.signed_by_id:
        return Decision.no("交班人和接班人不能是同一个人。")
    return Decision.no("已经接过班了。") if is_taken else Decision.yes()


def can_settle_matter(matter: Matter) -> Decision:
    """Whether the matter is still open."""
    if matter.state != MatterState.OPEN:
        return Decision.no("这件事已经办结了。")
    return Decision.yes()
