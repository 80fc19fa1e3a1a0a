"""An import session from the file to the result, what the file held, and how its columns were understood."""

from __future__ import annotations

import json
import zlib
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from houqin.audit.tracking import audited
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.registry import registry
from houqin.routes import record_url
from houqin.spreadsheets.opening import Book, Sheet
from houqin.spreadsheets.states import BUSY, TONES, TRANSITIONS, USE, ImportState
from houqin.states import LegalState


@audited(exclude=["tables", "mapping"])
class ImportRun(Record):
    """One workbook on its way in (导入). Its state moves only through `houqin.states.move`.

    `mapping` is column → heading; `tables` the numbers of the tables that are read; `said` what stopped the
    last job, in a sentence. The counts are those of the last dry run or of the import itself.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(USE, {Scope.OWN: lambda user: Q(created_by=user.pk)})
    TRANSITIONS = TRANSITIONS
    STATE_TONES = TONES

    kind = models.CharField("内容", max_length=40)
    state = models.CharField("状态", max_length=10, choices=ImportState.choices, default=ImportState.NEW)
    file_name = models.CharField("文件", max_length=120)
    tables = models.JSONField("读哪些表", default=list)
    mapping = models.JSONField("列的对应", default=dict)
    rows = models.PositiveIntegerField("行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("修改", default=0)
    same = models.PositiveIntegerField("不变", default=0)
    failed = models.PositiveIntegerField("有错", default=0)
    said = models.TextField("说明", blank=True)
    imported_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "导入"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["imported", "undoing", "undone"]) | Q(imported_at__isnull=False),
                name="an_import_that_is_done_has_its_time",
            )
        ]
        triggers = [LegalState(TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.label}：{self.file_name}"

    def get_absolute_url(self) -> str:
        return record_url("imports:run", self.public_id)

    @property
    def label(self) -> str:
        """What is read in, as the office calls it; a kind that is no longer plugged in keeps its code."""
        importer = registry.imports.get(self.kind)
        return importer.label if importer is not None else self.kind

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY


class ImportedFile(models.Model):
    """What an import works on and found: the cells, never the file itself; problems; what it did.

    Apart from the run, because a job writes its progress here while another transaction holds the run. Not
    audited: it is taken away when it is no longer needed, and every row that it led to is.
    """

    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, primary_key=True, related_name="content")
    sheets = models.JSONField(default=list)
    cells = models.BinaryField()
    dropped = models.PositiveIntegerField(default=0)
    # What `mapping.survey` saw: the tables with their headings, a sample of each, and how many rows.
    survey = models.JSONField(default=dict)
    findings = models.BinaryField(default=bytes)
    effect = models.BinaryField(default=bytes)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "导入的内容"

    def __str__(self) -> str:
        return str(self.run)

    @property
    def book(self) -> Book:
        return Book(tuple(Sheet(*each) for each in self.sheets), bytes(self.cells), self.dropped)

    def told(self) -> dict[str, Any]:
        """What the dry run found, as `services.checking` packed it."""
        found: dict[str, Any] = unpacked(self.findings)
        return found

    def did(self) -> dict[str, Any]:
        """What the import wrote, as `services.importing` packed it."""
        done: dict[str, Any] = unpacked(self.effect)
        return done


class ImportMapping(models.Model):
    """How the columns of a table with these headings were understood, for the next file of the kind."""

    kind = models.CharField(max_length=40)
    headings = models.CharField(max_length=64)
    mapping = models.JSONField()

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "列的对应"
        constraints = [
            models.UniqueConstraint(fields=["kind", "headings"], name="one_mapping_per_kind_and_headings")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.headings[:8]}"


def packed(value: Any) -> bytes:
    """JSON, small: three thousand errors are a tenth of their length."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 1)


def unpacked(value: bytes | memoryview) -> Any:
    return json.loads(zlib.decompress(bytes(value))) if value else {}
