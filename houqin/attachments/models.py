"""Stored files, and their links to the records that they belong to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from houqin.attachments.kinds import PICTURES, SERVED, FileKind
from houqin.attachments.visibility import USE, ThroughLinks, ThroughParents
from houqin.audit.tracking import audited
from houqin.foreign import MIB
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.registry import registry


@audited()
class Attachment(Record):
    """One stored file. Its bytes lie under its public id (`storage.py`) and never change."""

    VISIBILITY: ClassVar[Visibility] = ThroughLinks(USE)
    # Files are linked at the end of a service, when everything else is locked already.
    LOCK_RANK: ClassVar[str] = "attachment"

    name = models.CharField("文件名", max_length=100)
    kind = models.CharField("类型", max_length=10, choices=FileKind.choices)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("校验和", max_length=64, editable=False)
    width = models.PositiveIntegerField("宽", null=True, blank=True, editable=False)
    height = models.PositiveIntegerField("高", null=True, blank=True, editable=False)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "附件文件"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["created_by", "sha256"], name="attachment_by_content"),
            models.Index(fields=["created_at"], name="attachment_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="attachment_of_a_known_kind"),
            models.CheckConstraint(
                # `NULL > 0` is no answer, and a check without an answer passes.
                condition=Q(kind__in=sorted(PICTURES), width__isnull=False, height__isnull=False)
                | (~Q(kind__in=sorted(PICTURES)) & Q(width=None, height=None)),
                name="only_pictures_have_a_width",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("attachments:file", args=[self.public_id])

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES

    @property
    def media_type(self) -> str:
        return SERVED[self.kind].media_type

    @property
    def thumbnail_url(self) -> str:
        """The small picture; empty for what is no picture."""
        return reverse("attachments:thumbnail", args=[self.public_id]) if self.is_picture else ""

    @property
    def size_label(self) -> str:
        return f"{self.size / MIB:.1f} MB" if self.size >= MIB else f"{max(1, self.size // 1024)} KB"


@audited()
class AttachmentLink(Record):
    """That a file belongs to a record; withdrawn with a reason, never deleted."""

    VISIBILITY: ClassVar[Visibility] = ThroughParents(USE)
    LOCK_RANK: ClassVar[str] = "attachment"

    attachment = models.ForeignKey(
        Attachment, verbose_name="附件", on_delete=models.RESTRICT, related_name="links"
    )
    parent_model = models.CharField("所属类别", max_length=80, editable=False)
    parent_id = models.BigIntegerField("所属记录", editable=False)
    caption = models.CharField("说明", max_length=100, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤下人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["parent_model", "parent_id"], name="attachment_by_parent")]
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "parent_model", "parent_id"],
                condition=Q(withdrawn_at=None),
                name="one_open_link_per_file_and_record",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawn_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.attachment)

    def get_absolute_url(self) -> str:
        """The page of the record that the file belongs to."""
        url: str = self.parent.get_absolute_url()
        return url

    @property
    def parent(self) -> Any:
        """The record; one query."""
        model = registry.attachment_parents[self.parent_model].model
        return model._base_manager.get(pk=self.parent_id)
