"""Imports at every stage, laid as rows: nobody handed anything in."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils import timezone

from houqin.people.importing import ClassImport
from houqin.people.models import User
from houqin.spreadsheets.mapping import guessed, survey
from houqin.spreadsheets.models import ImportedFile, ImportRun, packed
from houqin.spreadsheets.opening import Book, open_book
from tests.spreadsheets import workbooks

FINDINGS = {
    "problems": [["班级", 2, "班级", "火箭班", "看不出是几年级几班。"]], "count": 1,
    "first": [{"班级": "火箭班"}], "left_out": {}, "beside": [],
}  # fmt: skip
EFFECT: dict[str, Any] = {"new": [], "changed": [], "beside": {}}


@cache
def book() -> Book:
    """A list of one class, read once for everybody: each reading costs a process."""
    return open_book("班级.csv", "班级,年级,班号\n九（88）班,9,88\n".encode())


def workbook() -> bytes:
    """The same as a file to hand in."""
    return workbooks.sheets(班级=[("班级", "年级", "班号"), ("九（88）班", 9, 88)])


def run(user: User, *, findings: Any = None, effect: Any = None, **fields: Any) -> ImportRun:
    """A list of classes that `user` handed in, as far as `fields` say."""
    cells = book()
    found = survey(ClassImport, cells)
    fields = {"kind": "classes", "file_name": "班级.xlsx", "tables": [1], "created_by": user} | fields
    fields.setdefault("mapping", guessed(ClassImport, found))
    made: ImportRun = ImportRun.objects.create(**fields)
    ImportedFile.objects.create(
        run=made,
        sheets=[[sheet.name, sheet.rows] for sheet in cells.sheets],
        cells=cells.cells,
        survey=found,
        findings=packed(findings) if findings else b"",
        effect=packed(effect) if effect else b"",
    )
    return made


def ready(user: User) -> ImportRun:
    """Checked, with nothing wrong."""
    return run(user, state="checked", rows=1, new=1)


def wrong(user: User) -> ImportRun:
    """Checked, with one wrong row."""
    return run(user, state="checked", rows=1, failed=1, findings=FINDINGS)


def done(user: User) -> ImportRun:
    """Imported."""
    return run(user, state="imported", rows=1, new=1, imported_at=timezone.now(), effect=EFFECT)


def stuck(user: User) -> ImportRun:
    """Being checked by a worker that died."""
    return run(user, state="checking")
