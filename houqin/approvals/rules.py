"""What may be decided, by whom and when: pure decisions, no queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from houqin.approvals.states import RequestState, StepState
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.approvals.models import ApprovalRequest, ApprovalStep, Meeting, RouteEdition
    from houqin.approvals.subjects import Facts, Line

# One reminder a day is heard; more are noise.
REMIND_AFTER = timedelta(hours=20)


def fits(edition: RouteEdition, departments: Collection[Any], facts: Facts) -> bool:
    """Whether a request with these facts falls under the conditions of `edition`.

    Bands are open below and closed above: 300.00 belongs to “≤300”, 300.01 to “>300”. An edition with a band
    fits no subject without an amount.
    """
    has_band = edition.over is not None or edition.up_to is not None
    if has_band and facts.amount is None:
        return False
    if edition.over is not None and facts.amount is not None and facts.amount <= edition.over:
        return False
    if edition.up_to is not None and facts.amount is not None and facts.amount > edition.up_to:
        return False
    if edition.categories and facts.category not in edition.categories:
        return False
    if departments and (facts.department is None or facts.department.pk not in departments):
        return False
    return not edition.budget or edition.budget == facts.budget


def overlap(one: RouteEdition, other: RouteEdition) -> bool:
    """Whether something could fall under the conditions of both; the departments of both are fetched."""
    highest_over = max((each.over for each in (one, other) if each.over is not None), default=None)
    lowest_up_to = min((each.up_to for each in (one, other) if each.up_to is not None), default=None)
    if highest_over is not None and lowest_up_to is not None and highest_over >= lowest_up_to:
        return False
    departments = [[each.pk for each in edition.departments.all()] for edition in (one, other)]
    has_common = _have_common(one.categories, other.categories) and _have_common(*departments)
    return has_common and (not one.budget or not other.budget or one.budget == other.budget)


def _have_common(one: Collection[Any], other: Collection[Any]) -> bool:
    """Whether two conditions can be met at once; an empty one asks for nothing."""
    return not one or not other or not set(one).isdisjoint(other)


def can_decide(request: ApprovalRequest, step: ApprovalStep | None) -> Decision:
    """A decision needs an open request at an open step."""
    if request.state != RequestState.OPEN or step is None or step.state != StepState.OPEN:
        return Decision.no(f"这张审批单{request.get_state_display()}，不用再审批。")
    return Decision.yes()


def can_speak_for_content(*, signed: str, now: str) -> Decision:
    """What is decided on is what was submitted (promise A7)."""
    if signed != now:
        return Decision.no("提交以后内容有改动，这次没有生效。请申请人核对后重新提交。")
    return Decision.yes()


def can_sign_once(user: int, acting_for: int | None, signed: Collection[int]) -> Decision:
    """Nobody agrees twice in one round, neither himself nor through a stand-in."""
    if user in signed or acting_for in signed:
        return Decision.forbidden("您在这一轮已经同意过前面的环节，这一步要由另一个人审批。")
    return Decision.yes()


def can_withdraw(request: ApprovalRequest) -> Decision:
    """An applicant takes back what is not settled."""
    if request.state not in {RequestState.OPEN, RequestState.RETURNED}:
        return Decision.no(f"这张审批单{request.get_state_display()}，不能再撤回。")
    return Decision.yes()


def can_remind(request: ApprovalRequest, at: datetime) -> Decision:
    """A signer is reminded of an open request, once a day."""
    if request.state != RequestState.OPEN:
        return Decision.no(f"这张审批单{request.get_state_display()}，不用催办。")
    if request.reminded_at is not None and at - request.reminded_at < REMIND_AFTER:
        return Decision.no("今天已经催办过，明天再催。")
    return Decision.yes()


def can_return_to(position: int, current: int, earlier: Iterable[int]) -> Decision:
    """Back to the applicant (0), or to a step before this one."""
    if position == 0 or (position < current and position in set(earlier)):
        return Decision.yes()
    return Decision.no("只能退回给申请人，或退回到前面的环节。")


def can_hand_on(
    *, is_applicant: bool, is_self: bool, is_active: bool, is_holder: bool, is_administrator: bool
) -> Decision:
    """转交 and 加签 name a colleague in service, not the applicant, no administrator, none who signs here."""
    if is_applicant:
        return Decision.no("不能交给申请人本人审批。")
    if is_self or is_holder:
        return Decision.no("这一步本来就由此人审批，请选别的同事。")
    if not is_active:
        return Decision.no("此人的账号已停用，请选别的同事。")
    if is_administrator:
        return Decision.no("系统、安全、审计管理员不审批业务，请选别的同事。")
    return Decision.yes()


def can_strike(lines: Iterable[Line], wanted: Collection[str], struck: Collection[str]) -> Decision:
    """Lines that stand in the request and were not struck before; something must be left."""
    known = {line.key for line in lines}
    if not set(wanted) <= known:
        return Decision.no("要核减的行不在这张单子里，请刷新后重选。")
    if set(wanted) & set(struck):
        return Decision.no("有的行前面已经核减过，请刷新后重选。")
    if known and known <= set(wanted) | set(struck):
        return Decision.no("所有的行都核减就是不同意，请用“驳回”。")
    return Decision.yes()


def left_of(amount: Decimal, lines: Iterable[Line], struck: Collection[str]) -> Decimal:
    """The amount without the struck lines, yuan."""
    return amount - sum((line.amount for line in lines if line.key in struck), Decimal(0))


def can_stand_on(meeting: Meeting, submitted_on: date, today: date) -> Decision:
    """A meeting carries what was submitted before it, with quorum and with more than half of all members."""
    if meeting.is_future(today):
        return Decision.no("开会日期还没有到，请核对。")
    if meeting.held_on < submitted_on:
        return Decision.no("会议开在提交之前，不能作为这次审批的依据。请在会后提交，或重新上会。")
    if not meeting.has_quorum:
        return Decision.no(
            f"应到 {meeting.members} 人，实到 {meeting.present} 人，不足 {meeting.quorum}%，会议不能作决定。"
        )
    if not meeting.is_carried:
        return Decision.no(
            f"同意票 {meeting.votes_for} 张，没有超过应到人数（{meeting.members} 人）的半数，不能按同意登记。"
        )
    return Decision.yes()
