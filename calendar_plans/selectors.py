"""Reads that join or count: a month's sheet, the matrix of a year, what a person must do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from calendar_plans.models import CarryOver, Category, Item, ItemPartner, Plan, PlanMonth, ProgressNote
from calendar_plans.periods import LONGEST, after, first_of
from calendar_plans.states import SETTLED, UNSETTLED, ItemState, MonthState, PlanState
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.states import Act
from houqin.database.compiled import Compiled
from houqin.people.models import User
from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.places.models import Place
from houqin.registry import (
    MOST_LISTED,
    CalendarEntry,
    Figure,
    Hit,
    Listed,
    Panel,
    PanelLine,
    Setting,
    Todo,
)
from houqin.school_settings.kinds import Whole
from houqin.school_settings.reading import setting
from houqin.search.columns import matching
from houqin.search.excerpts import excerpt_of
from houqin.showing import said_day, shown
from houqin.totals import counted

REMIND_DAYS = Setting(
    code="plans.remind_days",
    label="完成时限到期前几天提醒",
    kind=Whole(),
    default=3,
    floor=0,
    ceiling=30,
    unit="天",
    group="工作计划",
    source="学校自定；范围是本程序的上限",
    help="到了这几天，责任人的首页会出现这件工作，并写明还剩几天。填 0 就只在当天提醒。",
)

READ_ITEMS = "calendar_plans.item:read"
WRITE = "calendar_plans.item:write"
RUN = "calendar_plans.plan:run"
MOST_ENTRIES = 500
# The home page names so many plans that wait for the same.
MOST_PLANS = 5
# Who answers for what others have not done in time: the school's leaders, the office, heads of departments.
ANSWERING = frozenset((*LEADERS, *OFFICE, Role.DEPARTMENT_HEAD))
MOST_IN_PLACE = 20
MOST_LASTING = 200


# What stands on the page of every item.
partners_of = Compiled(
    lambda item: ItemPartner.objects.filter(item=item).select_related("department").order_by("department")
)
notes_of = Compiled(lambda item: ProgressNote.objects.filter(item=item).select_related("created_by"))
# The keys of what stands in a month and begins before it.
lasting_into = Compiled(
    lambda first, before, month: (
        Item.objects.filter(month__gte=first, month__lt=before, through__gt=F("month"), through__gte=month)
        .order_by()
        .values_list("pk", flat=True)[: MOST_LASTING + 1]
    )
)
month_of_plan = Compiled(lambda month, plan: PlanMonth.objects.filter(month=month, plan=plan))


@dataclass(frozen=True, slots=True)
class MonthCount:
    """One month of a plan at a glance."""

    month: PlanMonth
    total: int
    done: int
    late: int

    @property
    def label(self) -> str:
        return self.month.label

    @property
    def url(self) -> str:
        return self.month.get_absolute_url()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One category of the year matrix: the items of each month, in the plan's order of months."""

    category: str
    cells: tuple[tuple[Item, ...], ...]


@dataclass
class Matrix:
    """计划总览: categories × months."""

    months: list[date]
    rows: list[MatrixRow] = field(default_factory=list)


def items_of_month(items: QuerySet[Item], month: date) -> QuerySet[Item]:
    """The items that stand in `month`, those of a combined heading included, in the order of the paper."""
    return items.filter(stands_in(month)).order_by("position", "pk")


def stands_in(month: date) -> Q:
    """The condition of an item to stand in `month`: it begins there, or it is one of the few that last.

    Those have an index of their own. No item is longer than a plan may be: the lower bound lets the index of
    all stop there instead of walking back to the school's first year.
    """
    lasting = Q(through__gt=F("month"), through__gte=month)
    return Q(month__range=(after(month, 1 - LONGEST), month)) & (Q(month=month) | lasting)


def standing_in(month: date) -> Q:
    """The same for lists, where few last: their keys are read first.

    What begins in the month is then told by an index alone, to whoever sees a part as well; an OR of both
    would look at every row of the month.
    """
    lasting = lasting_into(after(month, 1 - LONGEST), month, month)
    if len(lasting) > MOST_LASTING:
        return stands_in(month)
    return Q(month=month) | Q(pk__in=lasting) if lasting else Q(month=month)


def with_people(items: QuerySet[Item]) -> QuerySet[Item]:
    """`items` with what a line shows of them, in a fixed number of queries."""
    return items.select_related("category", "owner", "plan", "place").prefetch_related("partners")


def carried_out_of(plan: Plan, month: date) -> QuerySet[CarryOver]:
    """What was carried from `month` to a later one; the old sheet keeps its line."""
    return (
        CarryOver.objects.filter(item__plan=plan, from_month=month)
        .select_related("item__category", "item__owner")
        .order_by("item__position", "pk")
    )


def month_counts(plan: Plan, on: date) -> list[MonthCount]:
    """Each month of `plan` with how much of it is done; two queries whatever the plan's size."""
    totals: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    months = list(plan.months.all())
    for item in plan.items.only("plan", "month", "through", "state", "due_on"):
        for row in months:
            if item.month <= row.month <= item.through:
                count = totals[row.month]
                count[0] += 1
                count[1] += item.state == ItemState.DONE
                count[2] += item.is_late(on)
    for row in months:
        row.plan = plan
    return [MonthCount(row, *totals[row.month]) for row in months]


def matrix(plan: Plan) -> Matrix:
    """The year matrix of `plan`; two queries."""
    months = plan.period.months
    cells: dict[int | None, dict[date, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in plan.items.select_related("owner").order_by("position", "pk"):
        for month in months:
            if item.month <= month <= item.through:
                cells[item.category_id][month].append(item)
    names: list[tuple[int | None, str]] = [*Category.objects.values_list("pk", "name"), (None, "未分类")]
    rows = [
        MatrixRow(name, tuple(tuple(cells[key][month]) for month in months))
        for key, name in names
        if key in cells
    ]
    return Matrix(months, rows)


def is_arranged(month: PlanMonth) -> bool:
    """Whether everything that stands in the month has somebody who answers for it."""
    return not items_of_month(month.plan.items.filter(owner=None), month.month).exists()


def has_approved_month(plan: Plan) -> bool:
    """Whether a change of the plan's work may need its reason."""
    return plan.months.filter(state=MonthState.APPROVED).exists()


def approval_of(month: PlanMonth) -> ApprovalRequest | None:
    """The newest request about a month's work."""
    content_type = ContentType.objects.get_for_model(PlanMonth)
    return ApprovalRequest.objects.filter(content_type=content_type, object_id=month.pk).first()


def signatures_of(month: PlanMonth) -> dict[str, str]:
    """By role, «系统审批: 姓名 时间» of those who agreed to an approved month's work."""
    request = approval_of(month)
    if request is None or month.state != MonthState.APPROVED:
        return {}
    agreed = request.decisions.filter(act=Act.AGREE).select_related("decided_by", "acting_for", "seat")
    return {each.seat.who: f"系统审批：{each.decided_by.name} {shown(each.decided_at)}" for each in agreed}


def running_plans(user: User) -> QuerySet[Plan]:
    """The plans in force that `user` may see, the latest first."""
    return Plan.objects.visible_to(user).filter(state=PlanState.RUNNING).select_related("department")


def plan_of_today(user: User, on: date) -> Plan | None:
    """The running plan whose period contains `on`, the user's own department's first."""
    month = first_of(on)
    plans = running_plans(user).filter(first_month__lte=month, last_month__gte=month)
    own = plans.filter(department=user.department_id).first()
    return own or plans.first() or running_plans(user).first()


def other_plans_of(month: PlanMonth, user: User) -> QuerySet[PlanMonth]:
    """The same month in the other plans in force that `user` may see: two plans may run side by side."""
    beside = PlanMonth.objects.filter(month=month.month, plan__in=running_plans(user))
    return beside.exclude(plan=month.plan_id).select_related("plan").order_by("pk")


def my_items(user: User) -> QuerySet[Item]:
    """What `user` answers for in the plans in force, the next time limit first."""
    return with_people(
        Item.objects.visible_to(user).filter(owner=user, plan__state=PlanState.RUNNING)
    ).order_by("month", F("due_on").asc(nulls_last=True), "position", "pk")


def due_now(user: User, on: date) -> QuerySet[Item]:
    """`user`'s unsettled items of this month and before, and those whose time limit is near."""
    near = on + timedelta(days=setting(REMIND_DAYS.code, on=on))
    of_now = Q(month__lte=first_of(on)) | Q(due_on__lte=near)
    return my_items(user).filter(of_now, state__in=UNSETTLED)


def _days_left(item: Item, on: date) -> str:
    """“还剩 2 天”, “今天到期”, once the reminder's days have begun; empty before, and when it is late."""
    left = (item.due_on - on).days if item.due_on is not None else -1
    if not 0 <= left <= setting(REMIND_DAYS.code, on=on):
        return ""
    return f"还剩 {left} 天" if left else "今天到期"


def todos_for(user: User, on: date) -> Iterable[Todo]:
    """Home page: my own items of this month, and for whoever arranges them, what nobody answers for yet."""
    listed = Listed("我的工作", reverse("plans:my-items"))
    mine = list(due_now(user, on).prefetch_related(None)[:MOST_LISTED])
    same = Counter(item.content for item in mine)
    for item in mine:
        left = _days_left(item, on) if item.due_on else item.months_label
        # The same work may stand in two plans: their numbers tell which is which.
        of_plan = [item.plan.number or item.plan.title] if same[item.content] > 1 else []
        yield Todo(
            title=item.content,
            url=item.get_absolute_url(),
            action="报进展",
            detail=" · ".join(part for part in (left, *of_plan) if part),
            due=item.due_on,
            is_late=item.is_late(on),
            listed=listed,
        )
    if user.has(RUN):
        for plan in Plan.objects.visible_to(user).filter(state=PlanState.DRAFT)[:MOST_PLANS]:
            yield Todo(
                title=f"计划“{plan.title}”还没有启用",
                url=plan.get_absolute_url(),
                action="核对并启用",
                detail=f"{plan.period.label}，{said_day(plan.created_at)}建立",
            )
    if user.has(WRITE):
        yield from _unassigned_todos(user, on)


def calendar_entries_for(user: User, first: date, last: date) -> Iterable[CalendarEntry]:
    """The school calendar: the time limits of what `user` answers for; without limit there is no day."""
    items = my_items(user).filter(due_on__range=(first, last))
    for item in items[:MOST_ENTRIES]:
        if item.due_on is not None:
            yield CalendarEntry(
                key=item.public_id,
                on=item.due_on,
                title=item.content,
                url=item.get_absolute_url(),
                detail=item.get_state_display(),
            )


def _unassigned_todos(user: User, on: date) -> Iterable[Todo]:
    month = first_of(on)
    # From what nobody answers for, of which there is little, not from all that the plans hold.
    without_owner = Item.objects.filter(
        owner=None, state__in=UNSETTLED, month__lte=month, through__gte=month, plan__in=running_plans(user)
    )
    counts = without_owner.order_by().values("plan").annotate(count=Count("pk")).values_list("plan", "count")
    if not (open_ends := dict(counts)):
        return
    months = PlanMonth.objects.filter(month=month, plan__in=open_ends).select_related("plan").order_by("pk")
    for row in months[:MOST_PLANS]:
        yield Todo(
            title=f"{row.label}还有 {open_ends[row.plan_id]} 条工作没有责任人",
            url=reverse("plans:month-assign", args=[row.public_id]),
            action="安排责任人",
            detail=f"{row.plan.title} {row.plan.number}",
        )


def late_on(day: date) -> Q:
    """The items whose time has passed on `day` without a result (`Item.is_late`), those of drafts aside.

    What has no time limit is in time until its last month ends: a plan says in which month a thing is done.
    """
    is_past = Q(due_on__lt=day) | Q(due_on=None, through__lt=first_of(day))
    return Q(state__in=UNSETTLED) & is_past & ~Q(plan__state=PlanState.DRAFT)


def figures_for(user: User, on: date) -> Iterable[Figure]:
    """Home page: how this month stands, as far as this person sees it; no figures where there is nothing.

    The labels say whose work is counted. Late work is red only for whoever answers for some of it.
    """
    month = first_of(on)
    items = Item.objects.visible_to(user).filter(plan__state=PlanState.RUNNING)
    counts = (
        items_of_month(items, month)
        .order_by()
        .aggregate(total=Count("pk"), done=Count("pk", filter=Q(state=ItemState.DONE)))
    )
    late = counted(items.filter(late_on(on)))
    if not counts["total"] and not late.number:
        return
    whose = _whose(user)
    listed = reverse("plans:item-list")
    of_month = {"month": f"{month:%Y-%m}"}
    yield Figure(
        "plans.items_of_month", f"{whose}本月工作", counts["total"], f"{listed}?{urlencode(of_month)}"
    )
    yield Figure(
        "plans.done_of_month",
        f"{whose}本月已完成",
        counts["done"],
        f"{listed}?{urlencode(of_month | {'state': 'done'})}",
    )
    is_warning = late.number > 0 and (
        bool(user.roles & ANSWERING) or my_items(user).filter(late_on(on)).exists()
    )
    yield Figure(
        "plans.late",
        f"{whose}逾期工作",
        late.number,
        f"{listed}?late=1",
        is_warning=is_warning,
        is_capped=late.is_capped,
    )


def _whose(user: User) -> str:
    """Whose items `user` sees, in a word."""
    if Scope.ALL in user.scopes(READ_ITEMS):
        return "全校"
    return "部门" if user.department_id is not None else "我的"


def search_for(user: User, words: str, limit: int) -> Iterable[Hit]:
    """Plans by title or number, items by their words."""
    if user.has("calendar_plans.plan:read"):
        for plan in matching(Plan.objects.visible_to(user), words)[:limit]:
            number = plan.number or ""
            detail = number or plan.get_state_display()
            yield Hit("工作计划", plan.title, plan.get_absolute_url(), detail, number)
    if user.has("calendar_plans.item:read"):
        for item in matching(Item.objects.visible_to(user), words).select_related("plan")[:limit]:
            detail = f"{item.months_label} · {item.plan.title}"
            excerpt = excerpt_of(item, words, shown=f"{item.content} {detail}")
            yield Hit("计划事项", item.content, item.get_absolute_url(), detail, excerpt=excerpt)


def work_in(user: User, place: Place) -> Panel | None:
    """On the page and the door of a place: what is planned there in the plans in force, open work first.

    What was planned for rooms that were merged into this one is here too. None for whoever reads no items.
    """
    if not user.has("calendar_plans.item:read"):
        return None
    here = Q(place=place.pk) | Q(place__merged_into=place.pk)
    items = Item.objects.visible_to(user).filter(here, plan__state=PlanState.RUNNING)
    ordered = items.annotate(is_settled_now=Q(state__in=SETTLED)).order_by("is_settled_now", "-month", "-pk")
    lines = [
        PanelLine(item.content, item.get_absolute_url(), f"{item.months_label} · {item.get_state_display()}")
        for item in ordered[:MOST_IN_PLACE]
    ]
    return Panel("计划里的工作", lines, "这里现在没有您能看到的计划工作。")


def plans_in_words() -> tuple[str, bool]:
    """How many plans there are, in words, and whether one runs: a step of setting the school up."""
    running = Plan.objects.filter(state=PlanState.RUNNING).count()
    waiting = Plan.objects.filter(state=PlanState.DRAFT).count()
    return f"{running} 份执行中，{waiting} 份待启用", running > 0
