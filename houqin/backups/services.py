"""The journal of backups is written by the jobs alone: begun, finished or failed, thinned, restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from houqin.actors import Actor
from houqin.backups.models import Backup
from houqin.backups.states import BackupState
from houqin.locking import lock
from houqin.people.access import require_job
from houqin.states import move

BROKEN_OFF = "备份时程序中断了（关机、断电或被结束），没有留下半份。"
DONE = ("ended_at", "size", "rows", "files", "said")


def begin_backup(*, name: str, at: datetime, by: Actor) -> Backup:
    """Note that a backup begins; those that still seem to run were broken off and are noted as failed.

    Only one program makes backups at a time: the command holds the data folder's lock. Raises `NotAllowed`
    for a person.
    """
    require_job(by)
    for left in _locked(Backup.objects.filter(state=BackupState.RUNNING)):
        left.ended_at, left.said = max(at, left.begun_at), BROKEN_OFF
        move(left, "fail", by=by, also=["ended_at", "said"])
    backup = Backup(name=name, begun_at=at)
    backup.set_maker(by)
    backup.save()
    return backup


def finish_backup(
    *, backup: Backup, size: int, rows: int, files: int, lost: Sequence[str], at: datetime, by: Actor
) -> Backup:
    """Note that it lies in its place and was restored for proof; `lost` are files that were gone before."""
    require_job(by)
    backup = lock(backup)
    backup.ended_at = max(at, backup.begun_at)
    backup.size, backup.rows, backup.files = size, rows, files
    backup.said = f"有 {len(lost)} 个附件的文件在备份之前就已经丢失。" if lost else ""
    move(backup, "finish", by=by, also=DONE)
    return backup


def fail_backup(*, backup: Backup, said: str, at: datetime, by: Actor) -> Backup:
    """Note why none was made."""
    require_job(by)
    backup = lock(backup)
    backup.ended_at, backup.said = max(at, backup.begun_at), said
    move(backup, "fail", by=by, also=["ended_at", "said"])
    return backup


def note_restored(
    *, name: str, size: int, rows: int, files: int, begun_at: datetime, at: datetime, by: Actor
) -> Backup:
    """Note in a restored school from which backup it came: its own row stands there as running."""
    require_job(by)
    backup = Backup.objects.select_for_update().filter(name=name).first()
    if backup is None:
        backup = Backup(name=name, begun_at=begun_at)
        backup.set_maker(by)
        backup.save()
    backup.size, backup.rows, backup.files = size, rows, files
    backup.ended_at, backup.restored_at = backup.ended_at or max(at, backup.begun_at), at
    action = {BackupState.RUNNING: "finish", BackupState.FOUND: "prove"}.get(BackupState(backup.state))
    if action:
        move(backup, action, by=by, also=["ended_at", "size", "rows", "files", "restored_at"])
    else:
        backup.save(update_fields=["ended_at", "size", "rows", "files", "restored_at"])
    return backup


def note_found(*, found: Mapping[str, datetime], by: Actor) -> list[Backup]:
    """Enter backups that lie in the folder and are not in the journal: made before something was restored."""
    require_job(by)
    known = set(Backup.objects.filter(name__in=found).values_list("name", flat=True))
    new = []
    for name in sorted(found.keys() - known):
        backup = Backup(name=name, begun_at=found[name], state=BackupState.FOUND)
        backup.set_maker(by)
        backup.save()
        new.append(backup)
    return new


def note_thinned(*, names: Iterable[str], by: Actor) -> int:
    """Note which backups are removed because newer ones stand for them; how many."""
    require_job(by)
    rows = _locked(
        Backup.objects.filter(name__in=list(names), state__in=[BackupState.GOOD, BackupState.FOUND])
    )
    for backup in rows:
        backup.ended_at = backup.ended_at or backup.begun_at
        move(backup, "thin", by=by, also=["ended_at"])
    return len(rows)


def _locked(rows: Any) -> list[Backup]:
    """The rows, locked; none is no mistake here."""
    return list(rows.select_for_update().order_by("pk"))
