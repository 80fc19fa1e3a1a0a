"""What a plan consists of before it is saved: the same shape for a form, a reading and a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calendar_plans.periods import Period


@dataclass(frozen=True, slots=True)
class ProposedItem:
    """One piece of work, not yet saved; `category` is a key or None to guess it."""

    content: str
    month: date
    through: date
    source_no: int | None = None


@dataclass(frozen=True, slots=True)
class ProposedGoal:
    """工作目标 with its 目标值, where it has one."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class ProposedMeasure:
    """One line of 主要工作及措施, with its depth in the tree."""

    depth: int
    number: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """A whole plan, not yet saved."""

    title: str
    period: Period
    guiding: str = ""
    goals: tuple[ProposedGoal, ...] = ()
    measures: tuple[ProposedMeasure, ...] = ()
    items: tuple[ProposedItem, ...] = ()
