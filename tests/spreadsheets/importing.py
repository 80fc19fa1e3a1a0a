"""An import from file to result, as a job does it, without a worker."""

from __future__ import annotations

from typing import Any

from houqin.people.models import User
from houqin.registry import registry
from houqin.spreadsheets import services, working
from houqin.spreadsheets.examining import Examination, examine
from houqin.spreadsheets.models import ImportRun
from houqin.spreadsheets.opening import open_book
from houqin.writing import write
from tests.factories import acting


def opened(user: User, kind: str, data: bytes, name: str = "名册.xlsx") -> ImportRun:
    """A workbook that was handed in."""
    return write(services.open_import, kind=kind, name=name, book=open_book(name, data), by=acting(user))


def checked(user: User, kind: str, data: bytes, **mapping: str) -> ImportRun:
    """… and checked, under the guessed mapping and what `mapping` says otherwise."""
    run = opened(user, kind, data)
    wanted = {**run.mapping, **mapping}
    run = write(services.ask_check, run=run, tables=run.tables, mapping=wanted, by=acting(user))
    working.check(run, by=acting(user))
    return fresh(run)


def imported(user: User, kind: str, data: bytes, **mapping: str) -> ImportRun:
    """… and written."""
    run = write(services.start_import, run=checked(user, kind, data, **mapping), by=acting(user))
    working.bring_in(run, by=acting(user))
    return fresh(run)


def undone(user: User, run: ImportRun, *, leave_used: bool = False) -> ImportRun:
    """… and taken back."""
    run = write(services.ask_undo, run=run, leave_used=leave_used, by=acting(user))
    working.take_back(run, leave_used=leave_used, by=acting(user))
    return fresh(run)


def fresh(run: ImportRun) -> ImportRun:
    """`run` as it stands now."""
    return ImportRun.objects.get(pk=run.pk)


def problems(run: ImportRun) -> list[tuple[Any, ...]]:
    """What the dry run found: sheet, row, heading, what was written, the sentence."""
    return [tuple(problem) for problem in run.content.told()["problems"]]


def examined(user: User, kind: str, data: bytes) -> Examination:
    """A dry run without a session."""
    run = opened(user, kind, data)
    importer = registry.imports[kind](acting(user))
    return examine(importer, run.content.book, run.tables, run.mapping)
