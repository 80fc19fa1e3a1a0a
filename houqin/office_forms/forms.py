"""Handing in a bureau's form."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.attachments import storage
from houqin.attachments.forms import FilesField, FilesInput
from houqin.attachments.kinds import FileKind
from houqin.attachments.models import Attachment
from houqin.errors import RuleBroken
from houqin.office_forms.rules import fits
from houqin.office_forms.services import inspect_form
from houqin.registry import registry


def _papers() -> list[tuple[str, str]]:
    return [(paper.code, paper.label) for paper in registry.fillable_papers.values()]


class OfficeFormForm(forms.Form):
    """One file, and what it is for. What stands on it is read here, before anything is saved."""

    paper = forms.ChoiceField(label="用于", choices=_papers)
    name = forms.CharField(
        label="表名", max_length=60, help_text="照原表的名称写，如“××区学校月工作计划表”。"
    )
    issuer = forms.CharField(label="印发单位", max_length=60, required=False, help_text="如“区教育局”。")
    attachments = FilesField(
        label="表样文件",
        required=True,
        help_text="一个 Word（docx）或 Excel（xlsx）文件，要填的地方写好占位符。",
        widget=FilesInput(accept=".docx,.xlsx", takes_photos=False),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        paper, files = registry.fillable_papers.get(data.get("paper", "")), data.get("attachments")
        if paper is None or not files:
            return data
        if len(files) != 1 or files[0].kind not in (FileKind.DOCX, FileKind.XLSX):
            self.add_error("attachments", "请只选一个文件：Word（docx）或 Excel（xlsx）。")
            return data
        (file,) = files
        try:
            found = inspect_form(str(file.kind), _bytes_of(file))
        except RuleBroken as refusal:
            self.add_error("attachments", refusal.message)
            return data
        decision = fits(paper, found)
        if not decision:
            self.add_error("attachments", decision.reason)
        return data | {"kind": str(file.kind), "placeholders": found}


def _bytes_of(file: Any) -> bytes:
    return storage.read(file.public_id) if isinstance(file, Attachment) else file.data
