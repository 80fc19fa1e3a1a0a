"""The work of a plan: items by category; their progress and carry-overs are ledgers."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from calendar_plans.models.plans import Plan
from calendar_plans.periods import last_day, months_label
from calendar_plans.states import (
    ITEM_TRANSITIONS,
    UNSETTLED,
    ItemState,
    PlanState,
)
from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import LedgerEntry, ledger_triggers
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
            # With day, last month, plan and readers in it, the index alone tells what is late.
            models.Index(
                fields=["-month", "-id", "due_on"],
                include=["through", "plan", "seen_by"],
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
    def in_time_until(self) -> date:
        """The last day on which it is in time: its time limit, without one the end of its last month."""
        return self.due_on or last_day(self.through)

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED

    def is_late(self, on: date) -> bool:
        """Whether it is past due on the day `on`; what nobody has put into force yet cannot be late."""
        return self.plan.state != PlanState.DRAFT and self.is_past_due(on)

    def is_past_due(self, on: date) -> bool:
        """Whether its time has passed on the day `on` without a result (`selectors.late_on` of many)."""
        return not self.is_settled and self.in_time_until < on


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
