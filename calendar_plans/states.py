"""The states of a plan and of an item, and which act leads from which to which."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions


class PlanState(TextChoices):
    """A plan is written, carried out, and closed."""

    DRAFT = "draft", "拟定中"
    RUNNING = "running", "执行中"
    CLOSED = "closed", "已结束"


class ItemState(TextChoices):
    """What has become of a piece of work."""

    PLANNED = "planned", "未开始"
    IN_PROGRESS = "in_progress", "进行中"
    DONE = "done", "已完成"
    NOT_DONE = "not_done", "未完成"


class MonthState(TextChoices):
    """Whether a month's work has been signed off."""

    DRAFT = "draft", "拟定中"
    SUBMITTED = "submitted", "送审中"
    APPROVED = "approved", "已批准"


UNSETTLED = (ItemState.PLANNED, ItemState.IN_PROGRESS)
SETTLED = (ItemState.DONE, ItemState.NOT_DONE)

SUBMIT_MONTH = "calendar_plans.month:submit"
RUN_PLAN = "calendar_plans.plan:run"
WRITE_ITEM = "calendar_plans.item:write"
REPORT_ITEM = "calendar_plans.item:report"

PLAN_TRANSITIONS: Transitions = (
    Transition("start", (PlanState.DRAFT,), PlanState.RUNNING, RUN_PLAN, "启用计划"),
    Transition("close", (PlanState.RUNNING,), PlanState.CLOSED, RUN_PLAN, "结束计划"),
    Transition("reopen", (PlanState.CLOSED,), PlanState.RUNNING, RUN_PLAN, "重新启用", needs_reason=True),
)

ITEM_TRANSITIONS: Transitions = (
    Transition(
        "report", (ItemState.PLANNED, ItemState.IN_PROGRESS), ItemState.IN_PROGRESS, REPORT_ITEM, "报进展"
    ),
    Transition("finish", UNSETTLED, ItemState.DONE, REPORT_ITEM, "报完成"),
    Transition("fail", UNSETTLED, ItemState.NOT_DONE, REPORT_ITEM, "报未完成", needs_reason=True),
    Transition("reopen", SETTLED, ItemState.IN_PROGRESS, WRITE_ITEM, "改回进行中", needs_reason=True),
    Transition(
        "carry",
        (*UNSETTLED, ItemState.NOT_DONE),
        ItemState.PLANNED,
        WRITE_ITEM,
        "顺延到以后的月份",
        needs_reason=True,
    ),
)

# The chain's outcome is the system's own act: who signed stands in the decisions.
MONTH_TRANSITIONS: Transitions = (
    Transition("submit", (MonthState.DRAFT,), MonthState.SUBMITTED, SUBMIT_MONTH, "送审"),
    Transition("approve", (MonthState.SUBMITTED,), MonthState.APPROVED, SUBMIT_MONTH, "批准"),
    Transition(
        "reject", (MonthState.SUBMITTED, MonthState.DRAFT), MonthState.DRAFT, SUBMIT_MONTH, "退回拟定"
    ),
)

TONES = {
    PlanState.DRAFT: "neutral",
    PlanState.RUNNING: "info",
    PlanState.CLOSED: "good",
    MonthState.SUBMITTED: "info",
    MonthState.APPROVED: "good",
    ItemState.PLANNED: "neutral",
    ItemState.IN_PROGRESS: "warn",
    ItemState.DONE: "good",
    ItemState.NOT_DONE: "bad",
}
