"""What pages ask of the approval chain: what waits for whom, how a request stands, what a route says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from houqin.approvals.models import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStep,
    Route,
    RouteEdition,
    RouteStep,
    SeatHolder,
)
from houqin.approvals.rules import overlap
from houqin.approvals.states import Act, Mode, RequestState, StepState
from houqin.people.models import User
from houqin.registry import Figure, Hit, Todo, registry
from houqin.remembering import read_once

MOST_TODOS = 10


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step as the component `approval_chain` draws it."""

    who: str
    role: str
    state: str
    word: str
    at: datetime | None = None
    note: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A line of the subject, and whether somebody struck it out."""

    key: str
    label: str
    amount: Decimal
    struck_by: str = ""


def waits_for(user: User) -> Q:
    """The requests at whose open step `user` holds a seat that has not agreed yet."""
    mine = SeatHolder.objects.filter(
        user=user.pk,
        seat__is_active=True,
        seat__step__state=StepState.OPEN,
        seat__step__request=OuterRef("pk"),
    ).exclude(seat__decisions__act__in=(Act.AGREE, Act.TRANSFER))
    return Q(Exists(mine), state=RequestState.OPEN)


def made_by(user: User) -> Q:
    """The requests that `user` handed in."""
    return Q(applicant=user.pk)


def waiting_requests(user: User) -> QuerySet[ApprovalRequest]:
    """What waits for `user`, the oldest first; what he was reminded of comes before."""
    found = ApprovalRequest.objects.visible_to(user).filter(waits_for(user))
    return found.select_related("applicant", "department").order_by("-reminded_at", "submitted_at")


def my_open_step(request: ApprovalRequest, user: User) -> ApprovalStep | None:
    """The open step of `request` if it is `user`'s turn."""
    held = SeatHolder.objects.filter(user=user.pk, seat__is_active=True, seat__step=OuterRef("pk"))
    open_to_me = held.exclude(seat__decisions__act__in=(Act.AGREE, Act.TRANSFER))
    steps = request.steps.filter(Exists(open_to_me), round=request.round, state=StepState.OPEN)
    return steps.first()


def now_with(request: ApprovalRequest, at: datetime) -> str:
    """Whom the request waits for and how long, in a sentence: «等李校长审批，已 2 天»."""
    step = request.steps.filter(round=request.round, state=StepState.OPEN).first()
    if step is None or step.opened_at is None:
        return ""
    pending = SeatHolder.objects.filter(seat__step=step, seat__is_active=True).exclude(
        seat__decisions__act=Act.AGREE
    )
    names = [str(each) for each in pending.select_related("user", "acting_for").order_by("pk")]
    days = (timezone.localdate(at) - timezone.localdate(step.opened_at)).days
    waited = f"，已 {days} 天" if days else "，今天收到"
    late = "，逾期" if step.is_late(at) else ""
    who = "、".join(names) if names else "（现在没有人任这个岗位，请安全管理员授予岗位）"
    return f"等{who}审批{waited}{late}"


def waiting_on() -> Subquery:
    """For a list: who may decide at the open step and has not yet; nothing when none is open."""
    pending = SeatHolder.objects.filter(
        seat__is_active=True,
        seat__step__state=StepState.OPEN,
        seat__step__round=OuterRef("round"),
        seat__step__request=OuterRef("pk"),
    ).exclude(seat__decisions__act=Act.AGREE)
    named = pending.order_by().values("seat__step__request")
    return Subquery(named.annotate(names=StringAgg("user__name", "、", distinct=True)).values("names"))


def chain_of(request: ApprovalRequest) -> list[ChainStep]:
    """Every decision that was made, in order, and then the steps that are open or still to come."""
    decisions = request.decisions.select_related("decided_by", "acting_for", "step", "to_user", "meeting")
    drawn = [_decided(each) for each in decisions]
    live = request.steps.filter(round=request.round, state__in=(StepState.OPEN, StepState.WAITING))
    return drawn + [_to_come(step) for step in live.prefetch_related("seats__person", "seats__body")]


def _decided(decision: ApprovalDecision) -> ChainStep:
    name = decision.decided_by.name
    if decision.acting_for is not None:
        name = f"{name}（代{decision.acting_for.name}）"
    target = f"给{decision.to_user.name}" if decision.to_user else ""
    if decision.act == Act.RETURN:
        target = "到前面的环节" if decision.to_position else "给申请人"
    said = f"“{decision.comment}”" if decision.comment else ""
    note = "；".join(each for each in (said, str(decision.meeting or "")) if each)
    kind = "returned" if decision.act in {Act.RETURN, Act.REFUSE} else "done"
    word = f"{decision.get_act_display()}{target}"
    return ChainStep(name, decision.step.label, kind, word, decision.decided_at, note)


def _to_come(step: ApprovalStep) -> ChainStep:
    joint = "、" if step.mode == Mode.ALL else " 或 "
    who = joint.join(seat.who for seat in step.seats.all() if seat.is_active)
    is_open = step.state == StepState.OPEN
    role = who if who != step.label else ""
    if is_open:
        return ChainStep(step.label, role, "current", "审批中", due=step.due_at)
    return ChainStep(step.label, role, "waiting", "还没轮到")


def lines_of(request: ApprovalRequest) -> list[StandingLine]:
    """The subject's lines, with who struck which."""
    lines = registry.approval_subjects[request.subject_kind].lines(request.subject)
    struck = request.struck_lines.filter(submission=request.submission).select_related("decision__decided_by")
    by = {each.line: each.decision.decided_by.name for each in struck}
    return [StandingLine(line.key, line.label, line.amount, by.get(line.key, "")) for line in lines]


def earlier_steps(step: ApprovalStep) -> list[tuple[int, str]]:
    """Where a step can send back to: (position, label), the applicant (0) first."""
    last = {
        each.position: each.label
        for each in step.request.steps.filter(submission=step.submission, position__lt=step.position)
    }
    return [(0, "申请人（修改后重新提交）"), *sorted(last.items())]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another route that fits some of the same, and whether it is compared first and so is taken."""

    name: str
    url: str
    is_first: bool


def newest_edition(route: Route) -> RouteEdition | None:
    """The edition in force."""
    return route.editions.order_by("-number").first()


def with_editions(routes: QuerySet[Route]) -> QuerySet[Route]:
    """`routes`, each with its edition in force as `in_force` and what it says; a few queries."""
    numbers = RouteEdition.objects.filter(route=OuterRef("route")).order_by("-number").values("number")[:1]
    newest = RouteEdition.objects.filter(number=Subquery(numbers)).prefetch_related(
        "departments", "steps__seats__person", "steps__seats__body"
    )
    return routes.prefetch_related(Prefetch("editions", newest, to_attr="in_force"))


def signers_of(edition: RouteEdition) -> str:
    """Who signs in which order, on one line: «总务主任 → 校长、书记»; what `with_editions` fetched."""
    return " → ".join(_signers(step) for step in edition.steps.all())


def overlapping(route: Route) -> list[Overlap]:
    """The other routes in use that fit some of what `route` fits, in the order in which they are compared."""
    same_kind = Route.objects.filter(retired_on=None, subject_kind=route.subject_kind).order_by("order", "pk")
    compared = list(with_editions(same_kind))
    own = next((each for each in compared if each.pk == route.pk), None)
    if own is None:
        return []
    before = compared.index(own)
    return [
        Overlap(each.name, each.get_absolute_url(), is_first=place < before)
        for place, each in enumerate(compared)
        if each is not own and any(overlap(one, other) for one in in_force(own) for other in in_force(each))
    ]


def in_force(route: Route) -> list[RouteEdition]:
    """What `with_editions` fetched: the edition in force, or nothing."""
    found: list[RouteEdition] = route.in_force  # type: ignore[attr-defined]  # a prefetch
    return found


def _signers(step: RouteStep) -> str:
    joint = "、" if step.mode == Mode.ALL else " 或 "
    return joint.join(seat.who for seat in step.seats.all())


def drawn_route(edition: RouteEdition | None) -> list[ChainStep]:
    """The steps of an edition as the chain component draws them."""
    if edition is None:
        return []
    drawn = []
    for step in edition.steps.prefetch_related("seats__person", "seats__body"):
        who = _signers(step)
        stand_ins = {seat.get_stand_in_display() for seat in step.seats.all() if seat.stand_in}
        note = f"{step.hours} 个工作小时内"
        note += f"；申请人就是审批人时由{'、'.join(sorted(stand_ins))}审批" if stand_ins else ""
        word = "会签" if step.mode == Mode.ALL and len(step.seats.all()) > 1 else ""
        role = who if who != step.label else ""
        drawn.append(ChainStep(step.label, role, "waiting", word, note=note))
    return drawn


def conditions_of(edition: RouteEdition | None) -> str:
    """When an edition applies, in the office's words."""
    if edition is None:
        return ""
    subject = registry.approval_subjects.get(edition.route.subject_kind)
    parts = []
    if edition.over is not None or edition.up_to is not None:
        over = f"大于 {edition.over:,.2f} 元" if edition.over is not None else ""
        up_to = f"不超过 {edition.up_to:,.2f} 元" if edition.up_to is not None else ""
        parts.append("、".join(each for each in (over, up_to) if each))
    if edition.categories and subject is not None:
        parts.append("类别：" + "、".join(subject.categories.get(code, code) for code in edition.categories))
    names = [each.name for each in edition.departments.all()]
    parts += ["部门：" + "、".join(names)] if names else []
    parts += [edition.get_budget_display()] if edition.budget else []
    return "；".join(parts) or "不限"


def todos_for(user: User, on: date) -> Iterable[Todo]:
    """Home page: what I have to decide, and what came back to me."""
    for request in _first_waiting(user)[:MOST_TODOS]:
        due = timezone.localdate(request.due_at) if request.due_at else None
        detail = f"{request.applicant.name}申请"
        if request.agreed_amount is not None:
            detail += f" {request.agreed_amount:,.2f} 元"
        yield Todo(request.title, request.get_absolute_url(), "审批", detail, due,
                   is_late=due is not None and due < on)  # fmt: skip
    returned = ApprovalRequest.objects.visible_to(user).filter(applicant=user, state=RequestState.RETURNED)
    for request in returned[:MOST_TODOS]:
        yield Todo(request.title, request.get_absolute_url(), "修改后重新提交", request.reason)


def _first_waiting(user: User) -> Sequence[Any]:
    """The first of what waits for `user` with the `due_at` of its open step; one more than is shown."""
    steps = ApprovalStep.objects.filter(request=OuterRef("pk"), round=OuterRef("round"), state=StepState.OPEN)
    waiting = waiting_requests(user).annotate(due_at=Subquery(steps.values("due_at")[:1]))
    return read_once(("waiting", user.pk), lambda: list(waiting[: MOST_TODOS + 1]))


def figures_for(user: User, on: date) -> Iterable[Figure]:
    """Home page: how many requests wait for me, for whoever has any to decide."""
    first = _first_waiting(user)
    count = len(first) if len(first) <= MOST_TODOS else waiting_requests(user).count()
    if count:
        yield Figure("approvals.waiting", "待我审批", count, f"{reverse('approvals:request-list')}?waiting=1")


def search_for(user: User, words: str, limit: int) -> Sequence[Hit]:
    """Requests by number or title."""
    found = ApprovalRequest.objects.visible_to(user).filter(
        Q(number__icontains=words) | Q(title__icontains=words)
    )
    return [
        Hit("审批单", each.title, each.get_absolute_url(), each.get_state_display(), each.number)
        for each in found[:limit]
    ]


def facts_about(request: ApprovalRequest) -> list[tuple[str, Any]]:
    """What the subject's app puts on the decision card."""
    subject = registry.approval_subjects[request.subject_kind]
    return list(subject.card(request.subject))
