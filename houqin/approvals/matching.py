"""Which route a request takes, and the steps that it would run through: for a submission and for a try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Max

from houqin.approvals.holders import principals
from houqin.approvals.models import EditionDepartment, Route, RouteEdition, RouteSeat
from houqin.approvals.rules import fits
from houqin.approvals.states import Mode, SeatKind
from houqin.approvals.subjects import Facts
from houqin.errors import RuleBroken
from houqin.people.models import User


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """A seat and who would sign there today."""

    plan: RouteSeat
    people: Sequence[User]

    @property
    def alone(self) -> User | None:
        """The one person who can sign here; None for several, for none, and for a meeting."""
        return self.people[0] if len(self.people) == 1 and self.plan.kind != SeatKind.MEETING else None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as a request will carry it."""

    label: str
    mode: str
    hours: int
    copies: Sequence[str]
    seats: Sequence[PlannedSeat] = field(default_factory=tuple)

    @property
    def required(self) -> frozenset[User]:
        """Those without whom the step cannot be agreed."""
        if self.mode == Mode.ANY and len(self.seats) > 1:
            return frozenset()
        return frozenset(seat.alone for seat in self.seats if seat.alone is not None)

    @property
    def vacant(self) -> list[PlannedSeat]:
        """The seats for want of whose signers the step could never be agreed."""
        empty = [seat for seat in self.seats if not seat.people]
        return empty if self.mode == Mode.ALL or len(empty) == len(self.seats) else []


def edition_for(kind: str, facts: Facts) -> RouteEdition | None:
    """The newest edition of the first route whose conditions fit `facts`; None when no route does."""
    newest = Route.objects.filter(subject_kind=kind, retired_on=None).annotate(newest=Max("editions__number"))
    for route in newest.order_by("order", "pk"):
        edition: RouteEdition | None = route.editions.filter(number=route.newest).first()
        if edition is not None and fits(edition, _departments(edition), facts):
            return edition
    return None


def require_edition(kind: str, facts: Facts) -> RouteEdition:
    """As `edition_for`; `RuleBroken` when no route fits."""
    edition = edition_for(kind, facts)
    if edition is None:
        amount = f"，金额 {facts.amount:,.2f} 元" if facts.amount is not None else ""
        raise RuleBroken(f"没有适用的审批流程{amount}。请联系总务主任或系统管理员在“审批流程”里补上。")
    return edition


def planned_steps(edition: RouteEdition, applicant: User, facts: Facts) -> list[PlannedStep]:
    """The steps of `edition` for this applicant, with what one person alone signs joined to his last step.

    In a small school one person is head of the department and 总务主任. He signs once, where he stands
    highest, and the step says both; so nobody signs twice in a round and no step is skipped.
    """
    steps = []
    for step in edition.steps.prefetch_related("seats__person", "seats__body"):
        seats = tuple(
            PlannedSeat(seat, principals(seat, applicant, facts.department)) for seat in step.seats.all()
        )
        steps.append(PlannedStep(step.label, step.mode, step.hours, tuple(step.copies), seats))
    return merged(steps)


def merged(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """`steps` without the seats of people who alone can sign a later one; empty steps pass their label on."""
    kept: list[PlannedStep] = []
    passed_on: list[PlannedStep] = []
    for place, step in enumerate(steps):
        later = frozenset(user for other in steps[place + 1 :] for user in other.required)
        seats = _once_each(seat for seat in step.seats if seat.alone not in later & step.required)
        if step.seats and not seats:
            passed_on.append(step)
            continue
        earlier = [other for other in passed_on if other.required <= step.required]
        passed_on = [other for other in passed_on if other not in earlier]
        labels = [other.label for other in (*earlier, step)]
        copies = [code for other in (*earlier, step) for code in other.copies]
        kept.append(
            replace(
                step,
                label="兼".join(dict.fromkeys(labels)),
                copies=tuple(dict.fromkeys(copies)),
                seats=seats,
            )
        )
    return kept


def _once_each(seats: Iterable[PlannedSeat]) -> tuple[PlannedSeat, ...]:
    """`seats` without a second one of somebody who alone holds both (书记 and 校长 in one person)."""
    found: list[PlannedSeat] = []
    for seat in seats:
        if seat.alone is None or seat.alone not in [other.alone for other in found]:
            found.append(seat)
    return tuple(found)


def require_signers(steps: Sequence[PlannedStep]) -> None:
    """`RuleBroken` naming the steps that nobody could sign; a chain is never begun to get stuck."""
    if not steps:
        raise RuleBroken("这条审批流程没有环节。请联系总务主任或系统管理员补上。")
    stuck = [f"“{step.label}”（{seat.plan.who}）" for step in steps for seat in step.vacant]
    if stuck:
        raise RuleBroken(
            f"{'、'.join(stuck)}现在没有可以审批的人，或者只有申请人自己。"
            "请先授予岗位，或在审批流程里写明“申请人就是审批人时，改由”谁。"
        )


def _departments(edition: RouteEdition) -> frozenset[Any]:
    links = EditionDepartment.objects.filter(edition=edition)
    return frozenset(links.values_list("department", flat=True))
