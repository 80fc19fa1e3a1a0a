"""A bureau's own Word or Excel form for one of our papers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from houqin.attachments.models import Attachment, AttachmentLink
from houqin.audit.tracking import audited
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.registry import registry


@audited()
class OfficeForm(Record):
    """One form as it was handed in. A new edition is a new form; the old one is retired and kept."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.office_form:read")

    paper = models.CharField("用于", max_length=60, editable=False)
    name = models.CharField("表名", max_length=60)
    issuer = models.CharField("印发单位", max_length=60, blank=True)
    kind = models.CharField(
        "格式", max_length=4, choices=[("docx", "Word"), ("xlsx", "Excel")], editable=False
    )
    placeholders = models.JSONField("占位符", default=list, editable=False)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "上级表样"
        ordering = ["paper", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "name"],
                condition=Q(retired_on=None),
                name="one_form_in_use_per_paper_and_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="office_form_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("office_forms:form", args=[self.public_id])

    @property
    def paper_label(self) -> str:
        """What the paper is called; its code when the app that prints it is no longer there."""
        paper = registry.fillable_papers.get(self.paper)
        return paper.label if paper is not None else self.paper

    @property
    def file(self) -> Attachment | None:
        """The form as it was handed in, None when it was withdrawn since; one query."""
        link = AttachmentLink.objects.select_related("attachment").filter(
            parent_model=self._meta.label_lower, parent_id=self.pk, withdrawn_at=None
        )
        return next((each.attachment for each in link), None)
