"""How the approval chain reads a month's work: what it is called, what is decided on, what the card shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calendar_plans.models import Item, PlanMonth
from calendar_plans.selectors import items_of_month
from calendar_plans.services.sign_off import KIND
from houqin.approvals.subjects import Facts, Subject
from houqin.showing import said_day


def title(month: PlanMonth) -> str:
    return f"{month.plan.department.name}{month.label}工作计划"


def facts(month: PlanMonth) -> Facts:
    return Facts(department=month.plan.department)


def content(month: PlanMonth) -> list[Any]:
    """The focus of the month and each piece of work, who does it with whom until when.

    Progress is not part of it: work goes on while the paper is on its way.
    """
    items = items_of_month(month.plan.items.all(), month.month)
    rows = items.values_list(
        "public_id", "content", "requirement", "month", "through", "owner", "due_on", "category"
    )
    return [month.focus, *map(list, rows)]


def card(month: PlanMonth) -> Sequence[tuple[str, Any]]:
    """本月重点 and the work itself, so that the signer need not open anything else."""
    items = items_of_month(month.plan.items.all(), month.month).select_related("owner")
    focus = [("本月重点", month.focus)] if month.focus else []
    return [*focus, *((f"第 {place} 条", _line(item)) for place, item in enumerate(items, 1))]


def _line(item: Item) -> str:
    owner = item.owner.name if item.owner else "责任人未定"
    due = f"，{said_day(item.due_on)}前" if item.due_on else ""
    return f"{item.content}（{owner}{due}）"


MONTH = Subject(
    kind=KIND,
    label="月工作计划",
    model="calendar_plans.PlanMonth",
    title=title,
    facts=facts,
    content=content,
    card=card,
)
