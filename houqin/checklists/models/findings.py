"""What a check found wrong, and the rounds in which it is put right and looked at again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextChoices
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.checklists.models.guards import FINDING_TRIGGERS, ROUND_TRIGGERS
from houqin.checklists.models.runs import CheckAnswer, CheckRun
from houqin.checklists.states import FINDING_TRANSITIONS, READ_FINDINGS, TONES, FindingState
from houqin.ledger import Kept, kept_trigger
from houqin.people.models import Department
from houqin.people.scopes import RowsFor, Scope, Visibility, among
from houqin.states import LegalState, Transitions


@audited()
class Finding(Kept):
    """整改单: one failed item, who puts it right until when, and who looks at it again.

    Whoever answers for it never re-checks it (不相容岗位: 整改与复查). `round` counts how often it was sent
    back, from 1. Its state moves only through `states.move`.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_FINDINGS,
        {
            Scope.OWN: lambda user: Q(found_by=user.pk),
            Scope.ASSIGNED: lambda user: Q(owner=user.pk) | Q(rechecker=user.pk),
            Scope.DEPARTMENT: lambda user: Q(department=user.department_id),
        },
    )
    TRANSITIONS: ClassVar[Transitions] = FINDING_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}
    LOCK_RANK: ClassVar[str] = "ticket"

    number = models.CharField("编号", max_length=30, unique=True, editable=False)
    run = models.ForeignKey(
        CheckRun, verbose_name="检查记录", on_delete=models.RESTRICT, related_name="findings"
    )
    answer = models.OneToOneField(CheckAnswer, on_delete=models.RESTRICT, related_name="finding")
    subject_label = models.CharField("地点", max_length=120)
    title = models.CharField("问题", max_length=300)
    is_key = models.BooleanField("关键项", default=False)
    department = models.ForeignKey(
        Department,
        verbose_name="责任部门",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="检查人", on_delete=models.RESTRICT, related_name="+"
    )
    found_at = models.DateTimeField("发现时间")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="整改责任人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="findings",
    )  # fmt: skip
    rechecker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="复查人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    demand = models.CharField("整改要求", max_length=300, blank=True)
    due_at = models.DateTimeField("整改时限")
    state = models.CharField("状态", max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "整改单"
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="finding_by_limit"),
            models.Index(fields=["state", "due_at"], name="finding_by_state"),
            models.Index(fields=["owner", "state"], name="finding_by_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(rechecker=None) | ~Q(owner=F("rechecker")),
                name="owner_does_not_recheck",
            ),
            models.CheckConstraint(
                condition=Q(state=FindingState.CLOSED, closed_at__isnull=False)
                | (~Q(state=FindingState.CLOSED) & Q(closed_at=None)),
                name="closed_finding_has_a_moment",
            ),
        ]
        triggers = [LegalState(FINDING_TRANSITIONS), *FINDING_TRIGGERS, kept_trigger()]

    @property
    def answerable(self) -> Department | None:
        """The department that answers for it: the one that was named, else that of who puts it right."""
        return self.department or (self.owner.department if self.owner is not None else None)

    def __str__(self) -> str:
        return f"{self.subject_label}：{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("checks:finding", args=[self.public_id])

    def particulars(self) -> list[str]:
        """Who answers for it, and its number; its words say already where it is."""
        return [f"责任人 {self.owner}" if self.owner else "还没有责任人", self.number]

    def is_overdue(self, at: datetime) -> bool:
        """Whether it is still to be put right although its time has run out."""
        return self.state == FindingState.OPEN and self.due_at < at


def _of_visible_findings(scope: Scope) -> RowsFor:
    """The rows that belong to a finding which the scope reaches."""
    rows = Finding.VISIBILITY.rows[scope]
    return lambda user: among("finding_id", Finding.objects.filter(rows(user)).values("pk"))


class Result(TextChoices):
    """What a re-check says."""

    PASSED = "passed", "复查合格"
    RETURNED = "returned", "退回整改"


@audited()
class FindingRound(Kept):
    """One round of a finding: who put it right and how, who looked at it again and what he found.

    Both hands stand in one row, so that the row itself keeps them apart.
    """

    HISTORY: ClassVar[Wording] = Wording(insert="报整改", update="复查", name=lambda _round: "", joins=True)

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_FINDINGS, {scope: _of_visible_findings(scope) for scope in Finding.VISIBILITY.rows}
    )
    LOCK_RANK: ClassVar[str] = "ticket"

    finding = models.ForeignKey(Finding, on_delete=models.RESTRICT, related_name="rounds")
    round = models.PositiveSmallIntegerField("第几轮")
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="整改人", on_delete=models.RESTRICT, related_name="+"
    )
    rectified_at = models.DateTimeField("整改时间")
    measure = models.CharField("整改措施", max_length=300)
    rechecked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="复查人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    rechecked_at = models.DateTimeField("复查时间", null=True, blank=True)
    result = models.CharField("复查结果", max_length=10, choices=Result.choices, blank=True, default="")
    opinion = models.CharField("复查意见", max_length=300, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "整改和复查"
        ordering = ["finding", "round"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "round"], name="one_rectification_per_round"),
            models.CheckConstraint(
                condition=Q(rechecked_by=None) | ~Q(rechecked_by=F("rectified_by")),
                name="rectifier_does_not_recheck",
            ),
            models.CheckConstraint(
                condition=Q(result="", rechecked_by=None, rechecked_at=None)
                | (~Q(result="") & Q(rechecked_by__isnull=False, rechecked_at__isnull=False)),
                name="recheck_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.RETURNED) | ~Q(opinion=""), name="sent_back_for_a_reason"
            ),
        ]
        triggers = [*ROUND_TRIGGERS, kept_trigger()]

    def __str__(self) -> str:
        return f"{self.finding} 第 {self.round} 轮"

    def get_absolute_url(self) -> str:
        return self.finding.get_absolute_url()
