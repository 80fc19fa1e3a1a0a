"""A clone that was moved to another path keeps its school."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from houqin.database.binaries import DatabaseNotStarted
from houqin.database.embedded import EmbeddedPostgres
from houqin.database.folders import CLONE, ROOT_DATA, Purpose, data_folder, make_private_folder, short_hash
from houqin.starting.saying import say


def own_data_folder(purpose: Purpose = "run") -> Path:
    """The data folder of this clone, made when missing.

    Root's lies outside the clone under a name made from the clone's path (see `data_folder`), so a moved
    clone would find an empty school: its data is brought along first. Raises DatabaseNotStarted when a
    server still lives on it.
    """
    folder = data_folder(purpose)
    if purpose == "run" and folder == ROOT_DATA / short_hash(CLONE):
        bring_along(folder, clone=CLONE)
    return make_private_folder(folder)


def bring_along(folder: Path, *, clone: Path) -> None:
    """Rename the data folder that `clone` used at its earlier path to `folder`, unless `folder` exists.

    The clone carries a note of its own path. A copy, whose original still lies where the note says, gets a
    school of its own: two programs must never share one.
    """
    note = clone / ".data" / "path"
    before = Path(note.read_text()) if note.exists() else clone
    earlier = folder.parent / short_hash(before)
    if before != clone and not before.exists() and earlier.exists() and not folder.exists():
        if EmbeddedPostgres(earlier).inhabitants():
            raise DatabaseNotStarted(
                f"本项目从 {before} 移到了 {clone}，但它的数据库还在运行。"
                "请先停止原来的后勤，再运行 make run。"
            )
        earlier.rename(folder)
        say(f"本项目从 {before} 移到了 {clone}，学校的数据已一并带来。")
    if not note.exists() or before != clone:
        # In a clone that cannot be written there is no note; it cannot be moved by its user either.
        with contextlib.suppress(OSError):
            note.parent.mkdir(exist_ok=True)
            note.write_text(os.fspath(clone))
