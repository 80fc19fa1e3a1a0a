"""Pure decisions about plans and items; no queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from calendar_plans.periods import LONGEST, after, last_day, month_label, months_between
from calendar_plans.states import MonthState, PlanState
from houqin.rules import Decision

if TYPE_CHECKING:
    from calendar_plans.models import Item, Plan, PlanMonth
    from houqin.people.models import User


def can_span(first: date, last: date) -> Decision:
    """A plan runs forward, over at most twelve months: each number then names one of its months."""
    length = len(months_between(first, last))
    if length == 0:
        return Decision.no("结束月份早于起始月份，请核对。")
    if length > LONGEST:
        return Decision.no(f"一份计划最长 12 个月，现在是 {length} 个月。请缩短，或分成两份。")
    return Decision.yes()


def can_change(plan: Plan) -> Decision:
    """A closed plan is history."""
    if plan.state == PlanState.CLOSED:
        return Decision.no("这份计划已结束，不能再改。需要改时请总务主任先重新启用。")
    return Decision.yes()


def can_remove(plan: Plan) -> Decision:
    """What has been announced is not deleted: after the start an item is settled or carried over."""
    if plan.number is not None:
        return Decision.no("计划已启用，事项不能删除。做不了的请报“未完成”并写明原因。")
    return Decision.yes()


def can_remove_plan(plan: Plan) -> Decision:
    """A draft that was never in force binds nobody; a plan that had a number is history."""
    if plan.number is not None:
        return Decision.no("计划已启用过，不能删除。不再执行的请结束计划。")
    return Decision.yes()


def can_work_on(plan: Plan) -> Decision:
    """Progress is reported while the plan runs: a draft binds nobody yet, a closed plan is history."""
    if plan.state == PlanState.DRAFT:
        return Decision.no("计划还没有启用，启用以后才能报进展和结果。")
    return can_change(plan)


def can_hold(plan: Plan, month: date, through: date) -> Decision:
    """An item stands in a month of its plan and does not end before it begins."""
    months = plan.period.months
    if month not in months or through not in months:
        return Decision.no(f"月份要在计划期内（{plan.period.label}）。")
    if through < month:
        return Decision.no("“至月份”早于起始月份，请核对。")
    return Decision.yes()


def can_start(plan: Plan, item_count: int) -> Decision:
    """A plan is started with something to do."""
    if item_count == 0:
        return Decision.no("计划里还没有事项，请先添加再启用。")
    return Decision.yes()


def can_change_month(month: PlanMonth) -> Decision:
    """What is on its way to be approved stays as it was handed in."""
    if month.state == MonthState.SUBMITTED:
        return Decision.no(f"{month.label}的计划正在送审，暂时不能改。要改请先在审批单上撤回。")
    return Decision.yes()


def can_send_month(plan: Plan, item_count: int) -> Decision:
    """A month is sent for approval when its plan runs and there is work in it."""
    if plan.state == PlanState.DRAFT:
        return Decision.no("计划还没有启用，启用以后再送审。")
    if item_count == 0:
        return Decision.no("这个月还没有安排工作，先添加事项再送审。")
    return Decision.yes()


def can_close(plan: Plan, unsettled_count: int) -> Decision:
    """Nothing is left hanging: each item is done, not done with a reason, or carried over."""
    if unsettled_count:
        return Decision.no(f"还有 {unsettled_count} 条事项没有结果。请先报完成、报未完成，或顺延。")
    return Decision.yes()


def can_carry_to(item: Item, plan: Plan, month: date) -> Decision:
    """Carried forward only, and within the plan's period."""
    if month <= item.through:
        return Decision.no(f"只能顺延到 {month_label(item.through)} 以后的月份。")
    if month not in plan.period.months:
        return Decision.no(f"{month_label(month)}不在计划期内（{plan.period.label}）。请列入下一份计划。")
    return Decision.yes()


def can_be_due(month: date, through: date, due_on: date | None) -> Decision:
    """A time limit lies in the item's months; an early one may fall into the month before."""
    if due_on is None or after(month, -1) <= due_on <= last_day(through):
        return Decision.yes()
    return Decision.no(f"完成时限要在 {month_label(month)} 到 {month_label(through)} 之间。")


def can_answer(person: User) -> Decision:
    """Work is given to somebody who can log in and report on it."""
    if not person.is_active:
        return Decision.no(f"{person.name}的账号已停用，不能再安排工作。请选别人。")
    return Decision.yes()


def carry_targets(item: Item, plan: Plan) -> list[date]:
    """The months to which `item` can be carried over."""
    return [month for month in plan.period.months if month > item.through]


def guess_category(content: str, words: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    """The key of the category most of whose words `content` contains; the first of equals, None for none."""
    best: tuple[int, int | None] = (0, None)
    for key, candidates in words:
        hits = sum(1 for word in candidates if word in content)
        if hits > best[0]:
            best = (hits, key)
    return best[1]
