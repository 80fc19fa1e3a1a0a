"""Putting a restored school in the place of the present one: decided once, then carried out, however often.

A database and a folder cannot change places in one stroke. So the decision is written into the data folder
first; from then on every start finishes what is left of it, and each step may be repeated. What was there
before stays beside, until the next restoring, and can be put back the same way.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from houqin.backups.errors import BackupFailed
from houqin.backups.folder import sync
from houqin.backups.server import MAINTENANCE, Server, last_line


@dataclass(frozen=True)
class Site:
    """A school's database and its files below `data`, and the names of those that wait beside them."""

    server: Server
    data: Path

    @property
    def media(self) -> Path:
        return self.data / "media"

    @property
    def media_beside(self) -> Path:
        return self.data / "media.restored"

    @property
    def media_before(self) -> Path:
        return self.data / "media.before-restore"

    @property
    def beside(self) -> Server:
        return self.server.named(f"{self.server.database}_restored")

    @property
    def before(self) -> Server:
        return self.server.named(f"{self.server.database}_before_restore")

    @property
    def decision(self) -> Path:
        return self.data / "restore.json"


def clear(site: Site) -> None:
    """Remove what an earlier restoring that never came to its decision left beside."""
    site.beside.drop()
    shutil.rmtree(site.media_beside, ignore_errors=True)


def swap(site: Site) -> None:
    """Put what stands beside in the place of the present school.

    Raises `BackupFailed` while somebody is connected to it; nothing has changed then.
    """
    if guests := site.server.guests():
        raise BackupFailed(f"还有 {guests} 个程序连着数据库，现在换不了。请先停止后勤（Ctrl-C），再恢复。")
    site.before.drop()
    shutil.rmtree(site.media_before, ignore_errors=True)
    draft = site.decision.with_suffix(".draft")
    with open(draft, "w") as file:
        json.dump({"database": site.server.database}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(site.decision)
    sync(site.data)
    finish(site)


def finish(site: Site) -> bool:
    """Carry out a decision that was written down, if there is one; whether there was. Safe to repeat.

    Raises `BackupFailed` when the server refuses; the decision stands and the next start tries again.
    """
    if not site.decision.exists():
        return False
    if site.media_beside.exists():
        if site.media.exists():
            site.media.rename(site.media_before)
        site.media_beside.rename(site.media)
        sync(site.data)
    present = site.server.databases()
    if site.beside.database in present:
        _rename(site, had_one=site.server.database in present)
    site.decision.unlink()
    sync(site.data)
    return True


def put_back(site: Site) -> None:
    """Exchange the present school for the one before the last restoring; done twice it is as it was.

    Raises `BackupFailed` where none was kept.
    """
    if site.before.database not in site.server.databases():
        raise BackupFailed("没有恢复之前留下的数据，换不回去。")
    clear(site)
    if guests := site.server.guests():
        raise BackupFailed(f"还有 {guests} 个程序连着数据库，现在换不了。请先停止后勤（Ctrl-C），再试一次。")
    with site.server.named(MAINTENANCE).connect(autocommit=True) as connection:
        connection.execute(_renaming(site.before.database, site.beside.database))
    if site.media_before.exists():
        site.media_before.rename(site.media_beside)
    else:
        site.media_beside.mkdir(mode=0o700)
    swap(site)


def _rename(site: Site, *, had_one: bool) -> None:
    """Both names change in one transaction: there is no moment without a school."""
    try:
        with site.server.named(MAINTENANCE).connect() as connection:
            if had_one:
                connection.execute(_renaming(site.server.database, site.before.database))
            connection.execute(_renaming(site.beside.database, site.server.database))
    except psycopg.Error as error:
        raise BackupFailed(
            f"恢复的最后一步还没有做完：{last_line(str(error))}。"
            "请先停止连着数据库的程序，再运行 make run，会接着做完。"
        ) from error


def _renaming(old: str, new: str) -> sql.Composed:
    return sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
