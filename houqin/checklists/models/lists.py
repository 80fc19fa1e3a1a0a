"""A checklist, its editions, and their items."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.checklists.models.guards import EDITION_TRIGGERS, ITEM_TRIGGERS
from houqin.checklists.states import (
    EDITION_TRANSITIONS,
    READ_LISTS,
    TONES,
    UNJUDGED,
    EditionState,
    ItemKind,
)
from houqin.ledger import Kept, kept_trigger
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.states import LegalState, Transitions


@audited()
class Checklist(Kept):
    """检查表: what it is for; what is checked stands in its editions.

    `only_for` narrows what it is used on (the kinds of rooms); none means everything. With
    `is_round_the_clock` its time limits run day and night, else in working time.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_LISTS)

    name = models.CharField("检查表", max_length=60, unique=True)
    subject_kind = models.CharField("检查对象", max_length=60, default="place")
    only_for = ArrayField(models.CharField(max_length=20), verbose_name="只用于", default=list, blank=True)
    is_round_the_clock = models.BooleanField("整改时限不分昼夜", default=False)
    rectify_hours = models.PositiveSmallIntegerField("整改时限（小时）", default=24)
    note = models.CharField("依据和说明", max_length=300, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "检查表"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="checklist_has_a_name"),
            models.CheckConstraint(
                condition=Q(rectify_hours__gte=1, rectify_hours__lte=2_000), name="rectify_within_some_hours"
            ),
        ]
        triggers = [kept_trigger()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("checks:checklist", args=[self.public_id])


@audited()
class ChecklistEdition(Kept):
    """One version of a checklist. Its items are written while it is a draft, and never afterwards.

    `excellent_from`, `good_from`, `passing_from` are the scores (0–100) from which a check has that grade;
    《餐饮服务食品安全监督量化分级》 draws 90, 75 and 60.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_LISTS)
    TRANSITIONS: ClassVar[Transitions] = EDITION_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}

    checklist = models.ForeignKey(
        Checklist, verbose_name="检查表", on_delete=models.RESTRICT, related_name="editions"
    )
    number = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=EditionState.choices, default=EditionState.DRAFT)
    excellent_from = models.PositiveSmallIntegerField("优秀，不低于（分）", default=90)
    good_from = models.PositiveSmallIntegerField("良好，不低于（分）", default=75)
    passing_from = models.PositiveSmallIntegerField("合格，不低于（分）", default=60)
    reason = models.CharField("修改原因", max_length=200, blank=True)
    used_from = models.DateTimeField("启用时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "检查表版本"
        ordering = ["checklist", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="one_edition_of_a_checklist"),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state=EditionState.DRAFT), name="one_draft_per_checklist"
            ),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state=EditionState.IN_USE), name="one_edition_in_use"
            ),
            models.CheckConstraint(
                condition=Q(excellent_from__lte=100)
                & Q(excellent_from__gte=F("good_from"))
                & Q(good_from__gte=F("passing_from")),
                name="better_grades_need_more",
            ),
            models.CheckConstraint(
                condition=Q(state=EditionState.DRAFT, used_from=None)
                | (~Q(state=EditionState.DRAFT) & Q(used_from__isnull=False)),
                name="used_from_a_moment",
            ),
        ]
        triggers = [LegalState(EDITION_TRANSITIONS), *EDITION_TRIGGERS, kept_trigger()]

    def __str__(self) -> str:
        return f"{self.checklist} 第 {self.number} 版"

    def get_absolute_url(self) -> str:
        return reverse("checks:edition", args=[self.public_id])


@audited()
class ChecklistItem(Record):
    """One thing to look at, in its section; `position` counts through the edition.

    A number is good from `least` to `most`, both included, where they are given; a choice when it is one of
    `passing`. Texts and photos are kept and not judged.
    """

    HISTORY: ClassVar[Wording] = Wording(insert="添加", noun="检查项", many="{verb} {count} 项")

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_LISTS)

    edition = models.ForeignKey(
        ChecklistEdition, verbose_name="检查表版本", on_delete=models.RESTRICT, related_name="items"
    )
    position = models.PositiveSmallIntegerField("顺序")
    section = models.CharField("分组", max_length=40, blank=True)
    text = models.CharField("检查内容", max_length=200)
    kind = models.CharField("填写方式", max_length=10, choices=ItemKind.choices, default=ItemKind.YES_NO)
    points = models.DecimalField("分值", max_digits=5, decimal_places=1, default=0)
    is_key = models.BooleanField("★ 关键项", default=False)
    may_be_na = models.BooleanField("可以不适用", default=False)
    guidance = models.CharField("检查方法和标准", max_length=300, blank=True)
    unit = models.CharField("单位", max_length=10, blank=True)
    least = models.DecimalField("不低于", max_digits=10, decimal_places=2, null=True, blank=True)
    most = models.DecimalField("不高于", max_digits=10, decimal_places=2, null=True, blank=True)
    choices = ArrayField(models.CharField(max_length=30), verbose_name="选项", default=list, blank=True)
    passing = ArrayField(models.CharField(max_length=30), verbose_name="合格的选项", default=list, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "检查项"
        ordering = ["edition", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "text"], name="one_item_of_a_text_per_edition"),
            models.CheckConstraint(condition=~Q(text=""), name="item_says_what"),
            models.CheckConstraint(
                condition=Q(points__gte=0) & Q(points__lte=1_000), name="points_are_not_taken"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=UNJUDGED) | Q(points=0, is_key=False),
                name="unjudged_items_score_nothing",
            ),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.NUMBER) | Q(least=None, most=None, unit=""),
                name="limits_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")), name="least_is_at_most_most"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=ItemKind.CHOICE) & Q(choices__len__gte=2) & Q(choices__contains=F("passing"))
                )
                | (~Q(kind=ItemKind.CHOICE) & Q(choices__len=0) & Q(passing__len=0)),
                name="choices_of_a_choice",
            ),
        ]
        triggers = ITEM_TRIGGERS

    def __str__(self) -> str:
        return f"★ {self.text}" if self.is_key else self.text

    def get_absolute_url(self) -> str:
        return self.edition.get_absolute_url()

    def particulars(self) -> list[str]:
        return [str(self.edition)]

    @property
    def advice(self) -> str:
        """How to look and what is good, each said once: the limits are often in the guidance already."""
        limits = "" if squeezed(self.limits) in squeezed(self.guidance) else self.limits
        return "；".join(each for each in (limits, self.guidance) if each)

    @property
    def limits(self) -> str:
        """The limits of a number in words: 0～8 ℃, 不低于 125 g; empty without."""
        low, high = (
            format(each.normalize(), "f") if each is not None else "" for each in (self.least, self.most)
        )
        if low and high:
            return f"{low}～{high} {self.unit}".strip()
        if low or high:
            return f"{'不低于' if low else '不高于'} {low or high} {self.unit}".strip()
        return ""


def squeezed(text: str) -> str:
    """`text` without blanks, in which the same is found however it is spaced."""
    return "".join(text.split())
