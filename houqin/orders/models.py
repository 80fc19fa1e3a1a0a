"""An ordered document: what was asked for, by whom, how far it is; the file itself lies in `storage`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from houqin.audit.tracking import audited
from houqin.orders.states import BUSY, SILENT_FOR, TONES, TRANSITIONS, USE, OrderState
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.routes import record_url
from houqin.states import LegalState


@audited(exclude=["asked", "fingerprint", "done", "total", "moved_at"])
class PrintOrder(Record):
    """A long document that somebody ordered (打印任务). Its state moves only through `houqin.states.move`.

    `kind` and `asked` are what an `OrderedPaper` is made from; `fingerprint` tells orders of the same content
    apart from others; `pages` is estimated until the document is ready; `done` of `total` parts are laid out;
    `said` is why there is none. The audit leaves out the progress.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(USE, {Scope.OWN: lambda user: Q(created_by=user.pk)})
    TRANSITIONS = TRANSITIONS
    STATE_TONES = TONES

    kind = models.CharField("内容", max_length=40)
    asked = models.JSONField("范围", default=dict)
    title = models.CharField("文件", max_length=120)
    state = models.CharField("状态", max_length=10, choices=OrderState.choices, default=OrderState.WAITING)
    fingerprint = models.CharField("内容的指纹", max_length=64)
    pages = models.PositiveIntegerField("页数", default=0)
    size = models.PositiveBigIntegerField("字节数", default=0)
    done = models.PositiveIntegerField("已排好", default=0)
    total = models.PositiveIntegerField("共几部分", default=0)
    moved_at = models.DateTimeField("最近动静", null=True, blank=True)
    ready_at = models.DateTimeField("做好时间", null=True, blank=True)
    expires_at = models.DateTimeField("保留到", null=True, blank=True)
    said = models.TextField("说明", blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "打印任务"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_in_a_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "expired"])
                | Q(ready_at__isnull=False, expires_at__isnull=False),
                name="a_document_that_is_ready_has_its_times",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(said=""), name="a_failed_order_says_why"
            ),
            models.UniqueConstraint(
                fields=["created_by", "fingerprint"],
                condition=Q(state__in=["waiting", "making", "ready"]),
                name="one_live_order_per_person_and_content",
            ),
        ]
        triggers = [LegalState(TRANSITIONS)]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("orders:order", self.public_id)

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    def is_silent(self, at: datetime) -> bool:
        """Whether nothing was heard of it for long by the moment `at`."""
        return self.is_busy and at - (self.moved_at or self.created_at) >= SILENT_FOR
