"""What is typed into the pages of an import: the file, which column is which, whether used rows stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from houqin.attachments.forms import OneFileInput
from houqin.errors import RuleBroken
from houqin.foreign import MIB
from houqin.spreadsheets.imports import SHEET, Import
from houqin.spreadsheets.mapping import Survey, guessed, labels_in
from houqin.spreadsheets.opening import LARGEST_FILE, Book, open_book

ACCEPT = ".xlsx,.xlsm,.xls,.et,.csv,.txt"
FROM_SHEET = "〔工作表的名称〕"


class OpenForm(forms.Form):
    """A workbook, and what is in it. What cannot be read is refused here, with a sentence that helps."""

    kind = forms.ChoiceField(label="导入什么")
    file = forms.FileField(
        label="表格文件",
        help_text=f"Excel 或 WPS 表格（.xlsx、.xls、.et）或 .csv，{LARGEST_FILE // MIB} MB 以内，"
        "照现在的样子就行：有标题行、合并单元格、几张工作表、左右并排，都读得懂。",
        error_messages={"empty": "这个文件是空的，请换一个。"},
        widget=OneFileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, kinds: Sequence[type[Import]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.kind, each.label) for each in kinds]
        self.fields["kind"].choices = choices if len(choices) == 1 else [("", "请选择"), *choices]  # type: ignore[attr-defined]
        self.book: Book | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if not self.errors and upload is not None:
            try:
                data = upload.read(LARGEST_FILE + 1)
                self.book = open_book(upload.name or "", data)
            except RuleBroken as refusal:
                self.add_error("file", refusal.message)
        return cleaned


class MatchForm(forms.Form):
    """Which tables are read, and which of their columns is which of ours."""

    def __init__(self, *args: Any, importer: type[Import], survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = [
            (str(table["number"]), f"{table['name']}，{table['rows']:,} 行") for table in survey["tables"]
        ]
        self.fields["tables"] = forms.MultipleChoiceField(
            label="读哪些表",
            choices=tables,
            widget=forms.CheckboxSelectMultiple if len(tables) > 1 else forms.MultipleHiddenInput,
            error_messages={"required": "请至少选一张表。"},
        )
        headings = [(label, shown(label, survey["samples"])) for label in labels_in(survey)]
        known = guessed(importer, survey)
        for column in importer.columns:
            if column.is_beside and column.name not in known:
                continue
            nothing = "请选择" if importer.is_required(column) else "（表里没有，不导入）"
            if column.is_beside:
                nothing = "（不导入）"
            choices = [("", nothing), *headings]
            if column.from_sheet:
                choices.append((SHEET, FROM_SHEET))
            self.fields[column.name] = forms.ChoiceField(
                label=column.label, choices=choices, required=importer.is_required(column)
            )

    def mapping(self) -> Mapping[str, str]:
        """Column → heading, empty for a column that is not to be read; of the form that is clean."""
        return {name: value for name, value in self.cleaned_data.items() if name != "tables"}


class UndoForm(forms.Form):
    """Whether rows that were used since stay, so that the others can be taken back."""

    leave_used = forms.BooleanField(label="用过的留下，其余撤销", required=False)


def shown(label: str, samples: Mapping[str, Sequence[str]]) -> str:
    """«电话（如 138…）»: a heading with what stands under it, so that one sees which it is."""
    seen = samples.get(label, ())
    return f"{label}（如 {seen[0][:12]}）" if seen else label
