"""The history of the settings, which is all there is of them: nothing is overwritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.ledger import AppendOnly, append_only_trigger
from houqin.people.scopes import Visibility
from houqin.registry import registry


@audited()
class SettingChange(AppendOnly):
    """That a setting has a value from a day on, who said so and why.

    In force on a day is the change with the latest `valid_from` not after it; of two for the same day the
    one that was entered later, so that a slip is corrected by one more row. Rows are never edited or deleted.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.setting:read")

    code = models.CharField("设置", max_length=60, db_index=True)
    value = models.CharField("值", max_length=200)
    valid_from = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "设置变更"
        ordering = ["-pk"]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        declared = registry.settings.get(self.code)
        return declared.label if declared is not None else self.code

    def get_absolute_url(self) -> str:
        return reverse("settings:setting", args=[self.code])
