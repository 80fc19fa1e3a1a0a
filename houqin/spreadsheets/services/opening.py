"""An import begins with a file and may end before anything came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require, require_job
from houqin.registry import registry
from houqin.spreadsheets.imports import Import
from houqin.spreadsheets.mapping import fingerprint, guessed, recalled, survey
from houqin.spreadsheets.models import ImportedFile, ImportMapping, ImportRun
from houqin.spreadsheets.opening import Book
from houqin.spreadsheets.states import USE
from houqin.states import move

# So long the cells of a workbook are kept, and an import can be taken back.
KEPT_FOR = timedelta(days=30)
LONGEST_NAME = 120


def importer_of(kind: str) -> type[Import]:
    """The declared import; `RuleBroken` for a kind that no app plugs in any more."""
    if kind not in registry.imports:
        raise RuleBroken("请选择要导入什么。", field="kind")
    return registry.imports[kind]


def open_import(*, kind: str, name: str, book: Book, by: Actor) -> ImportRun:
    """Keep what is in a workbook, and how its columns are to be understood as far as that can be told.

    Only the cells are kept, not the file, and no number of an ID card. Raises `NotAllowed`, and `RuleBroken`
    with the field when the workbook has no table that could be of this kind.
    """
    importer = importer_of(kind)
    require(by, USE)
    require(by, importer.perm)
    found = survey(importer, book)
    remembered = ImportMapping.objects.filter(kind=kind, headings=fingerprint(found)).first()
    mapping = recalled(importer, found, remembered.mapping) if remembered else guessed(importer, found)
    run = ImportRun(
        kind=kind,
        file_name=name[-LONGEST_NAME:],
        mapping=mapping,
        tables=[table["number"] for table in found["tables"]],
        rows=sum(table["rows"] for table in found["tables"]),
    )
    run.set_maker(by)
    run.save()
    ImportedFile.objects.create(
        run=run,
        sheets=[[sheet.name, sheet.rows] for sheet in book.sheets],
        cells=book.cells,
        dropped=book.dropped,
        survey=found,
    )
    return run


def drop_import(*, run: ImportRun, by: Actor) -> ImportRun:
    """Give an import up before anything was written; its cells go at once.

    Raises `NotAllowed`; `RuleBroken` when it is at work, or done.
    """
    require(by, USE, run)
    run = lock(run)
    move(run, "drop", by=by)
    ImportedFile.objects.filter(run=run).delete()
    return run


def forget_old_imports(*, at: datetime, by: Actor) -> int:
    """Take away the cells of imports that were opened over 30 days ago; answers how many.

    What was imported stays, and so does the entry in the list of imports; only taking it back ends here.
    """
    require_job(by)
    old = ImportedFile.objects.filter(run__created_at__lt=at - KEPT_FOR)
    return old.delete()[0]
