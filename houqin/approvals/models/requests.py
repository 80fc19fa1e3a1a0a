"""A request on its way: rounds of steps, the seats of each step, and the decisions, which are history."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.approvals.models.guards import (
    DECISION_TRIGGERS,
    HOLDER_TRIGGERS,
    REQUEST_TRIGGERS,
    SEAT_TRIGGERS,
    STEP_TRIGGERS,
)
from houqin.approvals.models.meetings import Meeting
from houqin.approvals.models.routes import NAMED, RouteEdition, SeatPlan
from houqin.approvals.states import (
    REQUEST_TRANSITIONS,
    TONES,
    Act,
    Budget,
    Mode,
    RequestState,
    StepState,
)
from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import AppendOnly, Kept, append_only_trigger
from houqin.people.models import Department
from houqin.people.roles import Role
from houqin.people.scopes import RowsFor, Scope, Visibility, among
from houqin.states import LegalState, Transitions


@audited()
class ApprovalRequest(Kept):
    """A request for approval (审批单) about one record of an app. Its state moves only through `states.move`.

    `submission` counts how often the applicant handed it in, `round` every new start, be it at the first step
    or at an earlier one. `digest` is the content that the round decides on; `agreed_amount` is what is left
    of `amount` after lines were struck (yuan, none for a subject without money).
    """

    HISTORY: ClassVar[Wording] = Wording(insert="提交")

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.approval:read",
        {
            Scope.OWN: lambda user: Q(applicant=user.pk),
            Scope.DEPARTMENT: lambda user: Q(department=user.department_id),
            Scope.ASSIGNED: lambda user: (
                among("pk", SeatHolder.objects.filter(user=user.pk).values("seat__step__request"))
                | among("pk", ApprovalDecision.objects.filter(decided_by=user.pk).values("request"))
                | among("pk", ApprovalCopy.objects.filter(user=user.pk).values("request"))
            ),
        },
    )
    TRANSITIONS: ClassVar[Transitions] = REQUEST_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}
    LOCK_RANK: ClassVar[str] = "approval"

    number = models.CharField("编号", max_length=30, unique=True, editable=False)
    subject_kind = models.CharField("事项", max_length=60)
    content_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    title = models.CharField("标题", max_length=120)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申请人", on_delete=models.RESTRICT, related_name="requests"
    )
    department = models.ForeignKey(
        Department,
        verbose_name="申请部门",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    amount = models.DecimalField("申请金额", max_digits=14, decimal_places=2, null=True, blank=True)
    agreed_amount = models.DecimalField("同意金额", max_digits=14, decimal_places=2, null=True, blank=True)
    category = models.CharField("类别", max_length=40, blank=True)
    budget = models.CharField("预算", max_length=10, choices=Budget.choices, blank=True, default="")
    edition = models.ForeignKey(
        RouteEdition, verbose_name="审批流程", on_delete=models.RESTRICT, related_name="requests"
    )
    state = models.CharField("状态", max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    submission = models.PositiveSmallIntegerField("第几次提交", default=1)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    length = models.PositiveSmallIntegerField("环节数")
    digest = models.CharField("内容摘要", max_length=64)
    submitted_at = models.DateTimeField("提交时间")
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    reminded_at = models.DateTimeField("上次催办", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批单"
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["applicant", "state"], name="request_by_applicant"),
            models.Index(fields=["-submitted_at", "-id"], name="request_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=Q(state__in=(RequestState.OPEN, RequestState.RETURNED)),
                name="one_open_request_per_subject",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="request_for_something"),
            models.CheckConstraint(
                condition=Q(amount=None, agreed_amount=None)
                | Q(agreed_amount__gte=0, agreed_amount__lte=F("amount")),
                name="agreed_at_most_what_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(RequestState.OPEN, RequestState.RETURNED), settled_at=None)
                | Q(
                    state__in=(RequestState.APPROVED, RequestState.REFUSED, RequestState.WITHDRAWN),
                    settled_at__isnull=False,
                ),
                name="settled_request_has_a_moment",
            ),
        ]
        triggers = [
            LegalState(REQUEST_TRANSITIONS),
            *REQUEST_TRIGGERS,
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approvals:request-detail", args=[self.public_id])

    @property
    def agreed_digest(self) -> str:
        """The hash of what was agreed: the content and the lines struck out of it (promise A7)."""
        struck = self.struck_lines.filter(submission=self.submission)
        keys = sorted(struck.values_list("line", flat=True))
        return hashlib.sha256("\x1f".join([self.digest, *keys]).encode()).hexdigest()


def _of_visible_requests(scope: Scope) -> RowsFor:
    """The rows that belong to a request which the scope reaches."""
    rows = ApprovalRequest.VISIBILITY.rows[scope]
    return lambda user: among("request_id", ApprovalRequest.objects.filter(rows(user)).values("pk"))


OF_VISIBLE_REQUESTS = Visibility(
    "houqin.approval:read",
    {scope: _of_visible_requests(scope) for scope in ApprovalRequest.VISIBILITY.rows},
)


@audited()
class ApprovalStep(Kept):
    """One step of a round, copied from the route at submission; what is decided is decided at a step."""

    VISIBILITY: ClassVar[Visibility] = OF_VISIBLE_REQUESTS
    LOCK_RANK: ClassVar[str] = "approval"

    request = models.ForeignKey(ApprovalRequest, on_delete=models.RESTRICT, related_name="steps")
    submission = models.PositiveSmallIntegerField("第几次提交")
    round = models.PositiveSmallIntegerField("第几轮")
    position = models.PositiveSmallIntegerField("第几步")
    label = models.CharField("环节", max_length=120)
    mode = models.CharField("方式", max_length=5, choices=Mode.choices)
    hours = models.PositiveSmallIntegerField("时限（工作小时）")
    copies = ArrayField(
        models.CharField(max_length=30, choices=Role.choices), verbose_name="抄送岗位", default=list
    )
    state = models.CharField("状态", max_length=10, choices=StepState.choices, default=StepState.WAITING)
    opened_at = models.DateTimeField("开始", null=True, blank=True)
    due_at = models.DateTimeField("时限", null=True, blank=True)
    closed_at = models.DateTimeField("结束", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批环节"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "round", "position"], name="one_step_per_round_and_place"
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state=StepState.OPEN), name="one_open_step_per_request"
            ),
        ]
        triggers = STEP_TRIGGERS

    def __str__(self) -> str:
        return f"{self.request}：{self.label}"

    def get_absolute_url(self) -> str:
        return self.request.get_absolute_url()

    def is_late(self, at: datetime) -> bool:
        """Whether it is still open although its time has run out."""
        return self.state == StepState.OPEN and self.due_at is not None and self.due_at < at


@audited()
class ApprovalSeat(Kept, SeatPlan):
    """A seat of a step; one that was handed on (转交) stays as history, inactive."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval:read")
    LOCK_RANK: ClassVar[str] = "approval"

    step = models.ForeignKey(ApprovalStep, on_delete=models.RESTRICT, related_name="seats")
    is_active = models.BooleanField("有效", default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="转交或加签人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批席位"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["step", "position"], name="one_seat_per_position"),
            models.CheckConstraint(condition=NAMED, name="seat_names_one"),
        ]
        triggers = SEAT_TRIGGERS

    def __str__(self) -> str:
        return self.who


@audited()
class SeatHolder(models.Model):
    """Who may decide at a seat: found when the step opens, and found again whenever somebody decides."""

    seat = models.ForeignKey(ApprovalSeat, on_delete=models.RESTRICT, related_name="holders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批人"
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "user", "acting_for"], name="holder_once", nulls_distinct=False
            )
        ]
        triggers = HOLDER_TRIGGERS

    def __str__(self) -> str:
        return f"{self.user}（代{self.acting_for}）" if self.acting_for else str(self.user)


@audited()
class ApprovalDecision(AppendOnly):
    """What somebody decided at a seat; the applicant is repeated so that the row itself excludes him."""

    VISIBILITY: ClassVar[Visibility] = OF_VISIBLE_REQUESTS
    HISTORY: ClassVar[Wording] = Wording(
        word=lambda decision: Act(decision.act).label, name=lambda decision: decision.comment, joins=True
    )

    request = models.ForeignKey(ApprovalRequest, on_delete=models.RESTRICT, related_name="decisions")
    step = models.ForeignKey(ApprovalStep, on_delete=models.RESTRICT, related_name="decisions")
    seat = models.ForeignKey(ApprovalSeat, on_delete=models.RESTRICT, related_name="decisions")
    round = models.PositiveSmallIntegerField("第几轮")
    act = models.CharField("意见", max_length=10, choices=Act.choices)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审批人", on_delete=models.RESTRICT, related_name="decisions"
    )
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代", on_delete=models.RESTRICT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField("时间")
    comment = models.CharField("意见内容", max_length=300, blank=True)
    digest = models.CharField("内容摘要", max_length=64)
    meeting = models.ForeignKey(
        Meeting, verbose_name="会议纪要", on_delete=models.RESTRICT, null=True, related_name="decisions"
    )
    to_position = models.PositiveSmallIntegerField("退回到第几步", null=True)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="转交或加签给",
        on_delete=models.RESTRICT,
        null=True,
        related_name="+",
    )

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批意见"
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("applicant"))
                & (Q(acting_for=None) | ~Q(acting_for=F("applicant"))),
                name="nobody_decides_for_himself",
            ),
            # One effect a seat, and nobody agrees twice in a round, neither himself nor through a stand-in.
            models.UniqueConstraint(fields=["seat"], condition=~Q(act=Act.ADD), name="one_decision_per_seat"),
            models.UniqueConstraint(
                fields=["request", "round", "decided_by"],
                condition=Q(act=Act.AGREE),
                name="agrees_once_a_round",
            ),
            models.UniqueConstraint(
                fields=["request", "round", "acting_for"], condition=Q(act=Act.AGREE), name="agreed_for_once"
            ),
            models.CheckConstraint(
                condition=Q(act__in=(Act.AGREE, Act.ADD)) | ~Q(comment=""), name="no_without_a_reason"
            ),
        ]
        triggers = [append_only_trigger(), *DECISION_TRIGGERS]

    def __str__(self) -> str:
        return f"{self.decided_by}{self.get_act_display()}"


@audited()
class StruckLine(AppendOnly):
    """A line that an approver struck out: only ever lowers the amount, never shortens the chain."""

    VISIBILITY: ClassVar[Visibility] = OF_VISIBLE_REQUESTS

    request = models.ForeignKey(ApprovalRequest, on_delete=models.RESTRICT, related_name="struck_lines")
    decision = models.ForeignKey(ApprovalDecision, on_delete=models.RESTRICT, related_name="struck")
    submission = models.PositiveSmallIntegerField("第几次提交")
    line = models.CharField("行", max_length=40)
    label = models.CharField("内容", max_length=120)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "核减"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "submission", "line"], name="struck_once"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="struck_lowers"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return self.label


@audited()
class ApprovalCopy(models.Model):
    """抄送: that somebody is told of a request without a say in it."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.RESTRICT, related_name="copies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "抄送"
        constraints = [models.UniqueConstraint(fields=["request", "user"], name="copied_once")]

    def __str__(self) -> str:
        return str(self.user)
