"""Drawing up, changing, starting and closing a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from calendar_plans.models import Category, Goal, Item, ItemPartner, Measure, Plan, PlanMonth, ReadingUse
from calendar_plans.notices import ASSIGNED
from calendar_plans.periods import Period
from calendar_plans.proposals import ProposedGoal, ProposedItem, ProposedMeasure, ProposedPlan
from calendar_plans.rules import (
    can_change,
    can_close,
    can_hold,
    can_remove_plan,
    can_span,
    can_start,
    guess_category,
)
from calendar_plans.services.sign_off import allow_change
from calendar_plans.states import RUN_PLAN, UNSETTLED, MonthState
from houqin.actors import Actor
from houqin.attachments.services import drop_links
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_both
from houqin.notifications.announcing import announce
from houqin.numbering import next_number
from houqin.people.access import require
from houqin.people.models import Department
from houqin.search.pinyin import pinyin_key
from houqin.states import move

WRITE = "calendar_plans.plan:write"
PLAN_SERIES = "calendar_plans.plan"


def create_plan(*, department: Department, proposal: ProposedPlan, by: Actor) -> Plan:
    """Save a draft plan with its months, goals, measures and items.

    Raises `NotAllowed`, and `RuleBroken` when its span or an item's month is impossible.
    """
    require(by, WRITE)
    period = proposal.period
    can_span(period.first, period.last).require()
    plan = Plan(
        title=proposal.title,
        kind=period.kind,
        first_month=period.first,
        last_month=period.last,
        department=department,
        guiding=proposal.guiding,
    )
    plan.set_maker(by)
    plan.save()
    _open_months(plan, period.months, by)
    _add_goals(plan, proposal.goals, by)
    _add_measures(plan, proposal.measures, by)
    _add_items(plan, proposal.items, by)
    return plan


def update_plan(*, plan: Plan, version: int | None, proposal: ProposedPlan, by: Actor) -> Plan:
    """Change a plan's head, goals and measures to those of `proposal`; its items are not looked at.

    Raises `EditedMeanwhile` when somebody saved it since `version`, and `RuleBroken` for a closed plan or a
    period that would leave items or a month's 本月重点 outside.
    """
    require(by, WRITE, plan)
    plan = lock(plan)
    plan.expect_version(version)
    can_change(plan).require()
    period = proposal.period
    can_span(period.first, period.last).require()
    _move_months(plan, period, by)
    plan.title, plan.kind, plan.guiding = proposal.title, period.kind, proposal.guiding
    plan.first_month, plan.last_month = period.first, period.last
    plan.save()
    _set_goals(plan, proposal.goals, by)
    _set_measures(plan, proposal.measures, by)
    return plan


def start_plan(*, plan: Plan, on: date, by: Actor) -> Plan:
    """Put a draft into force and give it its number, dated `on`.

    Raises `NotAllowed`, and `RuleBroken` for a plan that is no draft or has no items.
    """
    require(by, RUN_PLAN, plan)
    plan = lock(plan)
    can_start(plan, plan.items.count()).require()
    if plan.number is None:
        plan.number = next_number(PLAN_SERIES, on=on)
    move(plan, "start", by=by, also=["number"])
    owned = plan.items.exclude(owner=None).order_by("pk").values_list("pk", "owner")
    if pairs := list(owned):
        announce(ASSIGNED, plan, by=by, items=pairs)
    return plan


def close_plan(*, plan: Plan, by: Actor) -> Plan:
    """Close a running plan. Raises `NotAllowed`, and `RuleBroken` while an item has no result."""
    require(by, RUN_PLAN, plan)
    plan = lock(plan)
    can_close(plan, plan.items.filter(state__in=UNSETTLED).count()).require()
    move(plan, "close", by=by)
    return plan


def reopen_plan(*, plan: Plan, reason: str, by: Actor) -> Plan:
    """Open a closed plan again. Raises `NotAllowed`, and `RuleBroken` without a reason."""
    require(by, RUN_PLAN, plan)
    plan = lock(plan)
    plan.reason = reason.strip()
    move(plan, "reopen", by=by, reason=reason, also=["reason"])
    return plan


def remove_plan(*, plan: Plan, by: Actor) -> Department:
    """Take back a *draft* with all that hangs on it; the audit keeps it, and its source can be saved anew.

    The answer is the department whose plan it was: the second of two taps must find something that is still
    there. Raises `NotAllowed`, and `RuleBroken` for a plan that was ever in force.
    """
    require(by, WRITE, plan)
    plan, whose = lock(plan), plan.department
    can_remove_plan(plan).require()
    ReadingUse.objects.filter(plan=plan).delete()
    drop_links(of=plan, by=by)
    ItemPartner.objects.filter(item__plan=plan).delete()
    plan.items.all().delete()
    _set_measures(plan, (), by)
    plan.goals.all().delete()
    plan.months.all().delete()
    plan.delete()
    return whose


def set_focus(
    *, month: PlanMonth, version: int | None, focus: str, change_reason: str = "", by: Actor
) -> PlanMonth:
    """Write a month's 本月重点, at most three lines.

    Raises `EditedMeanwhile`, and `RuleBroken` for a closed plan or a fourth line.
    """
    require(by, WRITE, month)
    plan, month = lock_both(Plan(pk=month.plan_id), month)
    month.expect_version(version)
    can_change(plan).require()
    lines = [line.strip() for line in focus.splitlines() if line.strip()]
    if len(lines) > 3:
        raise RuleBroken("本月重点最多三行，请合并或删减。", field="focus")
    allow_change(plan=plan, months=[month.month], what="改本月重点", reason=change_reason, by=by)
    month.focus = "\n".join(lines)
    month.save(update_fields=["focus"])
    return month


def category_words() -> list[tuple[int, Sequence[str]]]:
    """The words by which each category in use is recognised, in the categories' order."""
    return list(Category.objects.filter(retired_on=None).values_list("pk", "words"))


def item_from(plan: Plan, proposed: ProposedItem, position: int, words: Mapping[int, Sequence[str]]) -> Item:
    """An unsaved item of `plan`; its category is guessed from `words`."""
    return Item(
        plan=plan,
        month=proposed.month,
        through=proposed.through,
        original_month=proposed.month,
        position=position,
        source_no=proposed.source_no,
        content=proposed.content,
        category_id=guess_category(proposed.content, words.items()),
        search_key=pinyin_key(proposed.content),
    )


def _open_months(plan: Plan, months: Sequence[date], by: Actor) -> None:
    PlanMonth.objects.bulk_create(PlanMonth(plan=plan, month=month, created_by=by.user) for month in months)


def _move_months(plan: Plan, period: Period, by: Actor) -> None:
    """Fit the plan's months to `period`; a month that holds something may not fall out."""
    months = set(period.months)
    lost = plan.items.exclude(month__in=months, through__in=months)
    if lost.exists():
        raise RuleBroken(
            f"有 {lost.count()} 条事项会落到计划期外，请先调整这些事项的月份。", field="last_month"
        )
    dropped = plan.months.exclude(month__in=months)
    if dropped.exclude(focus="").exists():
        raise RuleBroken("要去掉的月份已写了本月重点，请先清空。", field="last_month")
    if dropped.exclude(state=MonthState.DRAFT).exists():
        raise RuleBroken("要去掉的月份已经送审或批准，不能去掉。", field="last_month")
    dropped.delete()
    have = set(plan.months.values_list("month", flat=True))
    _open_months(plan, [month for month in period.months if month not in have], by)


def _set_goals(plan: Plan, goals: Sequence[ProposedGoal], by: Actor) -> None:
    if list(plan.goals.values_list("text", "target")) != [(goal.text, goal.target) for goal in goals]:
        plan.goals.all().delete()
        _add_goals(plan, goals, by)


def _set_measures(plan: Plan, measures: Sequence[ProposedMeasure], by: Actor) -> None:
    have = list(plan.measures.values_list("depth", "number", "heading", "text"))
    if have != [(line.depth, line.number, line.heading, line.text) for line in measures]:
        plan.measures.all().delete()
        _add_measures(plan, measures, by)


def _add_goals(plan: Plan, goals: Sequence[ProposedGoal], by: Actor) -> None:
    Goal.objects.bulk_create(
        Goal(plan=plan, position=place, text=goal.text, target=goal.target, created_by=by.user)
        for place, goal in enumerate(goals, 1)
    )


def _add_measures(plan: Plan, measures: Sequence[ProposedMeasure], by: Actor) -> None:
    Measure.objects.bulk_create(
        Measure(
            plan=plan,
            position=place,
            depth=line.depth,
            number=line.number,
            heading=line.heading,
            text=line.text,
            created_by=by.user,
        )
        for place, line in enumerate(measures, 1)
    )


def _add_items(plan: Plan, items: Sequence[ProposedItem], by: Actor) -> None:
    words = dict(category_words())
    rows = []
    for place, proposed in enumerate(items, 1):
        can_hold(plan, proposed.month, proposed.through).require()
        row = item_from(plan, proposed, place, words)
        row.created_by = by.user
        rows.append(row)
    Item.objects.bulk_create(rows)
