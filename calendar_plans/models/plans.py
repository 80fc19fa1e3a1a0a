"""A plan and its paper: months with their approved changes, goals, measures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from calendar_plans.periods import Period, PeriodKind, month_label
from calendar_plans.states import (
    MONTH_TRANSITIONS,
    PLAN_TRANSITIONS,
    TONES,
    MonthState,
    PlanState,
)
from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import AppendOnly, append_only_trigger
from houqin.people.models import Department
from houqin.people.scopes import Scope, Visibility
from houqin.people.seeing import TouchSeenBy
from houqin.records import Record
from houqin.routes import record_url
from houqin.search.columns import FoldedField, GramsField, SearchKeyMixin
from houqin.states import LegalState, Transitions


@audited(exclude=["folded", "grams"])
class Plan(SearchKeyMixin, Record):
    """A work plan (工作计划) of a department. Its state moves only through `houqin.states.move`."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.plan:read", {Scope.DEPARTMENT: lambda user: Q(department=user.department_id)}
    )
    TRANSITIONS: ClassVar[Transitions] = PLAN_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}
    LOCK_RANK: ClassVar[str] = "plan"
    SEARCH_KEY_SOURCE = "title"

    number = models.CharField("编号", max_length=30, unique=True, null=True, blank=True, editable=False)
    title = models.CharField("标题", max_length=100)
    kind = models.CharField("计划类型", max_length=20, choices=PeriodKind.choices)
    first_month = models.DateField("起始月份")
    last_month = models.DateField("结束月份")
    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.RESTRICT, related_name="plans"
    )
    guiding = models.TextField("指导思想", blank=True, max_length=5000)
    state = models.CharField("状态", max_length=20, choices=PlanState.choices, default=PlanState.DRAFT)
    reason = models.CharField("重新启用的原因", max_length=200, blank=True, editable=False)
    grams = GramsField("title", "number", "search_key")
    folded = FoldedField("title", "number", "search_key")

    class Meta:
        verbose_name = verbose_name_plural = "工作计划"
        ordering = ["-first_month", "-pk"]
        indexes = [models.Index(fields=["department", "state"], name="plan_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")), name="plan_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1), name="plan_months_are_first_days"
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT) | Q(number__isnull=False), name="started_plan_has_a_number"
            ),
        ]
        triggers = [
            LegalState(PLAN_TRANSITIONS),
            TouchSeenBy(name="seen_by_of_items", relation="items", column="department"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("plans:plan-detail", self.public_id)

    def particulars(self) -> list[str]:
        """Two departments, or two years, may have plans of one title."""
        return [part for part in (str(self.department), self.number) if part]

    @property
    def period(self) -> Period:
        return Period(self.kind, self.first_month, self.last_month)

    @property
    def is_open(self) -> bool:
        return self.state != PlanState.CLOSED


@audited()
class PlanMonth(Record):
    """One month of a plan with its 本月重点."""

    HISTORY: ClassVar[Wording] = Wording(
        insert="建好", many="把 {count} 个月的计划{verb}", name=lambda month: month.label
    )

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.plan:read", {Scope.DEPARTMENT: lambda user: Q(plan__department=user.department_id)}
    )
    TRANSITIONS: ClassVar[Transitions] = MONTH_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = Plan.STATE_TONES
    LOCK_RANK: ClassVar[str] = "plan"

    plan = models.ForeignKey(Plan, verbose_name="计划", on_delete=models.RESTRICT, related_name="months")
    month = models.DateField("月份")
    state = models.CharField(
        "审批", max_length=20, choices=MonthState.choices, default=MonthState.DRAFT, editable=False
    )
    focus = models.TextField(
        "本月重点", blank=True, max_length=300, help_text="最多三行，打印在月工作计划表的抬头。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "计划月份"
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="one_row_per_plan_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="plan_month_is_a_first_day"),
        ]
        triggers = [LegalState(MONTH_TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.plan} {self.label}"

    def get_absolute_url(self) -> str:
        return record_url("plans:month-detail", self.public_id)

    @property
    def label(self) -> str:
        return month_label(self.month)

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in words. Under a plan in force nobody is still writing the month: it was not sent."""
        is_unsent = self.state == MonthState.DRAFT and self.plan.state != PlanState.DRAFT
        return "未送审" if is_unsent else str(MonthState(self.state).label)


@audited()
class MonthChange(AppendOnly):
    """A change of a month's work after it had been approved: what, and why."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.plan:read",
        {Scope.DEPARTMENT: lambda user: Q(month__plan__department=user.department_id)},
    )

    month = models.ForeignKey(
        PlanMonth, verbose_name="月份", on_delete=models.RESTRICT, related_name="changes"
    )
    what = models.CharField("改动", max_length=200)
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "批准后的改动"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="change_after_approval_has_a_reason")
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return self.what


@audited()
class Goal(Record):
    """工作目标, with its 目标值 where there is one."""

    VISIBILITY: ClassVar[Visibility] = PlanMonth.VISIBILITY

    plan = models.ForeignKey(Plan, verbose_name="计划", on_delete=models.RESTRICT, related_name="goals")
    position = models.PositiveSmallIntegerField("顺序")
    text = models.TextField("工作目标", max_length=2000)
    target = models.CharField("目标值", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作目标"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


@audited()
class Measure(Record):
    """主要工作及措施 in the order of the paper; a line belongs to the last less deep one before it."""

    VISIBILITY: ClassVar[Visibility] = PlanMonth.VISIBILITY

    plan = models.ForeignKey(Plan, verbose_name="计划", on_delete=models.RESTRICT, related_name="measures")
    position = models.PositiveSmallIntegerField("顺序")
    depth = models.PositiveSmallIntegerField("层次", default=0)
    number = models.CharField("序号", max_length=20, blank=True)
    heading = models.CharField("标题", max_length=300, blank=True)
    text = models.TextField("内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "主要工作及措施"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.heading or self.text[:40]
