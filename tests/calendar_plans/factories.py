"""Plain functions that make the plans and items of a test, through the ORM and as the app role."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from calendar_plans.models import Category, Item, Plan, PlanMonth
from calendar_plans.periods import months_between
from calendar_plans.states import ItemState, PlanState
from houqin.people.models import Department
from tests.factories import department as some_department

FIRST = date(2026, 8, 1)
LAST = date(2027, 1, 1)

_numbers = count(1)


def plan(department: Department | None = None, **fields: Any) -> Plan:
    """A draft plan of the autumn term, with its months and without items."""
    fields = {"first_month": FIRST, "last_month": LAST, "kind": "term", "title": "总务处工作计划"} | fields
    made: Plan = Plan.objects.create(department=department or some_department(), **fields)
    PlanMonth.objects.bulk_create(
        PlanMonth(plan=made, month=month) for month in months_between(made.first_month, made.last_month)
    )
    return made


def running_plan(department: Department | None = None, **fields: Any) -> Plan:
    """A plan in force, with a number."""
    fields = {"state": PlanState.RUNNING, "number": f"JH-2026-T{next(_numbers)}"} | fields
    return plan(department, **fields)


def item(of: Plan | None = None, **fields: Any) -> Item:
    """An item of the plan's first month that nobody answers for yet."""
    of = of or running_plan()
    month = fields.pop("month", of.first_month)
    fields = {
        "through": month,
        "original_month": month,
        "content": "检修教室门窗",
        "position": of.items.count() + 1,
    } | fields
    if fields.get("state") in (ItemState.DONE, ItemState.NOT_DONE):
        fields = {"settled_on": month, "outcome": "已办"} | fields
    made: Item = Item.objects.create(plan=of, month=month, **fields)
    return made


def category(name: str = "", **fields: Any) -> Category:
    """A category that no plan uses yet."""
    made: Category = Category.objects.create(name=name or f"类别{next(_numbers)}", **fields)
    return made
