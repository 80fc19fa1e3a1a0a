"""The words of the approval chain: states, kinds of signers, what can be decided, and what leads where."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions


class RequestState(TextChoices):
    """What has become of a request (审批单)."""

    OPEN = "open", "审批中"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "已驳回"
    WITHDRAWN = "withdrawn", "已撤回"


class StepState(TextChoices):
    """Where one step of a round stands."""

    WAITING = "waiting", "未到"
    OPEN = "open", "审批中"
    AGREED = "agreed", "已同意"
    ENDED = "ended", "已终止"


class SeatKind(TextChoices):
    """Who is named to sign: the holders of a role, a person, the applicant's own head, a meeting."""

    ROLE = "role", "岗位"
    PERSON = "person", "指定人员"
    HEAD = "head", "申请部门负责人"
    MEETING = "meeting", "会议"


class Mode(TextChoices):
    """Whether one of several signers is enough (或签), or each of them must sign (会签)."""

    ANY = "any", "或签（一人同意即可）"
    ALL = "all", "会签（每一方都要同意）"


class Act(TextChoices):
    """What somebody did at a step; each is a row of history."""

    AGREE = "agree", "同意"
    RETURN = "return", "退回"
    REFUSE = "refuse", "驳回"
    TRANSFER = "transfer", "转交"
    ADD = "add", "加签"


class Budget(TextChoices):
    """Whether a route is for what the budget holds, for what it does not, or for both."""

    BOTH = "", "不限"
    INSIDE = "inside", "预算内"
    OUTSIDE = "outside", "预算外"


SUBMIT = "houqin.approval:submit"
WITHDRAW = "houqin.approval:withdraw"
DECIDE = "houqin.approval:decide"

REQUEST_TRANSITIONS: Transitions = (
    Transition("approve", (RequestState.OPEN,), RequestState.APPROVED, DECIDE, "同意"),
    Transition("refuse", (RequestState.OPEN,), RequestState.REFUSED, DECIDE, "驳回", needs_reason=True),
    Transition("return", (RequestState.OPEN,), RequestState.RETURNED, DECIDE, "退回", needs_reason=True),
    Transition(
        "withdraw", (RequestState.OPEN, RequestState.RETURNED), RequestState.WITHDRAWN, WITHDRAW, "撤回"
    ),
    Transition("change", (RequestState.OPEN,), RequestState.RETURNED, SUBMIT, "因内容改动收回"),
    Transition("resubmit", (RequestState.RETURNED,), RequestState.OPEN, SUBMIT, "重新提交"),
)

TONES = {
    RequestState.OPEN: "info",
    RequestState.RETURNED: "warn",
    RequestState.APPROVED: "good",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "neutral",
}
