"""Signing off a month's work: sent, approved or sent back, and changed afterwards with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from calendar_plans.models import MonthChange, Plan, PlanMonth
from calendar_plans.rules import can_change, can_change_month, can_send_month
from calendar_plans.selectors import items_of_month
from calendar_plans.states import SUBMIT_MONTH, MonthState
from houqin.actors import Actor, System
from houqin.approvals import services as approvals
from houqin.approvals.states import RequestState
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_both
from houqin.people.access import require
from houqin.states import move

KIND = "calendar_plans.month"

OUTCOMES = {
    RequestState.APPROVED: "approve",
    RequestState.RETURNED: "reject",
    RequestState.REFUSED: "reject",
    RequestState.WITHDRAWN: "reject",
}


def submit_month(*, month: PlanMonth, by: Actor) -> PlanMonth:
    """Send a month's work for approval along the route that fits it.

    Raises `NotAllowed`, and `RuleBroken` for a plan that does not run, a month without work, one that is on
    its way or approved, or when no route fits. A request that came back is handed in again.
    """
    require(by, SUBMIT_MONTH, month)
    returned = approvals.lock_request_of(month)
    plan, month = lock_both(Plan(pk=month.plan_id), month)
    month.plan = plan
    can_change(plan).require()
    can_send_month(plan, items_of_month(plan.items.all(), month.month).count()).require()
    move(month, "submit", by=by)
    approvals.submit(record=month, kind=KIND, returned=returned, by=by)
    return month


def settle_month(*, month: PlanMonth, outcome: str, by: Actor) -> PlanMonth:
    """What the end of the approval means for the month; the chain's own act, whoever signed."""
    month = lock(month)
    move(month, OUTCOMES[RequestState(outcome)], by=System("审批结果"))
    return month


def allow_change(*, plan: Plan, months: Iterable[date], what: str, reason: str, by: Actor) -> None:
    """Let the work of `months` be changed: freely before approval, with a reason after it.

    Raises `RuleBroken` while a month is on its way to be approved, and without the reason. Side effect: the
    change and its reason are kept with each approved month. The caller holds the plan's lock.
    """
    for month in plan.months.filter(month__in=set(months)).exclude(state=MonthState.DRAFT):
        can_change_month(month).require()
        if not reason.strip():
            raise RuleBroken(f"{month.label}的计划已经批准，改动要写明原因。", field="change_reason")
        change = MonthChange(month=month, what=what[:200], reason=reason.strip())
        change.set_maker(by)
        change.save()
