"""What was understood of a text: a proposal that the user corrects before anything is saved.

**The spans tile the source.** A *leaf* is a stretch of the source that belongs to exactly one thing:

- a heading of the plan: its title and the names of its parts (``PlanDraft.headings``);
- the guiding idea, with its heading's words before it (``PlanDraft.guiding``);
- a goal (``Goal.span``);
- the own words of a measure, without its children (``Measure.lead``);
- the heading of a section, without its items (``Section.lead``);
- an item (``Item.span``);
- something left out (``LeftOut.span``).

``leaves(reading)`` lists them in order. For every input they partition ``[0, len(text))``: no gap, no
overlap. A leaf holds its number mark in front and the blanks behind it; ``text``, ``heading`` and ``why``
carry the words alone, and those words stand literally inside ``text[span]``. ``Section.span``,
``Measure.span`` and ``PlanDraft.span`` run from their first leaf to their last; the plans' spans partition
the text as well.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypedDict

PeriodKind = Literal["学年", "学期", "年度"]


class Span(NamedTuple):
    """Character offsets ``[start, end)`` into the text as read."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One task of the month schedule; ``no`` is its printed number."""

    no: int | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the schedule with its items; 五、六月份 has two months, a week may have none."""

    heading: str
    months: tuple[int, ...]
    items: tuple[Item, ...]
    span: Span
    lead: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure (主要工作及措施) with what is written under it."""

    no: int | None
    heading: str
    text: str
    children: tuple["Measure", ...]
    span: Span
    lead: Span


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the plan (工作目标)."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Guiding:
    """The guiding idea (指导思想, 工作思路)."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Heading:
    """The title, or the name of a part of the plan; ``role`` says which."""

    text: str
    span: Span
    role: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Text that belongs to no task, and why."""

    text: str
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Period:
    """The plan's own period: months in its order, and the first one's year where the title tells it."""

    kind: PeriodKind | None
    months: tuple[int, ...]
    first_year: int | None = None

    def year_months(self, first_year: int) -> list[tuple[int, int]]:
        """Return ``(year, month)`` for every month; the year rises at New Year (§E trap 8)."""
        year, before, dated = first_year, 0, []
        for month in self.months:
            year += month < before
            dated.append((year, month))
            before = month
        return dated


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """One plan as it was understood."""

    title: str
    span: Span
    period: Period
    guiding: Guiding | None
    headings: tuple[Heading, ...]
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...]


class ReadingJson(TypedDict):
    """The JSON form of a reading; ``read_plan --json`` prints it."""

    plans: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything understood of one text."""

    text: str = field(repr=False)
    plans: tuple[PlanDraft, ...]

    def to_json(self) -> ReadingJson:
        """Return the reading as plain data: spans as ``[start, end)`` lists, months as numbers."""
        return {"plans": [_plan_json(plan) for plan in self.plans]}


def leaves(reading: Reading) -> list[Span]:
    """Return every leaf span of the reading in the order of the text."""
    found: list[Span] = []
    for plan in reading.plans:
        found += [heading.span for heading in plan.headings]
        found += [plan.guiding.span] if plan.guiding else []
        found += [goal.span for goal in plan.goals]
        found += [left.span for left in plan.left_out]
        for section in plan.sections:
            found += [section.lead, *(item.span for item in section.items)]
        for measure in every_measure(plan.measures):
            found.append(measure.lead)
    return sorted(found)


def every_measure(measures: tuple[Measure, ...]) -> list[Measure]:
    """Return the measures and all that is nested under them, in the order of the text."""
    waiting, found = list(reversed(measures)), []
    while waiting:
        measure = waiting.pop()
        found.append(measure)
        waiting.extend(reversed(measure.children))
    return found


def _plan_json(plan: PlanDraft) -> dict[str, object]:
    guiding = plan.guiding
    return {
        "title": plan.title,
        "span": list(plan.span),
        "period": {"kind": plan.period.kind, "months": list(plan.period.months)},
        "guiding": {"text": guiding.text, "span": list(guiding.span)} if guiding else None,
        "headings": [{"text": h.text, "span": list(h.span), "role": h.role} for h in plan.headings],
        "sections": [_section_json(section) for section in plan.sections],
        "measures": [_measure_json(measure) for measure in plan.measures],
        "goals": [{"text": goal.text, "span": list(goal.span)} for goal in plan.goals],
        "left_out": [{"text": left.text, "span": list(left.span), "why": left.why} for left in plan.left_out],
    }


def _section_json(section: Section) -> dict[str, object]:
    return {
        "heading": section.heading,
        "span": list(section.span),
        "months": list(section.months),
        "items": [{"no": item.no, "text": item.text, "span": list(item.span)} for item in section.items],
    }


def _measure_json(measure: Measure) -> dict[str, object]:
    return {
        "no": measure.no,
        "heading": measure.heading,
        "text": measure.text,
        "span": list(measure.span),
        "children": [_measure_json(child) for child in measure.children],
    }
