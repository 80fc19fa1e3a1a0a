"""The columns and filters of the plans' lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from calendar_plans.models import Category, Item
from calendar_plans.periods import after, first_of, month_label, months_label
from calendar_plans.selectors import late_on, standing_in
from calendar_plans.states import ItemState, PlanState
from houqin.people.models import Department, User
from houqin.web.pages import Choices, Column, Flag, Related, state_column
from houqin.web.pages.filters import BadChoice, Narrowing, Option

PLAN_COLUMNS = (
    Column("title", "计划", sort="search_key"),
    Column("number", "编号", sort="number"),
    Column("department", "部门", "department.name", sort="department__search_key"),
    Column("period", "起止", lambda plan: plan.period.label, sort="first_month"),
    Column("count", "事项", "item_count", is_number=True),
    state_column(sort="state"),
)
PLAN_FILTERS = (
    Choices("state", "状态", PlanState.choices, as_chips=True),
    Related(
        "department",
        "部门",
        lambda user: Department.objects.visible_to(user).filter(retired_on=None),
        tables=(Department,),
    ),
)


def is_late_row(item: Item, today: date) -> bool:
    """`Item.is_late` for one of `item_rows`, which carry the state of the plan instead of the plan."""
    state: str = item.plan_state  # type: ignore[attr-defined]  # an annotation
    return state != PlanState.DRAFT and item.is_past_due(today)


ITEM_COLUMNS = (
    Column("content", "工作内容"),
    Column("month", "月份", months_label, ("month", "through"), sort=("month", "id")),
    Column("category", "类别", "category_name", on_phone=False),
    Column("owner", "责任人", "owner_name"),
    Column("due_on", "完成时限", "due_on", sort=("due_on", "id")),
    state_column(sort=("state", "-month", "-id"), late=is_late_row),
)


@dataclass(frozen=True, slots=True)
class MonthFilter:
    """The items that stand in one month, those of a combined heading included; a year back and a year on."""

    name: str
    label: str
    kind: ClassVar[str] = "select"

    def options(self, user: User) -> Sequence[Option]:
        now = first_of(timezone.localdate())
        months = [after(now, step) for step in range(12, -13, -1)]
        return [Option(f"{month:%Y-%m}", month_label(month), pk=month) for month in months]

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        raw = given.get(self.name, "")
        if raw == "":
            return None
        for option in options:
            if option.value == raw:
                return Narrowing(standing_in(option.pk), {self.name: raw})
        raise BadChoice(self.label)


def is_mine(user: User, today: date) -> Q:
    return Q(owner=user.pk)


def is_late(user: User, today: date) -> Q:
    return late_on(today)


def owners(user: User) -> Any:
    """Who may be chosen as 责任人 in the filter: whom this reader may see at all."""
    # As `houqin.people.names.named` says it.
    seen = User.objects.visible_to(user).filter(is_active=True)
    return seen.annotate(named=Concat("name", Value(" "), "staff_no"))


def item_rows(items: QuerySet[Item]) -> QuerySet[Item]:
    """`items` with what these columns, and the address of a row, read; names and a state, not the records."""
    return items.annotate(
        category_name=F("category__name"), owner_name=F("owner__name"), plan_state=F("plan__state")
    ).only("public_id", "content", "month", "through", "due_on", "state")


ITEM_FILTERS = (
    Choices("state", "状态", ItemState.choices, as_chips=True),
    Flag("late", "逾期", is_late),
    Flag("mine", "我的", is_mine),
    MonthFilter("month", "月份"),
    Related(
        "category",
        "类别",
        lambda user: Category.objects.visible_to(user).filter(retired_on=None),
        tables=(Category,),
    ),
    Related("owner", "责任人", owners, tables=(User,), word="named"),
)
