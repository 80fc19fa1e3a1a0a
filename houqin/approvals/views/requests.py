"""审批单: the list, the card on which everything needed for a decision stands, and the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.approvals import selectors, services
from houqin.approvals.forms import (
    ColleagueForm,
    MeetingOpinionForm,
    OpinionForm,
    ReasonForm,
    SendBackForm,
    WithdrawForm,
)
from houqin.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalStep
from houqin.approvals.rules import can_remind, can_withdraw
from houqin.approvals.states import DECIDE, WITHDRAW, Act, RequestState, SeatKind
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    Flag,
    ListPage,
    ObjectPage,
    Page,
    Step,
    state_column,
)
from houqin.web.templatetags.houqin import money

READ = "houqin.approval:read"


def kind_label(request: ApprovalRequest) -> str:
    """What kind of thing the request is about."""
    subject = registry.approval_subjects.get(request.subject_kind)
    return subject.label if subject is not None else request.subject_kind


def _amount(request: ApprovalRequest) -> str:
    """Nothing, not a dash, for what is not about money."""
    return "" if request.agreed_amount is None else money(request.agreed_amount)


class RequestList(ListPage):
    """What somebody may see of the approval chain; chips for what waits for him and what is his."""

    perm = READ
    model = ApprovalRequest
    title = "审批"
    columns = (
        Column("title", "事项", sort="title"),
        Column("applicant", "申请人", sort="applicant__search_key"),
        Column("waiting_on", "等谁审批"),
        Column("agreed_amount", "金额（元）", sort="agreed_amount", is_number=True, draw=_amount),
        Column("submitted_at", "提交时间", sort="submitted_at", on_phone=False),
        state_column(),
        Column("number", "编号", sort="number", on_phone=False),
    )
    filters = (
        Flag("waiting", "待我审批", lambda user, _today: selectors.waits_for(user)),
        Flag("mine", "我发起的", lambda user, _today: selectors.made_by(user)),
        Choices("state", "状态", RequestState.choices),
    )
    order = ("-submitted_at",)
    search_hint = "标题、编号、申请人"
    search_fields = ("title", "number", "applicant__name", "applicant__search_key")
    empty_title = "还没有审批单"
    empty_hint = "提交审批以后，要您办的和您发起的都在这里。"

    def rows(self) -> QuerySet[ApprovalRequest]:
        return super().rows().select_related("applicant")  # type: ignore[no-any-return]

    def with_columns(self, rows: Any) -> Any:
        return super().with_columns(rows).annotate(waiting_on=selectors.waiting_on())


class RequestDetail(ObjectPage):
    """The decision card: what it is about, who said what, what is next."""

    perm = READ
    model = ApprovalRequest
    template_name = "approvals/request.html"
    # What is decided in the middle of a chain leaves the request itself as it was.
    also = ((ApprovalDecision, "request"),)

    def rows(self) -> QuerySet[ApprovalRequest]:
        related = ("applicant", "department", "edition__route", "content_type")
        return super().rows().select_related(*related)  # type: ignore[no-any-return]

    def trail(self) -> list[tuple[str, str]]:
        return [("审批", reverse("approvals:request-list"))]

    def back_url(self) -> str:
        return reverse("approvals:request-list")

    def facts(self, request: ApprovalRequest) -> Sequence[tuple[str, Any]]:
        amount: list[tuple[str, Any]] = []
        if request.amount is not None:
            amount.append(("申请金额", f"{money(request.amount)} 元"))
            if request.agreed_amount != request.amount:
                amount.append(("核减后", f"{money(request.agreed_amount)} 元"))
        return [
            *amount,
            ("申请人", request.applicant),
            ("申请部门", request.department),
            ("编号", request.number),
            ("审批流程", str(request.edition)),
            *([("说明", request.reason)] if request.reason else []),
        ]

    def chat_text(self, request: ApprovalRequest) -> str:
        now = selectors.now_with(request, timezone.now())
        amount = f"，{money(request.agreed_amount)} 元" if request.agreed_amount is not None else ""
        standing = now or request.get_state_display()
        return f"【审批】{request.title}{amount}\n{request.applicant.name}提交，{standing}。\n{self.here()}"

    def steps(self, request: ApprovalRequest, user: User) -> list[Step]:
        found = self._decisions(request, user)
        if request.applicant_id == user.pk:
            by, at = actor(self.request), [request.public_id]
            may = allowed(by, WITHDRAW, request)
            now = timezone.now()
            found += [
                Step("催办", reverse("approvals:request-remind", args=at), may and can_remind(request, now),
                     is_post=True, icon="bell"),
                Step("撤回", reverse("approvals:request-withdraw", args=at), may and can_withdraw(request),
                     is_danger=True, icon="undo-2"),
            ]  # fmt: skip
        return found

    def _decisions(self, request: ApprovalRequest, user: User) -> list[Step]:
        step = selectors.my_open_step(request, user)
        if step is None:
            return []
        at = [step.public_id]
        is_meeting = any(seat.kind == SeatKind.MEETING for seat in step.seats.all())
        agree = (
            Step("登记会议决定", reverse("approvals:step-meeting", args=at), is_primary=True, icon="gavel")
            if is_meeting
            else Step(
                "同意", reverse("approvals:step-agree", args=at), is_primary=True, is_post=True, icon="check"
            )
        )
        words = [] if is_meeting else [
            Step("同意并写意见", reverse("approvals:step-opinion", args=at), icon="message-square-text"),
        ]  # fmt: skip
        return [
            agree,
            Step("退回", reverse("approvals:step-send-back", args=at), is_beside=True, icon="corner-up-left"),
            Step("驳回", reverse("approvals:step-refuse", args=at), is_beside=True, is_danger=True, icon="x"),
            *words,
            Step("转交", reverse("approvals:step-transfer", args=at), icon="forward"),
            Step("加签", reverse("approvals:step-ask-too", args=at), icon="user-plus"),
        ]

    def context(self) -> Mapping[str, Any]:
        request = self.record
        subject = request.subject
        return {
            "matter": selectors.facts_about(request),
            "chain": selectors.chain_of(request),
            "lines": selectors.lines_of(request),
            "now_with": selectors.now_with(request, timezone.now()),
            "kind": kind_label(request),
            "subject_url": subject.get_absolute_url() if subject is not None else "",
        }


class RequestPage(Page):
    """What the acts of the applicant have in common."""

    perm = WITHDRAW
    model = ApprovalRequest
    record_name = "request"


class RequestWithdraw(RequestPage, ActPage):
    """撤回."""

    title = "撤回审批"
    submit_label = "撤回"
    is_danger = True
    question = "撤回后审批停止，已有的意见留作记录。需要时可以重新提交。"
    form_class = WithdrawForm
    service = services.withdraw
    said = "已撤回。"

    def possible(self) -> Decision:
        return allowed(self.actor(), WITHDRAW, self.record) and can_withdraw(self.record)


class RequestRemind(RequestPage, ActPage):
    """催办."""

    title = "催办"
    submit_label = "催办"
    question = "审批人的待办里，这张审批单会排到最前面。一天催一次。"
    service = services.remind
    said = "已催办。"

    def possible(self) -> Decision:
        return allowed(self.actor(), WITHDRAW, self.record) and can_remind(self.record, timezone.now())


class DecisionPage(ActPage):
    """An act at the step that the signer saw; whoever does not hold it is told so."""

    perm = DECIDE
    model = ApprovalStep
    record_name = "step"

    def rows(self) -> QuerySet[ApprovalStep]:
        return super().rows().select_related("request__applicant", "request__content_type")  # type: ignore[no-any-return]

    def possible(self) -> Decision:
        step = selectors.my_open_step(self.record.request, self.user)
        if step is not None and step.pk == self.record.pk:
            return Decision.yes()
        if self.record.state != "open":
            return Decision.no("这一步已经办完，不用再审批。")
        mine = self.record.decisions.filter(decided_by=self.user, act__in=(Act.AGREE, Act.TRANSFER)).last()
        if mine is not None:
            return Decision.no(f"这一步您已经{mine.get_act_display()}，不用再办。")
        return Decision.forbidden("这一步不由您审批。")

    def success_url(self, answer: Any) -> str:
        return self.record.get_absolute_url()  # type: ignore[no-any-return]


class StepAgree(DecisionPage):
    """同意 at one tap."""

    title = "同意"
    submit_label = "同意"
    service = services.agree
    said = "已同意。"


class StepOpinion(DecisionPage):
    """同意, with words and with what is struck out."""

    title = "同意并写意见"
    submit_label = "同意"
    form_class = OpinionForm
    service = services.agree
    said = "已同意。"

    def form_arguments(self) -> dict[str, Any]:
        return {"lines": selectors.lines_of(self.record.request)}


class StepMeeting(DecisionPage):
    """What a meeting decided."""

    title = "登记会议决定"
    submit_label = "会议同意"
    form_class = MeetingOpinionForm
    service = services.agree
    said = "会议决定已登记。"
    template_name = "approvals/step_meeting.html"

    def possible(self) -> Decision:
        if self._body() is None:
            return Decision.no("这一步由个人审批，不用会议纪要。")
        return super().possible()

    def _body(self) -> Any:
        seat = self.record.seats.filter(kind=SeatKind.MEETING, is_active=True).select_related("body").first()
        return seat.body if seat is not None else None

    def form_arguments(self) -> dict[str, Any]:
        return {"body": self._body()}

    def context(self) -> Mapping[str, Any]:
        return {"body": self._body()}


class StepSendBack(DecisionPage):
    """退回."""

    title = "退回"
    submit_label = "退回"
    form_class = SendBackForm
    service = services.send_back
    said = "已退回。"

    def form_arguments(self) -> dict[str, Any]:
        return {"places": selectors.earlier_steps(self.record)}


class StepRefuse(DecisionPage):
    """驳回."""

    title = "驳回"
    submit_label = "驳回"
    is_danger = True
    question = "驳回后这张审批单结束。只是要修改的，请用“退回”。"
    form_class = ReasonForm
    service = services.refuse
    said = "已驳回。"


class ColleaguePage(DecisionPage):
    """An act that names a colleague who is to sign at this step."""

    form_class = ColleagueForm

    def form_arguments(self) -> dict[str, Any]:
        return {"step": self.record, "me": self.user}


class StepTransfer(ColleaguePage):
    """转交."""

    title = "转交"
    submit_label = "转交"
    question = "这一步改由同事审批，您不再审批。"
    service = services.transfer
    said = "已转交。"


class StepAskToo(ColleaguePage):
    """加签."""

    title = "加签"
    submit_label = "加签"
    question = "这一步除了您，还要这位同事同意。"
    service = services.ask_too
    said = "已加签。"
