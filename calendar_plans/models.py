"""Plans, their months, goals, measures and items; progress and carry-overs are ledgers."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from calendar_plans.periods import Period, PeriodKind, month_label, months_label
from calendar_plans.states import (
    ITEM_TRANSITIONS,
    MONTH_TRANSITIONS,
    PLAN_TRANSITIONS,
    TONES,
    UNSETTLED,
    ItemState,
    MonthState,
    PlanState,
)
from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import AppendOnly, LedgerEntry, append_only_trigger, ledger_triggers
from houqin.people.models import Department
from houqin.people.scopes import Scope, Visibility
from houqin.people.seeing import SeenByField, TouchSeenBy, keep_seen_by
from houqin.places.models import Place
from houqin.records import Record
from houqin.routes import record_url
from houqin.search.columns import FoldedField, GramsField, SearchKeyMixin
from houqin.states import LegalState, Transitions, find

# The department whose plan it is, those that help, and whoever answers for it.
READERS_OF_ITEMS = {
    Scope.DEPARTMENT: ("plan.department", "partnerships.department"),
    Scope.ASSIGNED: ("owner",),
}


@audited()
class Category(SearchKeyMixin, Record):
    """类别 of an item; its words let the reader of a plan guess it. Reference data, kept in the admin."""

    VISIBILITY: ClassVar[Visibility] = Visibility("calendar_plans.category:read")
    SEARCH_KEY_SOURCE = "name"

    name = models.CharField("类别", max_length=20)
    words = ArrayField(
        models.CharField(max_length=20),
        verbose_name="识别词",
        default=list,
        blank=True,
        help_text="工作内容里出现这些词时，读入计划会建议这个类别。用英文逗号隔开。",
    )
    order = models.PositiveSmallIntegerField("排序", default=50)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作类别"
        ordering = ["order", "search_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(retired_on=None),
                name="one_category_per_name",
                violation_error_message="已有同名类别，请换一个名称。",
            )
        ]

    def __str__(self) -> str:
        return self.name


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


@audited(exclude=["folded", "grams", "seen_by"])
class Item(SearchKeyMixin, Record):
    """One piece of work of a plan in a month, or in the months of a combined heading (五、六月份).

    Its state moves only through `houqin.states.move`; `original_month` and `times_carried` are kept when it
    is carried over, and the reasons stand in `CarryOver`.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility("calendar_plans.item:read", kept=READERS_OF_ITEMS)
    TRANSITIONS: ClassVar[Transitions] = ITEM_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = Plan.STATE_TONES
    LOCK_RANK: ClassVar[str] = "plan"
    SEARCH_KEY_SOURCE = "content"

    plan = models.ForeignKey(Plan, verbose_name="计划", on_delete=models.RESTRICT, related_name="items")
    month = models.DateField("月份")
    through = models.DateField("至月份")
    position = models.PositiveIntegerField("顺序")
    source_no = models.PositiveSmallIntegerField("原文序号", null=True, blank=True)
    category = models.ForeignKey(
        Category, verbose_name="类别", on_delete=models.RESTRICT, null=True, blank=True, related_name="items"
    )
    content = models.TextField("工作内容", max_length=1000)
    requirement = models.TextField("措施要求", max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="责任人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        # The index in the order of the lists, below, serves the key as well.
        db_index=False,
        related_name="plan_items",
    )
    partners = models.ManyToManyField(
        Department, verbose_name="配合部门", through="ItemPartner", blank=True, related_name="+"
    )
    place = models.ForeignKey(
        Place,
        verbose_name="地点",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="plan_items",
    )
    due_on = models.DateField("完成时限", null=True, blank=True)
    state = models.CharField("状态", max_length=20, choices=ItemState.choices, default=ItemState.PLANNED)
    outcome = models.CharField("完成情况", max_length=300, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    settled_on = models.DateField("办结日期", null=True, blank=True, editable=False)
    original_month = models.DateField("原定月份", editable=False)
    times_carried = models.PositiveSmallIntegerField("顺延次数", default=0, editable=False)
    grams = GramsField("content", "requirement", "search_key")
    folded = FoldedField("content", "requirement", "search_key")
    seen_by = SeenByField()

    class Meta:
        verbose_name = verbose_name_plural = "计划事项"
        ordering = ["month", "position", "pk"]
        indexes = [
            models.Index(fields=["plan", "month", "position"], name="item_by_plan_and_month"),
            # With its readers, and with what else lists are narrowed by, an index alone tells the keys of a
            # page: no row is looked at that is not shown.
            models.Index(
                fields=["-month", "-id"], include=["seen_by", "through", "category"], name="item_by_month"
            ),
            models.Index(
                fields=["month", "through"], condition=Q(through__gt=F("month")), name="item_that_lasts"
            ),
            models.Index(fields=["owner", "state", "month"], name="item_by_owner"),
            models.Index(
                fields=["owner", "-month", "-id"], include=["seen_by"], name="item_by_owner_and_month"
            ),
            models.Index(fields=["state", "-month", "-id"], include=["seen_by"], name="item_by_state"),
            models.Index(fields=["due_on", "id"], include=["seen_by", "state"], name="item_by_due"),
            # With the day in it, walking back over the months leaves out what is not late yet.
            models.Index(
                fields=["-month", "-id", "due_on"],
                condition=Q(state__in=UNSETTLED),
                name="item_open_by_month",
            ),
            # Words and readers in one: what somebody who sees a part searches is found in the index alone.
            GinIndex(fields=["grams", "seen_by"], name="item_found"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(through__gte=F("month")), name="item_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(month__day=1, through__day=1, original_month__day=1),
                name="item_months_are_first_days",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.NOT_DONE) | ~Q(outcome=""), name="not_done_needs_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNSETTLED, settled_on=None)
                | Q(state__in=("done", "not_done"), settled_on__isnull=False),
                name="settled_has_a_day",
            ),
            models.CheckConstraint(condition=~Q(content=""), name="item_says_what_is_to_be_done"),
        ]
        triggers = [
            LegalState(ITEM_TRANSITIONS),
            *keep_seen_by(READERS_OF_ITEMS),
        ]

    def __str__(self) -> str:
        return self.content[:40]

    def get_absolute_url(self) -> str:
        return record_url("plans:item-detail", self.public_id)

    def particulars(self) -> list[str]:
        """When it is to be done and who answers for it."""
        return [self.months_label, f"责任人 {self.owner}" if self.owner else "还没有责任人"]

    @property
    def months_label(self) -> str:
        return months_label(self.month, self.through)

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED

    def is_late(self, on: date) -> bool:
        """Whether it is past due on the day `on`; what nobody has put into force yet cannot be late."""
        return self.plan.state != PlanState.DRAFT and self.is_past_due(on)

    def is_past_due(self, on: date) -> bool:
        """Whether its time limit has passed on the day `on` without a result."""
        return not self.is_settled and self.due_on is not None and self.due_on < on


@audited()
class ItemPartner(models.Model):
    """A department that helps with an item (配合部门)."""

    HISTORY: ClassVar[Wording] = Wording(
        insert="添加", delete="去掉", noun="配合部门", many="{verb} {count} 个"
    )

    item = models.ForeignKey(Item, on_delete=models.RESTRICT, related_name="partnerships")
    department = models.ForeignKey(Department, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "配合部门"
        constraints = [models.UniqueConstraint(fields=["item", "department"], name="one_partnership")]
        triggers = [TouchSeenBy(name="seen_by_of_item", relation="item")]

    def __str__(self) -> str:
        return str(self.department)


@audited()
class ProgressNote(LedgerEntry):
    """进展记录: what was done when; reversed, never edited."""

    HISTORY: ClassVar[Wording] = Wording(insert="报进展", joins=True)

    LEDGER: ClassVar[str] = "calendar_plans.progress"
    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.item:read", kept=READERS_OF_ITEMS, through="item"
    )

    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.RESTRICT, related_name="notes")
    text = models.CharField("进展", max_length=300)
    act = models.CharField("动作", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "进展记录"
        ordering = ["-created_at", "-pk"]
        triggers = ledger_triggers("calendar_plans.progress")

    def __str__(self) -> str:
        return self.text

    @property
    def act_label(self) -> str:
        """The word of the button that was pressed: 报进展, 报完成."""
        return find(ITEM_TRANSITIONS, self.act).label


@audited()
class CarryOver(LedgerEntry):
    """顺延: from which month to which, and why."""

    HISTORY: ClassVar[Wording] = Wording(insert="顺延", name=lambda carried: carried.reason, joins=True)

    LEDGER: ClassVar[str] = "calendar_plans.carry_over"
    VISIBILITY: ClassVar[Visibility] = ProgressNote.VISIBILITY

    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.RESTRICT, related_name="carry_overs")
    from_month = models.DateField("原月份")
    to_month = models.DateField("顺延至")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "顺延记录"
        ordering = ["pk"]
        triggers = ledger_triggers("calendar_plans.carry_over")
        constraints = [
            models.CheckConstraint(condition=Q(to_month__gt=F("from_month")), name="carried_forward_only"),
            models.CheckConstraint(condition=~Q(reason=""), name="carry_over_needs_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_month:%Y-%m} → {self.to_month:%Y-%m}"


@audited()
class Reading(Record):
    """A text that was handed in to be read as a plan; a proposal until somebody corrects and saves it."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.plan:write", {Scope.OWN: lambda user: Q(created_by=user.pk)}
    )
    LOCK_RANK: ClassVar[str] = "plan"

    file_name = models.CharField("文件名", max_length=200, blank=True)
    text = models.TextField("原文")

    class Meta:
        verbose_name = verbose_name_plural = "待整理的计划"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name or self.text[:30]

    def get_absolute_url(self) -> str:
        return record_url("plans:reading-review", self.public_id)


@audited()
class ReadingUse(Record):
    """That a plan was made from one of the plans in a reading, so that its source text stays at hand."""

    VISIBILITY: ClassVar[Visibility] = PlanMonth.VISIBILITY

    reading = models.ForeignKey(Reading, on_delete=models.RESTRICT, related_name="uses")
    plan = models.OneToOneField(Plan, on_delete=models.RESTRICT, related_name="source")
    index = models.PositiveSmallIntegerField("第几份")

    class Meta:
        verbose_name = verbose_name_plural = "计划来源"

    def __str__(self) -> str:
        return f"{self.reading} → {self.plan}"
