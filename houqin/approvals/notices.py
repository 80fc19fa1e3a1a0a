"""What the approval chain tells people: whose turn it is, that it is late, and what became of a request."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.approvals.models import ApprovalRequest, ApprovalStep, SeatHolder
from houqin.approvals.states import Act, StepState
from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User

MODEL = "houqin.ApprovalRequest"
GROUP = "审批"

OPENED, REMINDED, LATE = "approvals.opened", "approvals.reminded", "approvals.late"
COPIED = "approvals.copied"
# By the action that settles a request; whoever takes his own back needs no word of it.
SETTLED = {
    "approve": "approvals.approved",
    "return": "approvals.returned",
    "change": "approvals.returned",
    "refuse": "approvals.refused",
}


def pending_holders(step: int) -> list[User]:
    """Who has still to decide at the step with this key, if it is open."""
    held = SeatHolder.objects.filter(
        seat__step=step, seat__is_active=True, seat__step__state=StepState.OPEN
    ).exclude(seat__decisions__act__in=(Act.AGREE, Act.TRANSFER))
    return [each.user for each in held.select_related("user").order_by("pk")]


def to_signers(request: ApprovalRequest, words: Words) -> Iterator[Draft]:
    """Those whose turn it is at the step that the announcement names."""
    for user in pending_holders(int(words["step"])):
        yield Draft(user, request, _words(request))


def to_applicant(request: ApprovalRequest, words: Words) -> Iterator[Draft]:
    """The applicant."""
    yield Draft(request.applicant, request, _words(request))


def to_signers_and_applicant(request: ApprovalRequest, words: Words) -> Iterator[Draft]:
    """Those who keep the request waiting, and the one who waits for them."""
    late = list(to_signers(request, words))
    yield from late
    if late:
        yield from to_applicant(request, words)


def to_copied(request: ApprovalRequest, words: Words) -> Iterator[Draft]:
    """Those whom the request was copied to (抄送)."""
    for copy in request.copies.select_related("user").order_by("pk"):
        yield Draft(copy.user, request, _words(request))


def _words(request: ApprovalRequest) -> Words:
    amount = request.agreed_amount
    return {
        "title": request.title,
        "applicant": request.applicant.name,
        "amount": f"，{amount:,.2f} 元" if amount is not None else "",
        "reason": request.reason or "没有写原因。",
    }


ACT = "去审批"
ASKED = "{applicant}提交{amount}"
KINDS = (
    NoticeKind(OPENED, "待我审批", GROUP, MODEL, "请您审批：{title}", to_signers, ASKED, act=ACT),
    NoticeKind(REMINDED, "催办", GROUP, MODEL, "{applicant}催办：{title}", to_signers, ASKED, act=ACT),
    NoticeKind(LATE, "审批逾期", GROUP, MODEL, "审批逾期：{title}", to_signers_and_applicant, ASKED),
    NoticeKind(COPIED, "抄送给我", GROUP, MODEL, "抄送您：{title}", to_copied, ASKED),
    NoticeKind("approvals.approved", "批准", GROUP, MODEL, "已批准：{title}", to_applicant),
    NoticeKind(
        "approvals.returned",
        "退回",
        GROUP,
        MODEL,
        "退回修改：{title}",
        to_applicant,
        "{reason}",
        is_private=True,
        act="去修改",
    ),
    NoticeKind(
        "approvals.refused",
        "驳回",
        GROUP,
        MODEL,
        "未批准：{title}",
        to_applicant,
        "{reason}",
        is_private=True,
    ),
)


def step_key(kind: str, step: ApprovalStep) -> str:
    """Under which key a step is announced: its holders change, and only the new ones are told."""
    return f"{kind}:{step.pk}"
