"""Everything is written, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.people.access import require
from houqin.spreadsheets.examining import Examination
from houqin.spreadsheets.imports import Import
from houqin.spreadsheets.models import ImportedFile, ImportRun, packed
from houqin.spreadsheets.rules import can_start
from houqin.spreadsheets.services.checking import COUNTS, begin, content_of, note_counts
from houqin.spreadsheets.services.opening import importer_of
from houqin.spreadsheets.states import USE, ImportState
from houqin.states import move

EDITED = "检查以后，有人改过其中 {count} 条。什么都没有导入，请再检查一次。"


def start_import(*, run: ImportRun, version: int | None = None, by: Actor) -> ImportRun:
    """Have the checked rows written.

    Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` for rows with errors, or nothing to write.
    """
    importer = importer_of(run.kind)
    require(by, USE, run)
    require(by, importer.perm)
    run = lock(run)
    run.expect_version(version)
    content_of(run)
    can_start(run.state, failed=run.failed, to_write=run.new + run.changed).require()
    run.said = ""
    move(run, "start", by=by, also=["said"])
    begin(run=run, total=run.rows, by=by)
    return run


def finish_import(
    *, run: ImportRun, importer: Import, found: Examination, at: datetime | None = None, by: Actor
) -> ImportRun:
    """Write what `found` says, which was examined a moment ago: new rows, changed rows, and what they did.

    Raises `NotAllowed`; `RuleBroken` when something that is to be changed was changed by somebody else
    meanwhile, or the database refuses a row; nothing is written then. Does nothing for a run that another
    job has finished.
    """
    require(by, USE, run)
    require(by, importer.perm)
    run = lock(run)
    if run.state != ImportState.IMPORTING:
        return run
    if found.problems:
        raise RuleBroken(f"数据有变化，现在有 {found.failed} 行不对。什么都没有导入，请看下面的错误。")
    new, changed = [draft.record for draft in found.new], [draft.record for draft in found.changed]
    _lock_unchanged(importer, changed)
    importer.save(new, changed)
    effect = {
        "new": [[record.pk, record.version] for record in new],
        "changed": [[draft.record.pk, draft.record.version, stored(draft.before)] for draft in found.changed],
        "beside": {lookup.what: lookup.made_keys() for lookup in importer.lookups() if lookup.made_keys()},
        "added": {each.what: [made.pk for made in each.made] for each in importer.additions() if each.made},
    }
    note_counts(run, found)
    ImportedFile.objects.filter(run=run).update(effect=packed(effect))
    run.imported_at, run.said = at or timezone.now(), ""
    move(run, "finish", by=by, also=["imported_at", "said", *COUNTS])
    return run


def refuse(*, run: ImportRun, said: str, found: Examination | None = None, by: Actor) -> ImportRun:
    """The import wrote nothing; `said` tells why, and `found` what is wrong now."""
    require(by, USE, run)
    run = lock(run)
    if run.state == ImportState.IMPORTING:
        run.said = said
        if found is not None:
            note_counts(run, found)
        move(run, "refuse", by=by, also=["said", *COUNTS])
    return run


def _lock_unchanged(importer: Import, changed: Sequence[Any]) -> None:
    """Lock the rows that are to be changed; refuse when one has another version than when it was read."""
    if not changed:
        return
    read = {record.pk: record.version for record in changed}
    rows = importer.model._base_manager.filter(pk__in=list(read)).only("pk", "version")
    locked = {record.pk: record.version for record in lock_all(rows)}
    edited = sum(locked.get(pk) != version for pk, version in read.items())
    if edited:
        raise RuleBroken(EDITED.format(count=edited))


def stored(before: dict[str, Any] | None) -> dict[str, Any]:
    """Former values as JSON keeps them: days and decimals as texts, everything else as it is."""
    return {name: _plain(value) for name, value in (before or {}).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
