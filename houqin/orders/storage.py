"""Where finished documents lie: below the data folder, for the program's own account, below no web address.

They can be made again, so no backup holds them; after a restoring an order whose file is gone says so.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from houqin.documents.parts import DISK_FULL, FULL
from houqin.documents.process import PrintingFailed

KEY = re.compile(r"[2-9A-HJKMNP-TV-Z]{10}")
NEW = "new"
# Longer than any document is in the making.
ABANDONED_SECONDS = 24 * 60 * 60


def folder() -> Path:
    """The folder of finished documents, made when it is missing."""
    path = Path(settings.PRINTS_DIR)
    (path / NEW).mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def place_of(key: str) -> Path:
    """Where the document of the order `key` (its public id) lies; `ValueError` for anything else."""
    if not KEY.fullmatch(key):
        raise ValueError("no key of an ordered document")
    return folder() / f"{key}.pdf"


@contextmanager
def drafted(key: str) -> Iterator[Path]:
    """A path to write the document of `key` to: in its place when the block ends well, gone when not.

    Raises `PrintingFailed` when there is no room even for a folder.
    """
    try:
        draft = folder() / NEW / f"{key}-{os.getpid()}.pdf"
    except OSError as error:
        if error.errno in FULL:
            raise PrintingFailed(DISK_FULL) from error
        raise
    try:
        yield draft
        draft.chmod(0o600)
        os.replace(draft, place_of(key))
        _sync(folder())
    finally:
        draft.unlink(missing_ok=True)


def read(key: str) -> bytes:
    """The document of `key`. Raises `FileNotFoundError` when it is gone."""
    return place_of(key).read_bytes()


def remove(key: str) -> None:
    """Remove the document of `key`; nothing happens when it is gone."""
    place_of(key).unlink(missing_ok=True)


def sweep(kept: Collection[str]) -> int:
    """Remove what no order of `kept` has, and what a killed job left, a day old at least; how many."""
    oldest, gone = time.time() - ABANDONED_SECONDS, 0
    for path in [*folder().glob("*.pdf"), *(folder() / NEW).iterdir()]:
        with suppress(FileNotFoundError):
            if path.stem in kept or path.lstat().st_mtime >= oldest:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            gone += 1
    return gone


def _sync(path: Path) -> None:
    """Make the names in `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
