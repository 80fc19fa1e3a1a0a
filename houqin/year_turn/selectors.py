"""A turn as pages and papers show it: rehearsed, what leaving classes hold, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from houqin.people.models import SchoolClass, User
from houqin.registry import Held, Todo, registry
from houqin.remembering import kept, watch
from houqin.school_calendar.days import TermSpan
from houqin.school_calendar.reading import school_days
from houqin.school_settings.modules import in_use
from houqin.showing import said_day
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.proposals import is_turned_already, last_grades, year_of
from houqin.year_turn.rules import Findings, examine, moves
from houqin.year_turn.services.carrying import lines_of, split
from houqin.year_turn.states import LIVE, MANAGE, LineAct, TurnState

# What the reminder of a turn hangs on: read anew when one of them changes.
TURNED = watch([YearTurn._meta.db_table, SchoolClass._meta.db_table])
# From this month on the next school year is what is prepared.
PREPARED_FROM = 5
# Before this month of its year a turn that is carried out would come in the middle of a term.
EARLIEST_MONTH = 7


@dataclass(frozen=True, slots=True)
class Handover:
    """What a leaving class still holds, and which class comes into its room."""

    line: TurnLine
    held: Sequence[Held]
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A turn as it would go, or went; nothing is written."""

    lines: Sequence[TurnLine]
    handovers: Sequence[Handover]
    findings: Findings

    def count(self, act: str) -> int:
        return sum(line.act == act for line in self.lines)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """How many classes take each act."""
        return [(act.label, self.count(act)) for act in LineAct if self.count(act)]

    @property
    def moves(self) -> bool:
        """Whether the year turns at all for some class."""
        return moves(self.lines)

    @property
    def summary(self) -> str:
        """What becomes of the classes, in one sentence of figures."""
        said = "、".join(f"{label} {count} 个班" for label, count in self.tally)
        return f"{said}。" if self.moves else f"没有班级升级、离校或新建：{said}。"


def rehearsal(turn: YearTurn, *, on: date) -> Rehearsal:
    """The turn by today's classes; problems are looked for only while it is being prepared."""
    lines = in_order(lines_of(turn))
    findings = Findings((), ())
    if turn.state == TurnState.DRAFT:
        wanted = {line.school_class_id for line in lines if line.school_class_id is not None}
        classes = SchoolClass.objects.filter(Q(retired_on=None) | Q(pk__in=wanted))
        now, others = split(list(classes.select_related("head_teacher", "room")), wanted)
        findings = examine(lines, now, others)
        findings = Findings(findings.problems, [*_early(turn, on), *findings.warnings])
    return Rehearsal(lines, handovers(lines, on=on), findings)


def in_order(lines: Iterable[TurnLine]) -> list[TurnLine]:
    """By what they become, the leaving and the left ones at the end."""
    last = (LineAct.LEAVE, LineAct.SKIP)
    return sorted(lines, key=lambda line: (line.act in last, line.grade, line.number, line.pk))


def handovers(lines: Sequence[TurnLine], *, on: date) -> list[Handover]:
    """What each leaving class holds, as the apps tell; the one that comes into its room takes that over."""
    leaving = [line for line in lines if line.act == LineAct.LEAVE and line.school_class is not None]
    classes = [line.school_class for line in leaving]
    told: dict[int, list[Held]] = {}
    for source in in_use(registry.class_holdings, on=on) if classes else ():
        for held in source(classes):
            told.setdefault(held.school_class.pk, []).append(held)
    coming = {
        line.room_id: line.name for line in lines if line.act in {LineAct.UP, LineAct.STAY, LineAct.NEW}
    }
    return [
        Handover(
            line,
            told.get(line.school_class_id or 0, []),
            coming.get(line.old_room_id, "") if line.old_room_id else "",
        )
        for line in leaving
    ]


def grades_in_use() -> list[int]:
    """The grades that have classes, from the lowest."""
    grades = SchoolClass.objects.filter(retired_on=None).order_by().values_list("grade", flat=True).distinct()
    return sorted(grades)


def proposed_leaving() -> list[int]:
    """The grades that a new draft lets leave."""
    return last_grades(grades_in_use())


def years_to_turn_into(on: date) -> tuple[list[int], int]:
    """The school years that are offered on the day `on`, and the one that is proposed.

    The one that runs is offered only while classes are still of the year before.
    """
    running = year_of(on)
    is_done = YearTurn.objects.filter(begins_in=running, state=TurnState.DONE).exists()
    if is_done or all(is_turned_already(each, running) for each in _classes()):
        return [running + 1], running + 1
    return [running, running + 1], running + (PREPARED_FROM <= on.month < PREPARED_FROM + 3)


def _early(turn: YearTurn, on: date) -> Iterable[str]:
    """A turn long before its school year: the classes would be next year's from this day on."""
    if on < date(turn.begins_in, EARLIEST_MONTH, 1):
        yield f"{turn.year_label}还早：结转后班级从当天起就是新学年的样子。现在可以先安排，放假以后再结转。"


def turn_todos(user: User, on: date) -> Iterable[Todo]:
    """Home page of whoever keeps classes: a school year has begun and the classes are last year's."""
    if not user.has(MANAGE):
        return
    begun = [term for term in school_days().terms if term.number == 1 and term.first_on <= on]
    if not begun or begun[-1].begins_in != year_of(on):
        return
    year = begun[-1]
    if (begun_turn := kept(("turn", year), lambda: _to_turn_into(year), tables=TURNED)) is None:
        return
    yield Todo(
        title=f"{year.year_label}已经开始，班级还没有升级",
        url=begun_turn or reverse("turns:turn-create"),
        action="接着办结转" if begun_turn else "办学年结转",
        detail="班级升级、毕业班离校、新班和班主任一次办好；可以先演练，当天可以撤销。",
        due=year.first_on,
        is_late=True,
        when=f"{said_day(year.first_on)}开学",
        late_word="还没有办",
    )


def _to_turn_into(year: TermSpan) -> str | None:
    """The address of the begun turn into the `year`, empty before there is one; None where all is turned."""
    turn = YearTurn.objects.filter(begins_in=year.begins_in, state__in=LIVE).first()
    if turn is not None and turn.state == TurnState.DONE:
        return None
    if not any(_is_of_before(each, year.begins_in, year.first_on) for each in _classes()):
        return None
    return turn.get_absolute_url() if turn is not None else ""


def _classes() -> Any:
    columns = ("grade", "entry_year", "created_at")
    return SchoolClass.objects.filter(retired_on=None).only(*columns).order_by()


def _is_of_before(school_class: SchoolClass, begins_in: int, first_on: date) -> bool:
    """Whether a class was there before the year began, and nobody saw to it since."""
    was_there = timezone.localdate(school_class.created_at) < first_on
    return was_there and not is_turned_already(school_class, begins_in)


def rows_taken_back(model: type[Any]) -> Q:
    """The lines of turns that were taken back or given up, and the classes that one taken back had made."""
    if model is TurnLine:
        return Q(turn__state__in=[TurnState.UNDONE, TurnState.DROPPED])
    if model is SchoolClass:
        made = TurnLine.objects.filter(act=LineAct.NEW, turn__state=TurnState.UNDONE)
        return Q(pk__in=made.exclude(school_class=None).values("school_class"), retired_on__isnull=False)
    return Q(pk__in=())
