"""Making a backup: one moment of the database, the files that belong to it, and the proof that it restores.

The database is read under one snapshot: figures, dump and list of files are of the same moment. Files never
change, and no night job removes one while the lock `holding_files` is held; so what the snapshot knows is
still on the disk when it is copied. A file that is being moved from `new` to its place is met in one of both.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from houqin.backups.contents import UNKEPT_ROWS, contents_of, differences, rows_in
from houqin.backups.errors import BackupFailed
from houqin.backups.folder import DUMP, FILES, FORMAT, HINTS, HOW_TO, MANIFEST, check, drafted, name_at
from houqin.backups.server import Server

# Shared with the jobs that remove files (`houqin.attachments.services`), by name.
HOLD_FILES = "SELECT pg_advisory_lock(hashtext('houqin.files'))"
NEW = "new"
SMALLEST_ROOM = 64 * 1024 * 1024

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A backup that lies in its place and was restored once for proof."""

    folder: Path
    size: int
    rows: int
    files: int
    lost: Sequence[str]


def make_backup(server: Server, *, media: Path, place: Path, at: datetime, code: str, tell: Tell) -> Made:
    """Write the backup of this moment into `place` and prove it; `at` is local time, `code` the program's.

    Raises `BackupFailed`. What could not be proved is removed again: a backup is good or it is not there.
    """
    _require_room(server, place)
    name = name_at(at)
    with drafted(place, name) as draft, holding_files(server) as (connection, snapshot):
        tell("读数据库……")
        contents = contents_of(connection)
        server.run(
            "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={draft.folder / DUMP}",
            *(f"--exclude-table-data={table}" for table in UNKEPT_ROWS),
        )  # fmt: skip
        draft.take(DUMP)
        tell("复制照片和文件……")
        kept = {path.name for path in files_in(media) if draft.add(_inside(media, path), path)}
        lost = sorted(_known_files(connection) - kept)
        facts = {
            "format": FORMAT, "made_at": at.isoformat(), "code": code, "contents": contents, "lost": lost,
            "migrations": _migrations(connection), "school": _school(connection),
            "server": connection.info.server_version,
        }  # fmt: skip
        draft.write(MANIFEST, json.dumps(facts, ensure_ascii=False).encode())
        draft.write(HINTS, HOW_TO.encode())
    try:
        tell("恢复一次，逐表核对……")
        prove(server, place / name)
    except BackupFailed:
        shutil.rmtree(place / name, ignore_errors=True)
        raise
    return Made(place / name, size_of(place / name), rows_in(contents), len(kept), lost)


def prove(server: Server, folder: Path) -> dict[str, Any]:
    """Read every byte of a backup and restore it into a database of its own; its manifest.

    Raises `Damaged`, and `BackupFailed` when the restored database is not the one that was backed up. The
    database is gone afterwards.
    """
    manifest = check(folder)
    scratch = server.named(f"{server.database}_proof")
    scratch.drop()
    try:
        fill(scratch, folder, manifest)
    finally:
        scratch.drop()
    return manifest


def fill(target: Server, folder: Path, manifest: dict[str, Any]) -> None:
    """Make the database `target` and restore the backup into it; compare every table with the manifest.

    Raises `BackupFailed`; the caller drops what is left then.
    """
    target.create()
    target.run(
        "pg_restore",
        "--exit-on-error",
        "--no-owner",
        "--jobs=2",
        f"--dbname={target.database}",
        folder / DUMP,
    )
    with target.connect() as connection:
        wrong = differences(manifest["contents"], contents_of(connection))
    if wrong:
        raise BackupFailed(
            f"恢复出来的数据库和备份时不一样（{'、'.join(wrong[:5])}）。请换一份备份，并告诉维护人员。"
        )


@contextmanager
def holding_files(server: Server) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A connection that sees one moment, and that moment's name for pg_dump; no file is removed meanwhile.

    The lock comes first: a snapshot taken while waiting for it would know files that are removed by then.
    """
    with server.connect(autocommit=True) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute(HOLD_FILES)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield connection, snapshot
        # Said, not left to the closing, which the server notices some moments later: the night would find the
        # files still held.
        connection.execute("ROLLBACK")
        connection.execute("SELECT pg_advisory_unlock_all()")


def files_in(media: Path) -> Iterator[Path]:
    """Every stored file; those still on their way first, so that none is missed while it moves on."""
    folders = (
        sorted(media.iterdir(), key=lambda each: (each.name != NEW, each.name)) if media.is_dir() else []
    )
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink():
            for above, _, names in os.walk(folder):
                yield from (Path(above) / name for name in sorted(names))


def size_of(folder: Path) -> int:
    """How many bytes a backup takes when it is copied elsewhere."""
    return sum((Path(above) / name).stat().st_size for above, _, names in os.walk(folder) for name in names)


def _inside(media: Path, path: Path) -> str:
    return f"{FILES}/{path.relative_to(media)}"


def _require_room(server: Server, place: Path) -> None:
    """Raise `BackupFailed` before anything is written where the dump would clearly not fit.

    A dump is packed to less than half; files are shared with the backup before, so only the disk knows them.
    """
    with server.connect() as connection:
        query = "SELECT pg_database_size(current_database())"
        (size,) = connection.execute(query).fetchone() or (0,)
    above = next(each for each in (place, *place.parents) if each.exists())
    free, needed = shutil.disk_usage(above).free, max(int(size) // 2, SMALLEST_ROOM)
    if free < needed:
        raise BackupFailed(
            f"{above} 所在的磁盘只剩 {free >> 20} MB，备份约需 {needed >> 20} MB。"
            "请腾出空间，或用 HOUQIN_BACKUPS 换一个磁盘，再试一次。"
        )


def _known_files(connection: psycopg.Connection[Any]) -> set[str]:
    return {row[0] for row in connection.execute("SELECT public_id FROM public.houqin_attachment").fetchall()}


def _migrations(connection: psycopg.Connection[Any]) -> list[list[str]]:
    query = "SELECT app, name FROM public.django_migrations ORDER BY id"
    return [list(row) for row in connection.execute(query).fetchall()]


def _school(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute("SELECT name FROM public.houqin_school").fetchone()
    return str(row[0]) if row else ""
