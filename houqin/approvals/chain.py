"""How a request walks its chain: steps are laid, opened, ended; holders are found and found again.

Every function here is called by a service that holds the request's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from houqin.actors import Actor
from houqin.approvals.holders import Holder, holders, principals, role_holders
from houqin.approvals.matching import PlannedStep
from houqin.approvals.models import (
    ApprovalCopy,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
    SeatHolder,
)
from houqin.approvals.notices import COPIED, OPENED, SETTLED, step_key
from houqin.approvals.signals import approval_decided
from houqin.approvals.states import Act, Mode, SeatKind, StepState
from houqin.notifications.announcing import announce
from houqin.school_calendar.reading import working_time
from houqin.states import move


def lay_steps(request: ApprovalRequest, planned: Sequence[PlannedStep], by: Actor) -> None:
    """Copy the planned steps into the request's present round."""
    for position, plan in enumerate(planned, 1):
        step = ApprovalStep(
            request=request, submission=request.submission, round=request.round, position=position,
            label=plan.label, mode=plan.mode, hours=plan.hours, copies=list(plan.copies),
        )  # fmt: skip
        step.set_maker(by)
        step.save()
        for place, seat in enumerate(plan.seats, 1):
            copy_seat(step, seat.plan, place, by)


def copy_seat(step: ApprovalStep, seat: object, position: int, by: Actor) -> ApprovalSeat:
    """A seat of `step` like `seat`, which is one of a route or of an earlier round."""
    names = ("kind", "role", "person_id", "body_id", "stand_in")
    copied = ApprovalSeat(step=step, position=position, **{name: getattr(seat, name) for name in names})
    copied.set_maker(by)
    copied.save()
    return copied


def lay_again(request: ApprovalRequest, position: int, by: Actor) -> None:
    """Copy the steps from `position` on into the request's present round, with the seats they last had."""
    last: dict[int, ApprovalStep] = {}
    for step in request.steps.filter(submission=request.submission, position__gte=position):
        last[step.position] = step
    for step in last.values():
        fresh = ApprovalStep(
            request=request, submission=request.submission, round=request.round, position=step.position,
            label=step.label, mode=step.mode, hours=step.hours, copies=step.copies,
        )  # fmt: skip
        fresh.set_maker(by)
        fresh.save()
        for place, seat in enumerate(step.seats.filter(is_active=True), 1):
            copy_seat(fresh, seat, place, by)


def open_step(request: ApprovalRequest) -> ApprovalStep | None:
    """The step that is open now."""
    found: ApprovalStep | None = request.steps.filter(round=request.round, state=StepState.OPEN).first()
    return found


def open_next(request: ApprovalRequest, at: datetime, by: Actor) -> ApprovalStep | None:
    """Open the first waiting step of the round and find who may sign it; None when there is none left.

    Side effect: whoever may sign is told.
    """
    waiting = request.steps.filter(round=request.round, state=StepState.WAITING).order_by("position")
    step: ApprovalStep | None = waiting.first()
    if step is None:
        return None
    step.state, step.opened_at = StepState.OPEN, at
    # Nobody signs at night or in the holidays: a step's hours are those of school days.
    step.due_at = working_time().add(at, timedelta(hours=step.hours))
    step.save(update_fields=["state", "opened_at", "due_at"])
    find_holders(request, step, at)
    tell_holders(request, step, by)
    return step


def tell_holders(request: ApprovalRequest, step: ApprovalStep, by: Actor) -> None:
    """Have those told whose turn it is at `step` and who do not know it yet."""
    announce(OPENED, request, key=step_key(OPENED, step), by=by, step=step.pk)


def find_holders(request: ApprovalRequest, step: ApprovalStep, at: datetime) -> None:
    """Write down who may sign `step` at this moment; whoever lost the role or the appointment is out."""
    day = timezone.localdate(at)
    later = kept_for_later(request, step)
    seats = list(step.seats.filter(is_active=True).select_related("person", "body"))
    found = {
        seat.pk: holders(
            seat, applicant=request.applicant, department=request.department, on=day, kept_for_later=later
        )
        for seat in seats
    }
    if step.mode == Mode.ANY:
        spared = {pk: [each for each in them if each.user.pk not in later] for pk, them in found.items()}
        found = spared if any(spared.values()) else found
    for seat in seats:
        _set_holders(seat, found[seat.pk])


def kept_for_later(request: ApprovalRequest, step: ApprovalStep) -> frozenset[int]:
    """The keys of those who alone can sign a later step of this round."""
    later = request.steps.filter(round=step.round, position__gt=step.position).prefetch_related(
        "seats__person", "seats__body"
    )
    found = set()
    for each in later:
        seats = [seat for seat in each.seats.all() if seat.is_active and seat.kind != SeatKind.MEETING]
        if each.mode == Mode.ALL or len(seats) == 1:
            for seat in seats:
                people = principals(seat, request.applicant, request.department)
                found |= {people[0].pk} if len(people) == 1 else set()
    return frozenset(found)


def is_agreed(step: ApprovalStep) -> bool:
    """Whether enough seats have agreed."""
    agreed = set(step.decisions.filter(act=Act.AGREE).values_list("seat", flat=True))
    seats = set(step.seats.filter(is_active=True).values_list("pk", flat=True))
    return bool(agreed & seats) if step.mode == Mode.ANY else bool(seats) and seats <= agreed


def end_steps(request: ApprovalRequest, at: datetime) -> None:
    """End what is open or waiting in the round."""
    unfinished = (StepState.OPEN, StepState.WAITING)
    for step in request.steps.filter(round=request.round, state__in=unfinished).order_by("position"):
        step.state, step.closed_at = StepState.ENDED, at
        step.save(update_fields=["state", "closed_at"])


def settle(request: ApprovalRequest, action: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Take the request through `action`, end its steps, and tell the app whose record it is."""
    end_steps(request, at)
    request.reason = reason.strip()
    request.settled_at = None if action in {"return", "change"} else at
    move(request, action, by=by, reason=reason, also=["reason", "settled_at"])
    if action in SETTLED:
        announce(SETTLED[action], request, by=by)
    approval_decided.send(sender=ApprovalRequest, request=request, outcome=request.state, by=by, at=at)


def copy_to(request: ApprovalRequest, roles: Iterable[str], by: Actor) -> None:
    """抄送: let the holders of `roles` see the request and be told; signers and applicant see it anyway."""
    people = [user for user in role_holders(roles) if user != request.applicant]
    if not people:
        return
    ApprovalCopy.objects.bulk_create(
        (ApprovalCopy(request=request, user=user) for user in people), ignore_conflicts=True
    )
    announce(COPIED, request, key=f"{COPIED}:{request.pk}", by=by)


def _set_holders(seat: ApprovalSeat, found: Sequence[Holder]) -> None:
    have = {(each.user_id, each.acting_for_id): each for each in seat.holders.all()}
    want = {each.key: each for each in found}
    for key, row in have.items():
        if key not in want:
            row.delete()
    SeatHolder.objects.bulk_create(
        SeatHolder(seat=seat, user=each.user, acting_for=each.acting_for)
        for key, each in want.items()
        if key not in have
    )
