"""The jobs of an import: read and check outside any transaction, then write in one."""

from __future__ import annotations

import time
from collections.abc import Callable

from houqin.actors import Actor
from houqin.errors import HouqinError
from houqin.spreadsheets import services
from houqin.spreadsheets.examining import Examination, Progress, examine
from houqin.spreadsheets.imports import Import
from houqin.spreadsheets.models import ImportRun
from houqin.spreadsheets.services.checking import content_of
from houqin.spreadsheets.services.opening import importer_of
from houqin.spreadsheets.states import ImportState
from houqin.writing import write

# More often nobody looks, and each time is a commit.
SECONDS_BETWEEN = 0.5
BROKEN = "程序在这一步出了差错，什么都没有写入。请再试一次；还不行，请把表格交给系统管理员。"


def check(run: ImportRun, *, by: Actor) -> None:
    """The dry run: everything is read, nothing is written but what was found."""
    if run.state != ImportState.CHECKING:
        return
    with _told_to(lambda said: write(services.halt, run=run, said=said, by=by)):
        _, found = _examined(run, by)
        write(services.report, run=run, found=found, by=by)


def bring_in(run: ImportRun, *, by: Actor) -> None:
    """Check once more and write everything, or nothing."""
    if run.state != ImportState.IMPORTING:
        return
    found: Examination | None = None
    with _told_to(lambda said: write(services.refuse, run=run, said=said, found=found, by=by)):
        importer, found = _examined(run, by)
        write(services.finish_import, run=run, importer=importer, found=found, by=by)


def take_back(run: ImportRun, *, leave_used: bool, by: Actor) -> None:
    """Take back what the import wrote."""
    if run.state != ImportState.UNDOING:
        return
    with _told_to(lambda said: write(services.keep, run=run, said=said, by=by)):
        write(services.reverse_import, run=run, leave_used=leave_used, by=by)


def _examined(run: ImportRun, by: Actor) -> tuple[Import, Examination]:
    content = content_of(run)
    importer = importer_of(run.kind)(by)
    found = examine(
        importer,
        content.book,
        run.tables,
        run.mapping,
        is_lenient=content.survey["is_lenient"],
        progress=_progress(run, by),
    )
    return importer, found


def _progress(run: ImportRun, by: Actor) -> Progress:
    told = time.monotonic()

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN:
            told = time.monotonic()
            write(services.note_progress, run=run, done=done, by=by)

    return tell


class _told_to:  # noqa: N801 - read as words: with _told_to(…)
    """Lets the page say why a job stopped: in the refusal's own sentence, or that we are at fault."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self.tell = tell

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            return False
        self.tell(error.message if isinstance(error, HouqinError) else BROKEN)
        # A refusal is an answer; a failure goes on to the worker's log.
        return isinstance(error, HouqinError)
