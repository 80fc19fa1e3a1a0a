"""Arranging items, reporting on them, settling them and carrying them over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from calendar_plans.models import CarryOver, Category, Item, ItemPartner, Plan, ProgressNote
from calendar_plans.notices import ASSIGNED
from calendar_plans.periods import months_between
from calendar_plans.rules import (
    can_answer,
    can_be_due,
    can_carry_to,
    can_change,
    can_hold,
    can_remove,
    can_work_on,
)
from calendar_plans.services.sign_off import allow_change
from calendar_plans.states import PlanState
from houqin.actors import Actor
from houqin.attachments.services import HandedIn, attach_files
from houqin.errors import Gone, RuleBroken
from houqin.locking import lock, lock_all, lock_both
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.people.models import Department, User
from houqin.places.models import Place
from houqin.places.rules import can_be_chosen
from houqin.states import move

WRITE = "calendar_plans.item:write"
REPORT = "calendar_plans.item:report"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the office writes about an item."""

    month: date
    through: date
    content: str
    category: Category | None = None
    requirement: str = ""
    owner: User | None = None
    partners: tuple[Department, ...] = ()
    place: Place | None = None
    due_on: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of the page that arranges a month: who does this item, until when."""

    item: Item
    version: int
    owner: User | None
    due_on: date | None
    category: Category | None


def create_item(*, plan: Plan, facts: ItemFacts, change_reason: str = "", by: Actor) -> Item:
    """Add an item to a plan that is not closed, behind the others of its month.

    Raises `NotAllowed`, and `RuleBroken` for an impossible month or time limit, or an owner whose account is
    closed.
    """
    require(by, WRITE)
    plan = lock(plan)
    can_change(plan).require()
    _allow(plan, facts, what=f"添加：{facts.content}", reason=change_reason, by=by)
    item = Item(plan=plan, original_month=facts.month)
    item.position = (plan.items.aggregate(last=Max("position"))["last"] or 0) + 1
    item.set_maker(by)
    _write_facts(item, plan, facts)
    _tell_owners(plan, [item], by)
    return item


def update_item(
    *, item: Item, version: int | None, facts: ItemFacts, change_reason: str = "", by: Actor
) -> Item:
    """Change an item's facts, whole.

    Raises `EditedMeanwhile` when somebody saved it since `version`, `NotAllowed` and `RuleBroken` as
    `create_item` does.
    """
    require(by, WRITE, item)
    plan, item = _lock_with_plan(item)
    item.expect_version(version)
    can_change(plan).require()
    if item.is_settled and (item.month, item.through) != (facts.month, facts.through):
        raise RuleBroken("已有结果的事项不能换月份。", field="month")
    _allow(plan, facts, item, what=f"修改：{item.content}", reason=change_reason, by=by)
    had = item.owner_id
    _write_facts(item, plan, facts)
    _tell_owners(plan, [item] if item.owner_id != had else [], by)
    return item


def remove_item(*, item: Item, by: Actor) -> Plan:
    """Take an item out of a *draft*; the audit keeps it. Raises `RuleBroken` once the plan has started."""
    require(by, WRITE, item)
    plan, item = _lock_with_plan(item)
    can_remove(plan).require()
    item.partnerships.all().delete()
    item.delete()
    return plan


def assign_items(
    *, plan: Plan, assignments: Sequence[Assignment], change_reason: str = "", by: Actor
) -> Plan:
    """Give a month's items their owners, time limits and categories, all or none.

    Raises `NotAllowed`, `RuleBroken` for an item that somebody saved meanwhile, an impossible limit or an
    owner whose account is closed, and `Gone` for an item that somebody removed.
    """
    require(by, WRITE)
    plan = lock(plan)
    can_change(plan).require()
    locked = {item.pk: item for item in lock_all(plan.items.filter(pk__in=[a.item.pk for a in assignments]))}
    if len(locked) < len(assignments):
        raise Gone
    had = {item.pk: item.owner_id for item in locked.values()}
    for assignment in assignments:
        item = locked[assignment.item.pk]
        if not _differs(item, assignment):
            continue
        if item.version != assignment.version:
            raise RuleBroken(f"“{item}”刚才被别人改过，没有保存。请重新打开这一页，看过新的安排再填。")
        can_be_due(item.month, item.through, assignment.due_on).require()
        months = months_between(item.month, item.through)
        allow_change(plan=plan, months=months, what=f"安排：{item.content}", reason=change_reason, by=by)
        _set_owner(item, assignment.owner)
        item.due_on, item.category = assignment.due_on, assignment.category
        item.save(update_fields=["owner", "due_on", "category"])
    _tell_owners(plan, [item for item in locked.values() if item.owner_id != had[item.pk]], by)
    return plan


def report_progress(
    *, item: Item, text: str, on: date, attachments: Sequence[HandedIn] = (), by: Actor
) -> Item:
    """Note what has been done, with photos or papers; the item is in progress from then on.

    Raises `NotAllowed` for an item that is somebody else's, `RuleBroken` when it is settled or its plan does
    not run.
    """
    plan, item = _lock_with_plan(item)
    require(by, REPORT, item)
    can_work_on(plan).require()
    move(item, "report", by=by)
    _file(_note(item, "report", text, on, by), attachments, by)
    return item


def finish_item(*, item: Item, text: str, on: date, attachments: Sequence[HandedIn] = (), by: Actor) -> Item:
    """Report an item done on the day `on`; `text` becomes its 完成情况. Raises as `report_progress`."""
    item, note = _settle(item, "finish", text, on, by)
    _file(note, attachments, by)
    return item


def fail_item(*, item: Item, reason: str, on: date, by: Actor) -> Item:
    """Report that an item was not done, and why. Raises as `report_progress`, and without a reason."""
    return _settle(item, "fail", reason, on, by)[0]


def reopen_item(*, item: Item, reason: str, on: date, by: Actor) -> Item:
    """Take a result back. Raises `NotAllowed`, and `RuleBroken` without a reason."""
    plan, item = _lock_with_plan(item)
    can_work_on(plan).require()
    item.outcome, item.settled_on = "", None
    move(item, "reopen", by=by, reason=reason, also=["outcome", "settled_on"])
    _note(item, "reopen", reason, on, by)
    return item


def carry_over(*, item: Item, to_month: date, reason: str, on: date, by: Actor) -> Item:
    """Carry an item over to a later month of its plan; its first month, count and reasons are kept.

    The time limit is cleared, because the old one lies in the past of the new month. Raises `NotAllowed`, and
    `RuleBroken` for an earlier month, one outside the plan, or a missing reason.
    """
    plan, item = _lock_with_plan(item)
    can_work_on(plan).require()
    can_carry_to(item, plan, to_month).require()
    allow_change(plan=plan, months=[to_month], what=f"顺延：{item.content}", reason=reason, by=by)
    from_month = item.through
    item.month = item.through = to_month
    item.times_carried += 1
    item.due_on, item.outcome, item.settled_on = None, "", None
    moved = ["month", "through", "times_carried", "due_on", "outcome", "settled_on"]
    move(item, "carry", by=by, reason=reason, also=moved)
    CarryOver(
        item=item,
        from_month=from_month,
        to_month=to_month,
        reason=reason.strip(),
        occurred_on=on,
        created_by=by.user,
    ).save()
    return item


def _tell_owners(plan: Plan, items: Collection[Item], by: Actor) -> None:
    """Have the owners of `items` told; of a draft nobody hears before it is put into force."""
    owned = [(item.pk, item.owner_id) for item in items if item.owner_id is not None]
    if owned and plan.state == PlanState.RUNNING:
        announce(ASSIGNED, plan, by=by, items=owned)


def _settle(item: Item, action: str, text: str, on: date, by: Actor) -> tuple[Item, ProgressNote]:
    plan, item = _lock_with_plan(item)
    require(by, REPORT, item)
    can_work_on(plan).require()
    item.outcome, item.settled_on = text.strip(), on
    move(item, action, by=by, reason=text, also=["outcome", "settled_on"])
    return item, _note(item, action, text, on, by)


def _note(item: Item, act: str, text: str, on: date, by: Actor) -> ProgressNote:
    note = ProgressNote(item=item, act=act, text=text.strip(), occurred_on=on, created_by=by.user)
    note.save()
    return note


def _file(note: ProgressNote, attachments: Sequence[HandedIn], by: Actor) -> None:
    if attachments:
        attach_files(to=note, files=attachments, by=by)


def _lock_with_plan(item: Item) -> tuple[Plan, Item]:
    """The plan first, so that closing it and working on its items wait for each other in one order."""
    plan, item = lock_both(Plan(pk=item.plan_id), item)
    item.plan = plan
    return plan, item


def _allow(
    plan: Plan, facts: ItemFacts, item: Item | None = None, *, what: str, reason: str, by: Actor
) -> None:
    months = set(months_between(facts.month, facts.through))
    if item is not None:
        months |= set(months_between(item.month, item.through))
    allow_change(plan=plan, months=months, what=what, reason=reason, by=by)


def _write_facts(item: Item, plan: Plan, facts: ItemFacts) -> None:
    can_hold(plan, facts.month, facts.through).require()
    can_be_due(facts.month, facts.through, facts.due_on).require()
    if item.times_carried == 0:
        item.original_month = facts.month
    item.month, item.through, item.content = facts.month, facts.through, facts.content
    _set_owner(item, facts.owner)
    item.category, item.requirement = facts.category, facts.requirement
    item.due_on, item.remark = facts.due_on, facts.remark
    _set_place(item, facts.place)
    item.save()
    _set_partners(item, facts.partners)


def _differs(item: Item, assignment: Assignment) -> bool:
    """Whether the line says something new; by keys, because the records themselves would cost two queries."""
    owner, category = assignment.owner, assignment.category
    wanted = (owner.pk if owner else None, assignment.due_on, category.pk if category else None)
    return (item.owner_id, item.due_on, item.category_id) != wanted


def _set_owner(item: Item, owner: User | None) -> None:
    """Give the item to `owner`; whoever has it already keeps it, also with a closed account."""
    if owner is not None and owner.pk != item.owner_id:
        can_answer(owner).require()
    item.owner = owner


def _set_place(item: Item, place: Place | None) -> None:
    """Put the item in `place`; the one that it has stays, also out of use."""
    if place is not None and place.pk != item.place_id:
        can_be_chosen(place).require()
    item.place = place


def _set_partners(item: Item, partners: Collection[Department]) -> None:
    wanted = {department.pk for department in partners}
    item.partnerships.exclude(department__in=wanted).delete()
    have = set(item.partnerships.values_list("department", flat=True))
    ItemPartner.objects.bulk_create(ItemPartner(item=item, department_id=pk) for pk in sorted(wanted - have))
