"""What the plans tell people: work that became theirs, and time limits that come near or have passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from calendar_plans.models import Item, Plan
from calendar_plans.states import UNSETTLED, PlanState
from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User
from houqin.registry import Registry
from houqin.showing import said_day

GROUP = "计划"
ITEM, PLAN = "calendar_plans.Item", "calendar_plans.Plan"
ASSIGNED, DUE, LATE = "calendar_plans.assigned", "calendar_plans.due", "calendar_plans.late"


def to_new_owners(plan: Plan, words: Words) -> Iterator[Draft]:
    """Each owner of the items that the announcement names, once, with how many of them are still his.

    `items` are pairs of an item's key and its owner's: what went on to another since is announced for him.
    """
    given = dict(words["items"])
    items = Item.objects.filter(plan=plan, plan__state=PlanState.RUNNING, pk__in=given)
    by_owner: dict[User, list[Item]] = defaultdict(list)
    for item in items.filter(state__in=UNSETTLED).exclude(owner=None).select_related("owner").order_by("pk"):
        if item.owner is not None and item.owner_id == given[item.pk]:
            by_owner[item.owner].append(item)
    for owner, his in by_owner.items():
        yield _single(owner, his[0]) if len(his) == 1 else _several(owner, his)


def _single(owner: User, item: Item) -> Draft:
    limit = f"{said_day(item.due_on)}前完成" if item.due_on else f"{item.months_label}，没有定时限"
    return Draft(owner, item, {"work": item.content, "detail": limit})


def _several(owner: User, items: list[Item]) -> Draft:
    first = "；".join(item.content.rstrip("。；") for item in items[:3])
    words = {"work": f"{len(items)} 项工作", "detail": f"{first}{'……' if len(items) > 3 else '。'}"}
    return Draft(owner, None, words, route="plans:my-items")


def to_owner(item: Item, words: Words) -> Iterator[Draft]:
    """Whoever still has the item to do, as long as its limit is the one that was announced."""
    limit = item.in_time_until
    if item.owner is None or item.is_settled or limit.isoformat() != words["due"]:
        return
    if item.plan.state == PlanState.RUNNING:
        yield Draft(item.owner, item, {"work": item.content, "due": f"{limit.month}月{limit.day}日"})


ACT = "去报进展"
KINDS = (
    NoticeKind(ASSIGNED, "交给我的工作", GROUP, PLAN, "交给您：{work}", to_new_owners, "{detail}"),
    NoticeKind(DUE, "快到时限", GROUP, ITEM, "{due}前完成：{work}", to_owner, "做完请报完成。", act=ACT),
    NoticeKind(
        LATE, "工作逾期", GROUP, ITEM, "逾期（{due}）：{work}", to_owner,
        "做完请报完成；做不完的报未完成，写明原因。", act=ACT,
    ),
)  # fmt: skip


def declare(registry: Registry) -> None:
    """Plug the kinds into `registry`."""
    for kind in KINDS:
        registry.add_notice_kind(kind)
