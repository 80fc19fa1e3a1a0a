"""What a signer does: agree (and strike lines), send back, refuse, hand on, ask for one more signature.

Every act names the step that the signer saw. When somebody else was faster the step is no longer open, and of
two decisions at the same moment the second is told who made the first (promise L2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.approvals.chain import (
    copy_to,
    end_steps,
    find_holders,
    is_agreed,
    lay_again,
    open_next,
    open_step,
    settle,
    tell_holders,
)
from houqin.approvals.models import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
    Meeting,
    SeatHolder,
    StruckLine,
)
from houqin.approvals.rules import (
    can_decide,
    can_hand_on,
    can_return_to,
    can_sign_once,
    can_speak_for_content,
    can_stand_on,
    can_strike,
    left_of,
)
from houqin.approvals.states import DECIDE, Act, Mode, SeatKind, StepState
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import User
from houqin.people.roles import ADMINISTRATORS
from houqin.registry import registry

TO_APPLICANT = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """The signer's turn, found under the request's lock: which seat of which step, for whom."""

    request: ApprovalRequest
    step: ApprovalStep
    seat: ApprovalSeat
    user: User
    acting_for: User | None
    at: datetime

    def write(self, act: str, comment: str = "", **more: Any) -> ApprovalDecision:
        """Add the decision to history."""
        decision = ApprovalDecision(
            request=self.request, step=self.step, seat=self.seat, round=self.request.round, act=act,
            applicant=self.request.applicant, decided_by=self.user, acting_for=self.acting_for,
            decided_at=self.at, comment=comment.strip(), digest=self.request.digest, created_by=self.user,
            **more,
        )  # fmt: skip
        decision.save()
        return decision


def agree(
    *,
    step: ApprovalStep,
    comment: str = "",
    strike: Sequence[str] = (),
    meeting: Meeting | None = None,
    at: datetime | None = None,
    by: Actor,
) -> ApprovalRequest:
    """Agree at the seat that `by` holds in `step`; the last seat of the last step approves the request.

    `strike` are the keys of lines to leave out, which lowers the amount and never shortens the chain. A seat
    of a meeting body takes the `meeting` that carried it. Raises `NotAllowed` for anybody who does not hold a
    seat, the applicant above all, and for a second signature in a round; `RuleBroken` when the step is no
    longer open, the content changed since it was submitted, a line cannot be struck, or the meeting had no
    quorum or majority. Side effects: the next step opens, copies go out, or the app hears of the approval.
    """
    turn = _turn(step, at=at, by=by)
    request, step, at = turn.request, turn.step, turn.at
    signed = request.decisions.filter(round=request.round, act=Act.AGREE)
    people = set(signed.values_list("decided_by", flat=True)) | set(
        signed.values_list("acting_for", flat=True)
    )
    acting = turn.acting_for.pk if turn.acting_for else None
    can_sign_once(turn.user.pk, acting, people - {None}).require()
    _check_meeting(turn, meeting)
    lines = _strikable(request, strike)
    decision = turn.write(Act.AGREE, comment, meeting=meeting)
    _strike(turn, decision, lines, strike)
    if not is_agreed(step):
        return request
    step.state, step.closed_at = StepState.AGREED, at
    step.save(update_fields=["state", "closed_at"])
    copy_to(request, step.copies, by)
    if open_next(request, at, by) is None:
        settle(request, "approve", by=by, at=at)
    return request


def send_back(
    *,
    step: ApprovalStep,
    to: int = TO_APPLICANT,
    comment: str,
    at: datetime | None = None,
    by: Actor,
) -> ApprovalRequest:
    """退回 to the applicant (0) or to an earlier step, where a new round begins.

    Raises as `agree`, and `RuleBroken` without a reason or for a step that does not lie before this one.
    """
    turn = _turn(step, at=at, by=by)
    request, at = turn.request, turn.at
    _require_reason(comment, "退回")
    earlier = request.steps.filter(submission=request.submission, position__lt=turn.step.position)
    can_return_to(to, turn.step.position, earlier.values_list("position", flat=True)).require()
    turn.write(Act.RETURN, comment, to_position=to)
    if to == TO_APPLICANT:
        settle(request, "return", by=by, at=at, reason=comment)
        return request
    end_steps(request, at)
    request.round += 1
    request.reason = comment.strip()
    request.save(update_fields=["round", "reason"])
    lay_again(request, to, by)
    open_next(request, at, by)
    return request


def refuse(*, step: ApprovalStep, comment: str, at: datetime | None = None, by: Actor) -> ApprovalRequest:
    """驳回: the request ends here. Raises as `agree`, and `RuleBroken` without a reason."""
    turn = _turn(step, at=at, by=by)
    _require_reason(comment, "驳回")
    turn.write(Act.REFUSE, comment)
    settle(turn.request, "refuse", by=by, at=turn.at, reason=comment)
    return turn.request


def transfer(
    *, step: ApprovalStep, to: User, comment: str, at: datetime | None = None, by: Actor
) -> ApprovalRequest:
    """转交: hand this seat on to a colleague, with the reason.

    The last step and meetings are never handed on: the last signer is whom the route names. Raises as
    `agree`, and `RuleBroken` for the applicant, a holder of this step, or a disabled account.
    """
    turn = _turn(step, at=at, by=by)
    _require_reason(comment, "转交")
    _require_colleague(turn, to)
    if turn.seat.kind == SeatKind.MEETING or turn.step.position == turn.request.length:
        raise RuleBroken("这一步由流程指定的人决定，不能转交。外出时请用“请人代办”。")
    turn.write(Act.TRANSFER, comment, to_user=to)
    turn.seat.is_active = False
    turn.seat.save(update_fields=["is_active"])
    _add_seat(turn, to)
    find_holders(turn.request, turn.step, turn.at)
    tell_holders(turn.request, turn.step, by)
    return turn.request


def ask_too(
    *, step: ApprovalStep, to: User, comment: str = "", at: datetime | None = None, by: Actor
) -> ApprovalRequest:
    """加签: one more colleague has to agree at this step, beside the seat of whoever asks.

    Where one of several signers would have been enough, those who were not asked step back. Raises as
    `transfer`.
    """
    turn = _turn(step, at=at, by=by)
    _require_colleague(turn, to)
    turn.write(Act.ADD, comment, to_user=to)
    if turn.step.mode == Mode.ANY:
        for seat in turn.step.seats.filter(is_active=True).exclude(pk=turn.seat.pk):
            seat.is_active = False
            seat.save(update_fields=["is_active"])
        turn.step.mode = Mode.ALL
        turn.step.save(update_fields=["mode"])
    _add_seat(turn, to)
    find_holders(turn.request, turn.step, turn.at)
    tell_holders(turn.request, turn.step, by)
    return turn.request


def _turn(step: ApprovalStep, *, at: datetime | None, by: Actor) -> Turn:
    """Lock, read again, and find the seat of `by` in the step that he saw."""
    require(by, DECIDE)
    if not isinstance(by, Person) or by.entered_by is not None:
        raise NotAllowed("审批要由本人办理，不能由别人代录。")
    at = at or timezone.now()
    request = lock(step.request)
    now = open_step(request)
    if now is None or now.pk != step.pk:
        raise RuleBroken(_what_happened(request, step))
    can_decide(request, now).require()
    find_holders(request, now, at)
    held = SeatHolder.objects.filter(seat__step=now, seat__is_active=True, user=by.user)
    open_seats = held.exclude(seat__decisions__act__in=(Act.AGREE, Act.TRANSFER))
    # His own seat before one that he holds for somebody else.
    holder = open_seats.select_related("seat__person", "seat__body", "acting_for").order_by(
        "acting_for", "pk"
    )
    mine = sorted(holder, key=lambda each: (each.acting_for_id is not None, each.pk))
    if not mine:
        already = " 您已经同意过，还在等其他人。" if held.exists() else ""
        raise NotAllowed(f"“{now.label}”这一步不由您审批。{already}".strip())
    subject = registry.approval_subjects[request.subject_kind]
    can_speak_for_content(signed=request.digest, now=subject.digest(request.subject)).require()
    return Turn(request, now, mine[0].seat, by.user, mine[0].acting_for, at)


def _what_happened(request: ApprovalRequest, step: ApprovalStep) -> str:
    """Why the step that somebody saw is open no more: who was faster, and with what."""
    decision = step.decisions.exclude(act=Act.ADD).select_related("decided_by").last()
    if decision is None:
        return f"这张审批单{request.get_state_display()}，这一步已经不用审批。"
    return f"{decision.decided_by.name}刚才已经{decision.get_act_display()}，这一步不用再审批。"


def _check_meeting(turn: Turn, meeting: Meeting | None) -> None:
    if turn.seat.kind != SeatKind.MEETING:
        if meeting is not None:
            raise RuleBroken("这一步由个人审批，不用填会议纪要。")
        return
    if meeting is None or meeting.body_id != turn.seat.body_id:
        raise RuleBroken(f"这一步由{turn.seat.body}决定，请先登记会议纪要。", field="meeting")
    can_stand_on(
        meeting, timezone.localdate(turn.request.submitted_at), timezone.localdate(turn.at)
    ).require()


def _strikable(request: ApprovalRequest, strike: Sequence[str]) -> Sequence[Any]:
    if not strike:
        return ()
    lines = registry.approval_subjects[request.subject_kind].lines(request.subject)
    struck = request.struck_lines.filter(submission=request.submission).values_list("line", flat=True)
    can_strike(lines, set(strike), set(struck)).require()
    return lines


def _strike(turn: Turn, decision: ApprovalDecision, lines: Sequence[Any], strike: Sequence[str]) -> None:
    request = turn.request
    wanted = set(strike)
    for line in lines:
        if line.key in wanted:
            struck = StruckLine(
                request=request, decision=decision, submission=request.submission, line=line.key,
                label=line.label[:120], amount=line.amount, created_by=turn.user,
            )  # fmt: skip
            struck.save()
    if wanted and request.agreed_amount is not None:
        request.agreed_amount = left_of(request.agreed_amount, lines, wanted)
        request.save(update_fields=["agreed_amount"])


def _require_reason(comment: str, act: str) -> None:
    if not comment.strip():
        raise RuleBroken(f"请写明{act}的原因，申请人要看。", field="comment")


def _require_colleague(turn: Turn, to: User) -> None:
    can_hand_on(
        is_applicant=to == turn.request.applicant,
        is_self=to == turn.user,
        is_active=to.is_active,
        is_administrator=bool(to.roles & ADMINISTRATORS),
        is_holder=SeatHolder.objects.filter(seat__step=turn.step, seat__is_active=True, user=to).exists(),
    ).require()


def _add_seat(turn: Turn, to: User) -> None:
    seat = ApprovalSeat(
        step=turn.step, position=turn.step.seats.count() + 1, kind=SeatKind.PERSON, person=to,
        added_by=turn.user, created_by=turn.user,
    )  # fmt: skip
    seat.save()
