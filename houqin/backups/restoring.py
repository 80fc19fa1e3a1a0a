"""Bringing a backup back: everything is restored beside the present school before that is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from houqin.backups.errors import BackupFailed
from houqin.backups.folder import FILES, check, checksums, make_folders, sentence, sync
from houqin.backups.making import fill
from houqin.backups.server import renamed
from houqin.backups.swapping import Site, clear, finish, swap
from houqin.database.folders import CLONE

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Present:
    """What stands where a backup is to be restored."""

    school: str
    people: int
    # Whether the tables are there.
    is_ready: bool = True

    @property
    def is_empty(self) -> bool:
        return self.people == 0


def present_at(site: Site) -> Present:
    """The school that a restoring would take the place of."""
    if site.server.database not in site.server.databases():
        return Present("", 0, is_ready=False)
    with site.server.connect() as connection:
        if connection.execute("SELECT to_regclass('public.houqin_user')").fetchone() == (None,):
            return Present("", 0, is_ready=False)
        (people,) = connection.execute("SELECT count(*) FROM public.houqin_user").fetchone() or (0,)
        row = connection.execute("SELECT name FROM public.houqin_school").fetchone()
    return Present(row[0] if row else "", people)


def restore(
    site: Site,
    folder: Path,
    *,
    known: set[tuple[str, str]],
    environ: Mapping[str, str],
    tell: Tell,
) -> dict[str, Any]:
    """Put the school of the backup in `folder` in the place of the present one; its manifest.

    `known` are the migrations that this program has. Raises `BackupFailed` with nothing changed: for a
    damaged backup, for one of a newer program, for a full disk, while the program still runs. A backup of an
    older program is brought to the present tables before it takes its place.
    """
    finish(site)
    tell("核对备份的每一个字节……")
    manifest = check(folder)
    older = _must_migrate(manifest, known)
    clear(site)
    try:
        tell("在旁边恢复数据库，逐表核对……")
        fill(site.beside, folder, manifest)
        if older:
            tell("备份来自较旧的程序，更新它的表……")
            _migrate(site, environ)
        tell("取出照片和文件……")
        _lay_files(folder, site.media_beside)
        tell("换上恢复好的数据……")
        swap(site)
    except OSError as error:
        clear(site)
        raise BackupFailed(sentence(error)) from error
    except BackupFailed:
        if not site.decision.exists():
            clear(site)
        raise
    return manifest


def begin_anew(site: Site, *, environ: Mapping[str, str], tell: Tell) -> None:
    """Put an empty school in the place of the present one, which stays beside as after a restoring.

    Raises `BackupFailed` with nothing changed.
    """
    clear(site)
    try:
        tell("在旁边建立一个空的数据库……")
        site.beside.create()
        _migrate(site, environ)
        site.media_beside.mkdir(mode=0o700)
        swap(site)
    except BackupFailed:
        if not site.decision.exists():
            clear(site)
        raise


def _must_migrate(manifest: dict[str, Any], known: set[tuple[str, str]]) -> bool:
    """Whether tables must be changed; `BackupFailed` when the backup knows changes that are unknown here."""
    applied = {(app, name) for app, name in manifest["migrations"]}
    if newer := sorted(applied - known):
        raise BackupFailed(
            f"这份备份来自更新的程序（有本程序没有的数据表变更 {newer[-1][0]}.{newer[-1][1]}），"
            "现在这一版读不了。请先升级程序，再恢复。"
        )
    return applied != known


def _migrate(site: Site, environ: Mapping[str, str]) -> None:
    """Bring the database beside to the present tables, in a process that knows no other one."""
    app, owner = (
        renamed(environ[name], site.beside.database) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database=owner", "--no-input", "--verbosity=0"],
        env={**environ, "DATABASE_URL": app, "DATABASE_OWNER_URL": owner},
        cwd=CLONE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["没有任何输出"])[-1]
        raise BackupFailed(f"更新备份的表时出错：{last}。现在的数据没有动。")


def _lay_files(folder: Path, target: Path) -> None:
    """Copy the files of the backup; each was compared with its sum a moment ago."""
    target.mkdir(mode=0o700)
    for name in checksums(folder):
        if name.startswith(f"{FILES}/"):
            place = target / Path(name).relative_to(FILES)
            make_folders(target, place.parent)
            shutil.copyfile(folder / name, place, follow_symlinks=False)
            place.chmod(0o600)
            with open(place, "rb") as file:
                os.fsync(file.fileno())
    for above, _, _ in os.walk(target):
        sync(Path(above))
