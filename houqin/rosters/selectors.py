"""What pages ask of the rosters: places to fill, the table on the wall, who is on duty, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.people.entering import ENTER
from houqin.people.models import User
from houqin.people.selectors import people_to_enter_for
from houqin.registry import CalendarEntry, Figure, Hit, Todo
from houqin.rosters.models import Duty, DutyKind, DutyLog, Handover, Matter, Roster, Shift, Swap
from houqin.rosters.models.swaps import called
from houqin.rosters.rotation import Place, Span, Turns
from houqin.rosters.rules import ONE_DAY, can_serve, is_on_day, on_end, weekday_of
from houqin.rosters.states import MANAGE, READ, LogState, MatterState, RosterState, SwapState
from houqin.school_calendar.days import Day
from houqin.school_calendar.reading import school_days
from houqin.showing import said_day

# Duties that begin before a roster and reach into it, and rest before and after.
AROUND = timedelta(days=2)
MOST_TODOS = 5
# So long before my shift I am asked to take over.
NEARLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift of one day on the wall: who has it, how many are missing, whether it is at all that day."""

    shift: Shift
    duties: Sequence[Duty]
    missing: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One day of a roster."""

    day: Day
    cells: Sequence[Cell]

    @property
    def on(self) -> date:
        return self.day.on

    @property
    def weekday(self) -> str:
        return weekday_of(self.on)


@dataclass(frozen=True, slots=True)
class Wall:
    """A roster as it hangs on the wall: shifts across, days down."""

    shifts: Sequence[Shift]
    rows: Sequence[Row]

    @property
    def missing(self) -> int:
        """How many places nobody has."""
        return sum(cell.missing for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Watch:
    """One shift of today, as everybody may know it."""

    kind: DutyKind
    shift: Shift
    duties: Sequence[Duty]
    is_now: bool
    is_over: bool


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + step * ONE_DAY for step in range((last - first).days + 1)]


def shifts_in_use(kind: DutyKind) -> list[Shift]:
    """The shifts of `kind` by which rosters are drawn up now; one query."""
    return list(kind.shifts.filter(retired_on=None).order_by("position", "begins", "pk"))


def places_of(roster: Roster) -> list[Place]:
    """Every place of `roster` that is to be filled, by the shifts in use and the school calendar."""
    calendar = school_days()
    shifts = shifts_in_use(roster.kind)
    found = []
    for on in days_between(roster.first_on, roster.last_on):
        is_school_day = calendar.is_school_day(on)
        for shift in shifts:
            if is_on_day(shift.days, is_school_day=is_school_day):
                place = Place(shift.pk, on, *shift.times(on), is_school_day)
                found += [place] * shift.people
    return found


def busy_of(people: Sequence[User], first: date, last: date, *, but: Roster) -> Mapping[User, list[Span]]:
    """When each of `people` is on duty by other rosters around these days; one query."""
    begins = timezone.make_aware(datetime.combine(first, datetime.min.time())) - AROUND
    ends = begins + (last - first) + 2 * AROUND + ONE_DAY
    found: dict[User, list[Span]] = {each: [] for each in people}
    by_key = {each.pk: each for each in people}
    others = Duty.objects.filter(person__in=list(by_key), ends_at__gt=begins, begins_at__lt=ends)
    for duty in others.exclude(roster=but).order_by("begins_at", "pk"):
        found[by_key[duty.person_id]].append(Span(duty.begins_at, duty.ends_at))
    return found


def last_people(roster: Roster) -> list[User]:
    """Who takes turns in `roster`, or, while it is empty, in the last one of its kind: whoever came last had
    his turn last, so the order goes on where it stopped.
    """
    duties = roster.duties
    if not duties.exists():
        before = Roster.objects.filter(kind=roster.kind, last_on__lt=roster.first_on)
        latest = before.order_by("-first_on").first()
        if latest is None:
            return []
        duties = latest.duties
    return in_turn(duties.select_related("person").order_by("begins_at", "pk"))


def in_turn(duties: Iterable[Duty]) -> list[User]:
    """The people of `duties` who are in service, whoever was on duty longest ago first."""
    last = {duty.person: number for number, duty in enumerate(duties)}
    return [person for person in sorted(last, key=lambda each: last[each]) if person.is_active]


def wall_of(roster: Roster, first: date | None = None, last: date | None = None) -> Wall:
    """`roster`, or its days from `first` to `last`, as a table; two queries."""
    first, last = max(first or roster.first_on, roster.first_on), min(last or roster.last_on, roster.last_on)
    rows = roster.duties.filter(day__gte=first, day__lte=last).select_related("person", "shift")
    by_cell: dict[tuple[int, date], list[Duty]] = {}
    shown: dict[int, Shift] = {shift.pk: shift for shift in shifts_in_use(roster.kind)}
    for duty in rows.order_by("seat"):
        shown.setdefault(duty.shift_id, duty.shift)
        by_cell.setdefault((duty.shift_id, duty.day), []).append(duty)
    shifts = sorted(shown.values(), key=lambda each: (each.position, each.begins, each.pk))
    calendar = school_days()
    lines = []
    for on in days_between(first, last):
        day = calendar.day(on)
        cells = [_cell(roster, shift, day, by_cell.get((shift.pk, on), ())) for shift in shifts]
        lines.append(Row(day, cells))
    return Wall(shifts, lines)


def _cell(roster: Roster, shift: Shift, day: Day, duties: Sequence[Duty]) -> Cell:
    is_on = bool(can_serve(roster, shift, day.on, is_school_day=day.is_school_day))
    missing = max(0, shift.people - len(duties)) if is_on else 0
    return Cell(shift, duties, missing, is_on or bool(duties))


def wall_of_turns(roster: Roster, turns: Turns[User]) -> Wall:
    """What `turns` would hang on the wall: the same table, of duties that are not saved."""
    shifts = shifts_in_use(roster.kind)
    places: dict[tuple[int, date], list[User | None]] = {}
    for place, person in turns.filled:
        places.setdefault((place.shift, place.on), []).append(person)
    calendar, lines = school_days(), []
    for on in days_between(roster.first_on, roster.last_on):
        cells = []
        for shift in shifts:
            people = places.get((shift.pk, on), [])
            duties = [Duty(shift=shift, day=on, person=each) for each in people if each is not None]
            cells.append(Cell(shift, duties, len(people) - len(duties), bool(people)))
        lines.append(Row(calendar.day(on), cells))
    return Wall(shifts, lines)


def next_day_of(kind: DutyKind, today: date) -> date:
    """The day after the last roster of `kind`, or today where that is over or there is none."""
    latest = kind.rosters.order_by("-last_on").first()
    return max(latest.last_on + ONE_DAY, today) if latest is not None else today


def months_of(roster: Roster) -> list[date]:
    """The first days of the months that `roster` touches."""
    found, month = [], roster.first_on.replace(day=1)
    while month <= roster.last_on:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def published() -> QuerySet[Duty]:
    """The duties of what hangs on the wall, with what their words are made of."""
    found = Duty.objects.filter(roster__state=RosterState.PUBLISHED)
    return found.select_related("roster__kind", "shift", "person")


def on_duty(at: datetime) -> list[Watch]:
    """The shifts of the day of `at`, and those of the day before that still last: whoever is on duty now, who
    comes, who went home, each by the beginning.
    """
    today = timezone.localdate(at)
    found = published().filter(Q(day=today) | Q(begins_at__lte=at, ends_at__gt=at))
    ordered = found.order_by("roster__kind__name", "begins_at", "shift__position", "shift", "day", "seat")
    watches = []
    for _, group in groupby(ordered, lambda duty: (duty.shift_id, duty.day)):
        duties = list(group)
        first = duties[0]
        is_now, is_over = first.begins_at <= at < first.ends_at, first.ends_at <= at
        watches.append(Watch(first.roster.kind, first.shift, duties, is_now, is_over))
    return sorted(watches, key=lambda each: (not each.is_now, each.is_over, each.duties[0].begins_at))


def mine_from(user: User, at: datetime) -> QuerySet[Duty]:
    """The duties of `user` that last still or come, by their beginning."""
    return published().filter(person=user.pk, ends_at__gt=at).order_by("begins_at", "pk")


def kinds_to_draw_up(user: User) -> QuerySet[DutyKind]:
    """The kinds in use whose rosters `user` may draw up."""
    reach = DutyKind.VISIBILITY.condition(user, MANAGE)
    found: QuerySet[DutyKind] = DutyKind.objects.filter(reach, retired_on=None).order_by("name")
    return found


def todos_for(user: User, on: date) -> Iterable[Todo]:
    """Home page: my duties of today, and drafts that nobody has published although they have begun."""
    now = timezone.now()
    coming = list(mine_from(user, now).filter(Q(day__lte=on) | Q(begins_at__lte=now + NEARLY))[:MOST_TODOS])
    for duty in [each for each in coming if each.day <= on][:3]:
        is_now = duty.begins_at <= now
        title = f"{'正在值班' if is_now else '今天值班'}：{duty.roster.kind} {duty.shift}"
        where = f"　{duty.shift.where}" if duty.shift.where else ""
        yield Todo(
            title, duty.get_absolute_url(), "看这一班", f"{duty.hours}{where}", due=on,
            when=said_day(duty.day),
        )  # fmt: skip
    yield from _swap_todos(user)
    yield from _log_todos(user, next((each for each in coming if each.begins_at <= now + NEARLY), None), now)
    if user.has(MANAGE):
        reach = Roster.VISIBILITY.condition(user, MANAGE)
        late = Roster.objects.filter(reach, state=RosterState.DRAFT, first_on__lte=on, last_on__gte=on)
        for roster in late[:3]:
            yield Todo(
                f"值班表还没有公布：{roster}", roster.get_absolute_url(), "去公布", due=roster.first_on,
                is_late=True, when=f"{said_day(roster.first_on)}起", late_word="已开始",
            )  # fmt: skip


def figures_for(user: User, on: date) -> Iterable[Figure]:
    """Home page: how many people are on duty now; nothing where nobody keeps rosters."""
    now = timezone.now()
    count = published().filter(begins_at__lte=now, ends_at__gt=now).count()
    if count:
        yield Figure("rosters.on_duty", "现在值班", count, reverse("rosters:today"))


def entries_for(user: User, first: date, last: date) -> Iterable[CalendarEntry]:
    """The duties of `user` in his calendar, on the page and on his phone by subscription."""
    for duty in published().filter(person=user.pk, day__gte=first, day__lte=last).order_by("begins_at"):
        yield CalendarEntry(
            f"duty-{duty.public_id}", duty.day, _said_in_calendar(duty),
            duty.get_absolute_url(), duty.shift.where, f"{duty.roster.kind}{duty.shift}",
        )  # fmt: skip


def _said_in_calendar(duty: Duty) -> str:
    """A duty among other entries: that it is one is said where its kind does not say so."""
    word = "" if "值班" in duty.roster.kind.name else "值班 "
    return f"{word}{duty.roster.kind} {duty.shift} {duty.hours}"


def search_for(user: User, words: str, limit: int) -> Sequence[Hit]:
    """Rosters by name or number."""
    if not user.has(READ):
        return []
    found = Roster.objects.visible_to(user).filter(Q(name__icontains=words) | Q(number__icontains=words))
    return [
        Hit("值班表", str(each), each.get_absolute_url(), each.get_state_display(), each.number)
        for each in found[:limit]
    ]


def chat_of(roster: Roster, rows: Iterable[Row]) -> str:
    """The days of a roster for the group's chat: a line a day."""
    lines = [f"【值班】{roster}"]
    for row in rows:
        cells = [f"{cell.shift} {names_of(cell.duties)}" for cell in row.cells if cell.duties]
        if cells:
            lines.append(f"{said_day(row.on)}{'；'.join(cells)}")
    return "\n".join([*lines, *([roster.note] if roster.note else [])])


def long_watches(taken: Sequence[tuple[User, Duty]], *, reader: User | None = None) -> str:
    """A warning to `reader`: who would be on duty for a day and a night on end once these people took these
    duties, and by which shifts; empty when nobody. A query for each of them.
    """
    moved = [duty.pk for _, duty in taken]
    told = []
    for person, duty in taken:
        near = Duty.objects.filter(
            person=person, begins_at__lt=duty.ends_at + AROUND, ends_at__gt=duty.begins_at - AROUND
        )
        others = near.exclude(pk__in=moved).select_related("shift", "roster__kind")
        watch = on_end(duty, others)
        if watch:
            hours = (watch[-1].ends_at - watch[0].begins_at) // timedelta(hours=1)
            shifts = "、".join(f"{each.words}（{each.hours}）" for each in watch)
            told.append(f"{called(person, reader)}要连着值班 {hours} 小时：{shifts}。")
    return f"请注意：{''.join(told)}" if told else ""


def names_of_shift() -> ArraySubquery:
    """For a log: who is on its shift by the roster; whose names are kept with it once it is signed."""
    on_it = Duty.objects.filter(shift=OuterRef("shift"), day=OuterRef("day"))
    return ArraySubquery(on_it.order_by("seat").values("person__name"))


def names_of(duties: Iterable[Duty]) -> str:
    """The people of `duties`, in words."""
    return "、".join(duty.person.name for duty in duties)


def tallies(rows: Iterable[Row]) -> list[tuple[Any, int, int]]:
    """How often each person is on duty on school days and on other days: (person, on the first, on the
    others), whoever has most first.
    """
    counts: dict[Any, list[int]] = {}
    for row in rows:
        for cell in row.cells:
            for duty in cell.duties:
                counts.setdefault(duty.person, [0, 0])[0 if row.day.is_school_day else 1] += 1
    return sorted(
        ((person, *both) for person, both in counts.items()),
        key=lambda each: (-each[1] - each[2], each[0].search_key, each[0].pk),
    )


def serves_in(user: User, shift: int, day: date) -> bool:
    """Whether `user` is on the shift with this key on `day`; one query."""
    return Duty.objects.filter(person=user.pk, shift=shift, day=day).exists()


def people_to_write_for(user: User, shift: Duty | DutyLog) -> QuerySet[User]:
    """Those on the shift of that day for whom `user` may enter what they did (代录), himself left out."""
    if not user.has(ENTER):
        return User.objects.none()
    on_it = Duty.objects.filter(shift=shift.shift_id, day=shift.day).values("person")
    return people_to_enter_for(user).filter(pk__in=on_it, is_active=True)


def relieves(user: User, log: DutyLog) -> bool:
    """Whether `user` has a later shift of the log's kind, within two days of its end; one query."""
    later = Duty.objects.filter(
        person=user.pk, roster__kind=log.kind_id, roster__state=RosterState.PUBLISHED,
        begins_at__gt=log.begins_at, begins_at__lte=log.ends_at + AROUND,
    )  # fmt: skip
    return later.exists()


def next_after(log: DutyLog) -> list[Duty]:
    """The duties of the shift that comes next in the log's kind: whoever takes over."""
    later = published().filter(roster__kind=log.kind_id, begins_at__gt=log.begins_at)
    first = later.order_by("begins_at").values_list("begins_at", flat=True).first()
    return list(later.filter(begins_at=first).order_by("seat")) if first is not None else []


def log_of(duty: Duty) -> DutyLog | None:
    """The log of the duty's shift, once somebody has begun it."""
    return DutyLog.objects.filter(shift=duty.shift_id, day=duty.day).first()


def log_before(duty: Duty) -> DutyLog | None:
    """The log of the last shift before `duty` in its kind: what is to be taken over."""
    earlier = DutyLog.objects.filter(kind=duty.roster.kind_id, begins_at__lt=duty.begins_at)
    return earlier.filter(ends_at__gte=duty.begins_at - AROUND).order_by("-begins_at", "-pk").first()


def open_matters(kind: int) -> list[Matter]:
    """What the kind of duty with this key carries over, the oldest first."""
    found = Matter.objects.filter(kind=kind, state=MatterState.OPEN)
    return list(found.select_related("created_by", "log__shift").order_by("raised_at", "pk"))


def carried_by(log: DutyLog) -> list[Matter]:
    """What a log hands over: raised on it, or earlier and not settled when it was signed (or now)."""
    until = log.signed_at or timezone.now()
    earlier = Q(raised_at__lt=log.begins_at) & (Q(closed_at=None) | Q(closed_at__gt=until))
    found = Matter.objects.filter(Q(log=log) | Q(kind=log.kind_id) & earlier)
    return list(found.select_related("created_by", "closed_by", "log__shift").order_by("raised_at", "pk"))


def duty_on(user: User, log: DutyLog) -> Duty | None:
    """The duty that `user` has on the log's shift, if any."""
    return Duty.objects.filter(person=user.pk, shift=log.shift_id, day=log.day).first()


def first_duty_of(log: DutyLog) -> Duty | None:
    """A duty of the log's shift, whoever has it."""
    return Duty.objects.filter(shift=log.shift_id, day=log.day).order_by("seat").first()


def colleagues_of(duty: Duty) -> QuerySet[User]:
    """Who takes turns in the roster of `duty`, but for whoever has it."""
    keys = Duty.objects.filter(roster=duty.roster_id).values("person")
    return User.objects.active().filter(pk__in=keys).exclude(pk=duty.person_id).order_by("search_key", "pk")


def duties_to_swap_for(duty: Duty, at: datetime) -> QuerySet[Duty]:
    """The duties of colleagues in the same kind that have not begun."""
    others = published().filter(roster__kind=duty.roster.kind_id, begins_at__gt=at)
    return others.exclude(person=duty.person_id).order_by("begins_at", "pk")


def _swap_todos(user: User) -> Iterable[Todo]:
    """Swaps that wait for my answer, and those that wait for me to approve them."""
    waiting = Q(other=user.pk, state=SwapState.ASKED)
    waiting |= Q(kind__keeper=user.pk, state=SwapState.AGREED) & ~Q(asker=user.pk) & ~Q(other=user.pk)
    named = ("asker", "other", "duty__shift", "other_duty__shift")
    found = Swap.objects.filter(waiting).select_related(*named).order_by("asked_at", "pk")
    for swap in found[:MOST_TODOS]:
        is_mine = swap.state == SwapState.ASKED
        action = "答复" if is_mine else "批准"
        detail = f"换班以后，{swap.comes_to(user)}。事由：{swap.reason}"
        yield Todo(f"换班：{swap}", swap.get_absolute_url(), action, detail)


def _log_todos(user: User, duty: Duty | None, at: datetime) -> Iterable[Todo]:
    """Logs of my shifts that are over and not signed, and the signed one that I take over with my `duty`."""
    mine = Duty.objects.filter(person=user.pk, shift=OuterRef("shift"), day=OuterRef("day"))
    logs = DutyLog.objects.filter(Exists(mine), state=LogState.OPEN, ends_at__lt=at)
    for log in logs.select_related("kind", "shift").order_by("ends_at", "pk")[:MOST_TODOS]:
        yield Todo(f"值班日志还没有签字：{log}", log.get_absolute_url(), "签字", is_late=True)
    before = log_before(duty) if duty is not None else None
    if before is None or before.state != LogState.SIGNED or before.signed_by_id == user.pk:
        return
    if not Handover.objects.filter(log=before).exists():
        yield Todo(f"请接班：{before}", before.get_absolute_url(), "接班", before.summary)
