"""The journal of backups: what was made when, and whether it was proved by restoring it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from houqin.audit.tracking import audited
from houqin.backups.states import READ, TONES, TRANSITIONS, BackupState
from houqin.ledger import Kept, kept_trigger
from houqin.people.scopes import Visibility
from houqin.states import LegalState


@audited()
class Backup(Kept):
    """One backup (备份), or the attempt at one. Its state moves only through `houqin.states.move`.

    `said` is why it failed, or what was noticed. The row of a backup stands in the backup itself, as running:
    what is restored finishes it and notes `restored_at`.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ)
    TRANSITIONS = TRANSITIONS
    STATE_TONES = TONES

    state = models.CharField("状态", max_length=10, choices=BackupState.choices, default=BackupState.RUNNING)
    name = models.CharField("文件夹", max_length=40, unique=True)
    begun_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("完成时间", null=True, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    rows = models.PositiveBigIntegerField("记录数", default=0)
    files = models.PositiveIntegerField("文件数", default=0)
    said = models.TextField("说明", blank=True)
    restored_at = models.DateTimeField("恢复时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "备份"
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BackupState.values), name="backup_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "found"]) | Q(ended_at__isnull=False),
                name="a_backup_that_is_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="backup_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(said=""), name="a_failed_backup_says_why"
            ),
        ]
        triggers = [LegalState(TRANSITIONS), kept_trigger()]

    def __str__(self) -> str:
        return self.name
