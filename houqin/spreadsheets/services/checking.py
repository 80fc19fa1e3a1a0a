"""The dry run as far as it writes: asked for, how far it is, what it found; `working` runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.spreadsheets.examining import Examination
from houqin.spreadsheets.mapping import check_mapping, fingerprint, fitting
from houqin.spreadsheets.models import ImportedFile, ImportMapping, ImportRun, packed
from houqin.spreadsheets.services.opening import importer_of
from houqin.spreadsheets.states import SILENT_FOR, USE, ImportState
from houqin.states import move

JOBS = {
    ImportState.CHECKING: "houqin.check_import",
    ImportState.IMPORTING: "houqin.bring_import_in",
    ImportState.UNDOING: "houqin.take_import_back",
}
MOST_PROBLEMS = 20_000
RESTARTED = "刚才的工作停住了，已重新开始。"
GONE = "这次导入的内容已经清理，不能再用。请重新上传文件。"


def content_of(run: ImportRun) -> ImportedFile:
    """The cells of `run`; `RuleBroken` when they were taken away."""
    content = ImportedFile.objects.filter(run=run).first()
    if content is None:
        raise RuleBroken(GONE)
    return content


def ask_check(
    *,
    run: ImportRun,
    tables: Sequence[int],
    mapping: Mapping[str, str],
    version: int | None = None,
    by: Actor,
) -> ImportRun:
    """Have the rows of `tables` checked under `mapping` (column → heading or empty), which is remembered.

    Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` with the column that is wanted and has no heading, or
    takes a right that `by` does not have.
    """
    importer = importer_of(run.kind)
    require(by, USE, run)
    require(by, importer.perm)
    run = lock(run)
    run.expect_version(version)
    content = content_of(run)
    wanted = fitting(importer, content.survey, mapping)
    offered = [table["number"] for table in content.survey["tables"]]
    chosen = [number for number in offered if number in set(tables)]
    check_mapping(importer, wanted, chosen, by=by)
    # What was left out on purpose is remembered too; a column that nobody was asked about is not left out.
    asked = {name: wanted.get(name, "") for name in mapping}
    ImportMapping.objects.update_or_create(
        kind=run.kind, headings=fingerprint(content.survey), defaults={"mapping": asked}
    )
    run.mapping, run.tables, run.said = wanted, chosen, ""
    move(run, "check", by=by, also=["mapping", "tables", "said"])
    total = sum(table["rows"] for table in content.survey["tables"] if table["number"] in set(chosen))
    begin(run=run, total=total, by=by)
    return run


def begin(*, run: ImportRun, total: int, leave_used: bool = False, by: Actor) -> None:
    """Start the job of the state that `run` has come to, counting from 0 to `total`."""
    ImportedFile.objects.filter(run=run).update(done=0, total=total, moved_at=timezone.now())
    asked: dict[str, Any] = {"run": run.public_id, "user": by.user.pk if by.user is not None else None}
    if leave_used:
        asked["leave_used"] = True
    app.configure_task(JOBS[ImportState(run.state)]).defer(**asked)


def restart_import(*, run: ImportRun, at: datetime | None = None, by: Actor) -> ImportRun:
    """Have the job done again that died on its way, with the computer perhaps.

    Raises `NotAllowed`; `RuleBroken` while it is moving, and when there is nothing to do.
    """
    require(by, USE, run)
    run = lock(run)
    content = content_of(run)
    if not run.is_busy:
        raise RuleBroken("这次导入没有停住的工作。")
    if content.moved_at is not None and (at or timezone.now()) - content.moved_at < SILENT_FOR:
        raise RuleBroken("还在进行，请再等一等。一分钟没有动静，才用重新开始。")
    run.said = RESTARTED
    run.save(update_fields=["said"])
    begin(run=run, total=content.total, by=by)
    return run


def note_progress(*, run: ImportRun, done: int, by: Actor) -> None:
    """Write down how many rows a job is through with."""
    require(by, USE, run)
    ImportedFile.objects.filter(run=run).update(done=done, moved_at=timezone.now())


def report(*, run: ImportRun, found: Examination, by: Actor) -> ImportRun:
    """Write down what the dry run found. One that is overtaken by another writes nothing."""
    require(by, USE, run)
    run = lock(run)
    if run.state != ImportState.CHECKING:
        return run
    run.said = ""
    note_counts(run, found)
    move(run, "report", by=by, also=["said", *COUNTS])
    return run


COUNTS = ["rows", "new", "changed", "same", "failed"]


def note_counts(run: ImportRun, found: Examination) -> None:
    """What `found` says of the locked `run`, for its page and its workbook of failed rows."""
    run.rows, run.failed = found.rows, found.failed
    run.new, run.changed, run.same = len(found.new), len(found.changed), found.same
    told = {
        "problems": [
            [each.sheet, each.row, each.label, each.text, each.sentence]
            for each in found.problems[:MOST_PROBLEMS]
        ],
        "tables": [each.table for each in found.problems[:MOST_PROBLEMS]],
        "count": len(found.problems),
        "first": found.first,
        "left_out": dict(found.left_out),
        "beside": found.beside,
    }
    ImportedFile.objects.filter(run=run).update(
        findings=packed(told), done=found.rows, moved_at=timezone.now()
    )


def halt(*, run: ImportRun, said: str, by: Actor) -> ImportRun:
    """The dry run could not be finished; `said` tells why."""
    require(by, USE, run)
    run = lock(run)
    if run.state == ImportState.CHECKING:
        run.said = said
        move(run, "halt", by=by, also=["said"])
    return run
