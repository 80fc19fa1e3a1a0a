"""A check that somebody made and signed, and its answers: written once, then history."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.checklists.models.guards import ANSWER_TRIGGERS, RUN_TRIGGERS
from houqin.checklists.models.lists import ChecklistEdition, ChecklistItem
from houqin.checklists.states import (
    NOT_TAKEN,
    READ_RUNS,
    TONES,
    VERDICT_TONES,
    Grade,
    ItemKind,
    Origin,
    Verdict,
)
from houqin.ledger import AppendOnly, append_only_trigger
from houqin.people.models import Department
from houqin.people.scopes import RowsFor, Scope, Visibility, among


@audited()
class CheckRun(AppendOnly):
    """检查记录: one checklist applied to one subject by one person, signed when it was sent.

    `draft_id` is the id that the phone gave to its draft: however often it is sent, there is one check.
    `performed_at` is when the look was taken, `created_at` when it arrived; one that was entered late says
    why (补记). A wrong check is answered by a new one that `replaces` it. `earned` of `due` points, what does
    not apply left out; `score` is their percentage, none where the list has no points.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_RUNS,
        {
            Scope.OWN: lambda user: Q(performed_by=user.pk),
            Scope.DEPARTMENT: lambda user: Q(department=user.department_id),
        },
    )
    STATE_TONES: ClassVar[dict[str, str]] = {str(grade): tone for grade, tone in TONES.items()}

    number = models.CharField("编号", max_length=30, unique=True, editable=False)
    draft_id = models.UUIDField("手机稿编号", unique=True, editable=False)
    edition = models.ForeignKey(
        ChecklistEdition, verbose_name="检查表", on_delete=models.RESTRICT, related_name="runs"
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField("检查对象", max_length=120)
    department = models.ForeignKey(
        Department,
        verbose_name="责任部门",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    performed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="检查人", on_delete=models.RESTRICT, related_name="checks"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代录人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    performed_at = models.DateTimeField("检查时间")
    is_late = models.BooleanField("补记", default=False)
    late_reason = models.CharField("补记原因", max_length=200, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    earned = models.DecimalField("得分", max_digits=7, decimal_places=1, default=Decimal(0))
    due = models.DecimalField("应得", max_digits=7, decimal_places=1, default=Decimal(0))
    score = models.DecimalField("百分制得分", max_digits=4, decimal_places=1, null=True, blank=True)
    grade = models.CharField("等级", max_length=10, choices=Grade.choices)
    failed = models.PositiveSmallIntegerField("不合格项", default=0)
    failed_key = models.PositiveSmallIntegerField("不合格的关键项", default=0)
    answered = models.PositiveSmallIntegerField("项数", default=0)
    replaces = models.OneToOneField(
        "self",
        verbose_name="更正",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    replace_reason = models.CharField("更正原因", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ["-performed_at", "-pk"]
        indexes = [
            models.Index(fields=["-performed_at", "-id"], name="check_by_moment"),
            models.Index(fields=["content_type", "object_id", "-performed_at"], name="check_by_subject"),
            models.Index(fields=["performed_by", "-performed_at"], name="check_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_late=True) & ~Q(late_reason="") | Q(is_late=False, late_reason=""),
                name="late_entry_says_why",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, replace_reason="")
                | Q(replaces__isnull=False) & ~Q(replace_reason=""),
                name="correction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(earned__gte=0, earned__lte=F("due"))
                & (Q(due=0, score=None) | Q(due__gt=0, score__gte=0, score__lte=100)),
                name="score_of_what_was_due",
            ),
            models.CheckConstraint(
                condition=Q(failed_key=0) | Q(grade=Grade.FAILING), name="a_failed_key_item_decides"
            ),
        ]
        triggers = [*RUN_TRIGGERS, append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.subject_label} {self.edition.checklist}"

    def get_absolute_url(self) -> str:
        return reverse("checks:run", args=[self.public_id])

    @property
    def grade_tone(self) -> str:
        """The tone of the grade's badge."""
        return self.STATE_TONES.get(self.grade, "neutral")


def _of_visible_runs(scope: Scope) -> RowsFor:
    """The rows that belong to a check which the scope reaches."""
    rows = CheckRun.VISIBILITY.rows[scope]
    return lambda user: among("run_id", CheckRun.objects.filter(rows(user)).values("pk"))


@audited()
class CheckAnswer(AppendOnly):
    """What a check says about one item. `photos` is how many pictures belong to it, sent with it or after."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_RUNS, {scope: _of_visible_runs(scope) for scope in CheckRun.VISIBILITY.rows}
    )

    run = models.ForeignKey(CheckRun, on_delete=models.RESTRICT, related_name="answers")
    item = models.ForeignKey(
        ChecklistItem, verbose_name="检查项", on_delete=models.RESTRICT, related_name="answers"
    )
    verdict = models.CharField("结果", max_length=10, choices=Verdict.choices)
    origin = models.CharField("怎样填的", max_length=10, choices=Origin.choices)
    number = models.DecimalField("数值", max_digits=10, decimal_places=2, null=True, blank=True)
    text = models.CharField("内容", max_length=500, blank=True)
    note = models.CharField("问题", max_length=200, blank=True)
    photos = models.PositiveSmallIntegerField("照片数", default=0)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "检查结果"
        ordering = ["run", "item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "item"], name="one_answer_per_item"),
            models.CheckConstraint(
                condition=Q(origin=Origin.BY_HAND)
                | Q(verdict__in=[Verdict.GOOD, Verdict.NA], number=None, text="", note="", photos=0),
                name="one_tap_says_only_fine",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.NA) | Q(number=None, text="", photos=0), name="na_says_nothing"
            ),
        ]
        triggers = [*ANSWER_TRIGGERS, append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_verdict_display()}"

    def get_absolute_url(self) -> str:
        return self.run.get_absolute_url()

    @property
    def photos_url(self) -> str:
        """Where photos that are still on the phone are sent."""
        return reverse("checks:answer-photos", args=[self.public_id])

    @property
    def tone(self) -> str:
        """The tone of the verdict's badge."""
        return VERDICT_TONES[self.verdict]

    @property
    def shown(self) -> str:
        """The result in words: 合格; 合格　5.5 ℃; 不合格　差; what was noted; 未拍."""
        said = (
            f"{format(self.number.normalize(), 'f')} {self.item.unit}".strip()
            if self.number is not None
            else self.text
        )
        if self.verdict == Verdict.NOTED:
            return said or "见照片"
        if self.verdict == Verdict.NA and self.item.kind == ItemKind.PHOTO:
            return NOT_TAKEN
        word = self.get_verdict_display()
        return f"{word}　{said}" if said else word
