"""Texts that were handed in to be read as plans."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from calendar_plans.models.plans import Plan, PlanMonth
from houqin.audit.tracking import audited
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.routes import record_url


@audited()
class Reading(Record):
    """A text that was handed in to be read as a plan; a proposal until somebody corrects and saves it."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "calendar_plans.plan:write", {Scope.OWN: lambda user: Q(created_by=user.pk)}
    )
    LOCK_RANK: ClassVar[str] = "plan"

    file_name = models.CharField("文件名", max_length=200, blank=True)
    text = models.TextField("原文")

    class Meta:
        verbose_name = verbose_name_plural = "待整理的计划"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name or self.text[:30]

    def get_absolute_url(self) -> str:
        return record_url("plans:reading-review", self.public_id)


@audited()
class ReadingUse(Record):
    """That a plan was made from one of the plans in a reading, so that its source text stays at hand."""

    VISIBILITY: ClassVar[Visibility] = PlanMonth.VISIBILITY

    reading = models.ForeignKey(Reading, on_delete=models.RESTRICT, related_name="uses")
    plan = models.OneToOneField(Plan, on_delete=models.RESTRICT, related_name="source")
    index = models.PositiveSmallIntegerField("第几份")

    class Meta:
        verbose_name = verbose_name_plural = "计划来源"

    def __str__(self) -> str:
        return f"{self.reading} → {self.plan}"
