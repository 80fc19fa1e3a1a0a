"""A whole backup as the command and the night make it: journal, file, proof, thinning."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from houqin.actors import System
from houqin.backups import services
from houqin.backups.errors import BackupFailed
from houqin.backups.folder import name_at, names_in, remove, stamp_of
from houqin.backups.making import Made, make_backup
from houqin.backups.server import Server
from houqin.backups.thinning import kept
from houqin.database.binaries import DatabaseNotStarted
from houqin.school_settings.reading import setting
from houqin.starting.fingerprints import fingerprint_of_code
from houqin.starting.supervisor import only_one as only_supervisor
from houqin.writing import write

JOB = System("备份")
Tell = Callable[[str], None]


def back_up(server: Server, *, data: Path, place: Path, tell: Tell) -> Made:
    """Make a backup of the school in `data` into `place`, write its journal, and thin the older ones.

    Raises `BackupFailed`; the journal says why, unless the database itself cannot be written.
    """
    with only_one(data):
        write(services.note_found, found=found_in(place), by=JOB)
        at = timezone.localtime()
        backup = write(services.begin_backup, name=name_at(at), at=at, by=JOB)
        try:
            made = make_backup(
                server, media=data / "media", place=place, at=at, code=fingerprint_of_code(), tell=tell
            )
        except (BackupFailed, DatabaseNotStarted) as error:
            write(services.fail_backup, backup=backup, said=str(error), at=timezone.now(), by=JOB)
            raise
        write(
            services.finish_backup, backup=backup, size=made.size, rows=made.rows, files=made.files,
            lost=made.lost, at=timezone.now(), by=JOB,
        )  # fmt: skip
        thin(place, at=at)
        return made


def thin(place: Path, *, at: datetime) -> list[str]:
    """Remove the backups that the school's settings let go; their names."""
    today = at.date()
    stamps = {stamp: name for name in names_in(place) if (stamp := stamp_of(name)) is not None}
    stays = kept(
        stamps, on=today, days=setting("backups.days", on=today), weeks=setting("backups.weeks", on=today),
        months=setting("backups.months", on=today),
    )  # fmt: skip
    going = sorted(stamps[stamp] for stamp in stamps.keys() - stays)
    # The journal first: a row whose folder is still there is put right by the next night, a folder that was
    # promised and is gone is not.
    write(services.note_thinned, names=going, by=JOB)
    for name in going:
        remove(place / name)
    return going


def found_in(place: Path) -> dict[str, datetime]:
    """The backups that lie in `place`, with the moments at which they were begun."""
    zone = timezone.get_current_timezone()
    return {name: stamp.replace(tzinfo=zone) for name in names_in(place) if (stamp := stamp_of(name))}


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """One backup or restoring at a time. Raises `BackupFailed` for a second one."""
    with open(data / "backup.turn", "ab") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("另一个备份或恢复正在进行，等它完成后再试。") from None
        yield


@contextmanager
def stopped(data: Path) -> Iterator[None]:
    """Keep the program from being started meanwhile. Raises `BackupFailed` while it runs."""
    with only_supervisor(data) as note:
        if note is None:
            raise BackupFailed("后勤正在运行。请先在它的窗口按 Ctrl-C 停止，再试一次。")
        yield
