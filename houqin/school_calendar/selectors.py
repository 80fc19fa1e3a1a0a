"""The school calendar as pages and feeds show it: a month, what happens in it, what is missing."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from houqin.people.models import User
from houqin.registry import CalendarEntry, Todo, registry
from houqin.school_calendar.days import ONE_DAY, Day, DayKind, SchoolDays
from houqin.school_calendar.models import CalendarFeed
from houqin.school_calendar.permissions import SUNDAY
from houqin.school_calendar.reading import school_days
from houqin.school_settings.modules import in_use
from houqin.school_settings.reading import setting

MANAGE = "houqin.calendar:manage"
# The next terms and holidays are asked for this long before they are needed.
TERMS_AHEAD, HOLIDAYS_AHEAD = timedelta(days=30), timedelta(days=60)
# Runs of days are followed this far beyond both ends, so that a holiday over New Year is one.
MARGIN = timedelta(days=15)
# From this month on a form proposes the school year that begins in the same calendar year.
AUTUMN = 8
TOLD = frozenset({DayKind.HOLIDAY, DayKind.OFF, DayKind.CLASSES})

signer = Signer(salt="houqin.calendar_feed", sep=".")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that lasts from a day to a day, both included; `url` leads to it where it has a page."""

    first_on: date
    last_on: date
    title: str
    key: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the month view."""

    day: Day
    is_today: bool
    is_of_month: bool
    entries: Sequence[CalendarEntry] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One row of the month view, with the number of the teaching week where there is one."""

    number: int | None
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the school, ready for the page."""

    first: date
    weekdays: str
    weeks: Sequence[Week]
    happenings: Sequence[Happening]
    unknown_years: Sequence[int] = ()


def first_weekday(on: date) -> int:
    """The day on which a week begins, as Python counts: 0 Monday, 6 Sunday."""
    return 6 if setting("calendar.week_starts_on", on=on) == SUNDAY else 0


def month_of(user: User, month: date, *, on: date) -> Month:
    """The month that begins on the day `month`, as `user` sees it on the day `on`."""
    days, starts = school_days(), first_weekday(on)
    dates = Calendar(starts).monthdatescalendar(month.year, month.month)
    first, last = dates[0][0], dates[-1][-1]
    entries = entries_of(user, first, last, on=on)
    by_day: dict[date, list[CalendarEntry]] = {}
    for entry in entries:
        by_day.setdefault(entry.on, []).append(entry)
    end = max(day for week in dates for day in week if day.month == month.month)
    return Month(
        first=month,
        weekdays="日一二三四五六" if starts else "一二三四五六日",
        weeks=[
            Week(
                _number(days, week, starts),
                [_cell(days, each, month, on, by_day.get(each, ())) for each in week],
            )
            for week in dates
        ],
        happenings=in_order([*happenings_between(days, month, end), *_of_person(entries, month, end)]),
        unknown_years=[year for year in {first.year, last.year} if days.holidays_are_unknown(year)],
    )


def _number(days: SchoolDays, week: Sequence[date], starts: int) -> int | None:
    """The teaching week of a row: that of its first day which lies in a term."""
    numbers = (days.teaching_week(each, first_weekday=starts) for each in week)
    return next((number for number in numbers if number), None)


def _cell(days: SchoolDays, day: date, month: date, on: date, entries: Sequence[CalendarEntry]) -> Cell:
    what = days.day(day)
    return Cell(what, day == on, day.month == month.month, entries, _words(days, what))


def _words(days: SchoolDays, day: Day) -> str:
    """What stands in the day's cell beside its number."""
    term = days.term_of(day.on)
    if term is not None and day.on == term.first_on:
        return f"{term.name}开学"
    vacation = days.vacation_of(day.on) if day.kind == DayKind.VACATION else None
    # Once at its beginning and once in each month: forty cells that all say 暑假 hide everything else.
    is_repeated = vacation is not None and day.on != vacation.first_on and day.on.day != 1
    return "" if is_repeated else day.name


def entries_of(user: User, first: date, last: date, *, on: date) -> list[CalendarEntry]:
    """What the apps plug into this person's calendar from `first` to `last`, by day."""
    sources = in_use(registry.calendar_entries, on=on)
    found = [entry for source in sources for entry in source(user, first, last)]
    return sorted(found, key=lambda entry: entry.on)


def _of_person(entries: Iterable[CalendarEntry], first: date, last: date) -> list[Happening]:
    return [
        Happening(entry.on, entry.on, entry.title, entry.key, entry.url, entry.detail)
        for entry in entries
        if first <= entry.on <= last
    ]


def happenings_between(days: SchoolDays, first: date, last: date) -> list[Happening]:
    """Terms, vacations, holidays and make-up days that touch the days from `first` to `last`, in order."""
    found = [*_term_days(days), *_vacations(days), *_runs(days, first, last)]
    inside = [each for each in found if each.first_on <= last and each.last_on >= first]
    return in_order(inside)


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """By the day on which they begin, shorter ones first."""
    return sorted(happenings, key=lambda each: (each.first_on, each.last_on))


def _term_days(days: SchoolDays) -> Iterator[Happening]:
    for term in days.terms:
        key = f"term-{term.begins_in}-{term.number}"
        title = f"{term.year_label}{term.name}"
        yield Happening(term.first_on, term.first_on, f"{title}开学", f"{key}-begins")
        yield Happening(term.last_on, term.last_on, f"{title}最后一天", f"{key}-ends")


def _vacations(days: SchoolDays) -> Iterator[Happening]:
    for term in days.terms:
        vacation = days.vacation_of(term.last_on + ONE_DAY)
        if vacation is not None:
            key = f"vacation-{term.begins_in}-{term.number}"
            yield Happening(vacation.first_on, vacation.last_on, vacation.name, key)


def _runs(days: SchoolDays, first: date, last: date) -> Iterator[Happening]:
    """Neighbouring days of one kind and name as one happening, followed a little beyond both ends."""
    run: list[Day] = []
    for step in range((last - first).days + 1 + 2 * MARGIN.days):
        day = days.day(first - MARGIN + step * ONE_DAY)
        if run and (day.kind, day.name) != (run[0].kind, run[0].name):
            yield _run(run)
            run = []
        if day.kind in TOLD:
            run.append(day)
    if run:
        yield _run(run)


def _run(run: Sequence[Day]) -> Happening:
    day = run[0]
    word = {DayKind.HOLIDAY: "放假", DayKind.OFF: "放假", DayKind.CLASSES: "上课"}[day.kind]
    says_so = ("上班", "上课") if day.kind == DayKind.CLASSES else ("假",)
    title = day.name if day.name.endswith(says_so) else f"{day.name}（{word}）"
    return Happening(day.on, run[-1].on, title, f"{day.kind}-{day.on:%Y%m%d}")


def calendar_todos(user: User, on: date) -> Iterable[Todo]:
    """Home page of whoever keeps the calendar: terms that are not entered, holidays that nobody knows."""
    if not user.has(MANAGE):
        return
    days = school_days()
    ahead = on + TERMS_AHEAD
    if not days.is_entered(on) or not days.is_entered(ahead):
        yield Todo(
            title="校历里还没有这段时间的学期" if not days.is_entered(on) else "下一个学年还没有填进校历",
            url=reverse("calendar:year-create"),
            action="填写学年",
            detail="填了学期的起止日期，寒暑假、教学周和办事时限才算得准。",
            is_late=not days.is_entered(on),
            late_word="缺",
        )
    for year in sorted({on.year, (on + HOLIDAYS_AHEAD).year}):
        if days.holidays_are_unknown(year):
            yield Todo(
                title=f"{year} 年的放假调休，程序里还没有",
                url=reverse("calendar:day-create"),
                action="填写放假安排",
                detail="按国务院办公厅的通知填。填好以前，时限暂按周一到周五推算，会不准。",
                is_late=year == on.year,
                late_word="缺",
            )


# Subscriptions


def feed_happenings(user: User, first: date, last: date, *, on: date) -> list[Happening]:
    """What a subscription of `user` shows from `first` to `last`: the school's days and his own work."""
    found = happenings_between(school_days(), first, last)
    return found + _of_person(entries_of(user, first, last, on=on), first, last)


def feed_token(feed: CalendarFeed) -> str:
    """What stands in the address of the subscription: its id and a signature that nobody else can make."""
    return signer.sign(feed.public_id)


def feed_of(token: str) -> CalendarFeed | None:
    """The open subscription whose address holds `token`, with its person, who is still in service.

    A forged token is told apart without asking the database, so that trying costs the school nothing.
    """
    try:
        public_id = signer.unsign(token)
    except BadSignature:
        return None
    feeds = CalendarFeed.objects.filter(public_id=public_id, closed_at=None, user__is_active=True)
    feed: CalendarFeed | None = feeds.select_related("user").first()
    return feed
