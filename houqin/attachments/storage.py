"""Where the bytes lie: below the data folder, for the program's own account, never below a web address.

A file's place is computed from the random public id of its row, which is checked letter by letter; no name
that came from outside ever becomes a part of a path. A file is whole or not there: it is written beside its
place, fsynced, and moved when the transaction that knows of it has been committed. If the machine stops
between the commit and the move, the reader finds the file where it was written and the night moves it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

PLACE = re.compile(r"[2-9A-HJKMNP-TV-Z]{10}(?:\.small)?")
SMALL = ".small"
NEW = "new"


def root() -> Path:
    """The folder of all files."""
    return Path(settings.MEDIA_ROOT)


def place_of(key: str) -> Path:
    """Where the file of `key` (a public id, with `.small` for its thumbnail) lies, in one of ≈ 800 folders.

    `ValueError` for anything that is no such key.
    """
    return root() / _checked(key)[:2] / key


def stage(key: str, data: bytes) -> None:
    """Write and fsync `data` for `key`; it is moved to its place after the surrounding commit.

    Call inside a transaction. After a rollback the file is an orphan, which the night removes. Raises
    `OSError` for a full disk, with nothing left of the file.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A file is written only inside the transaction that stores its row.")
    folder = _folder(root() / NEW)
    # Readable by nobody else from its first moment on, whatever the umask says.
    descriptor = os.open(
        folder / _checked(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode=0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
    except OSError:
        # On a full disk half a file would take the last room for a day.
        (folder / key).unlink(missing_ok=True)
        raise
    transaction.on_commit(partial(settle, key))


def settle(key: str) -> bool:
    """Move a staged file to its place; whether there was one. Safe to repeat."""
    place = place_of(key)
    _folder(place.parent)
    try:
        os.replace(root() / NEW / key, place)
    except FileNotFoundError:
        return False
    _sync(place.parent)
    return True


def read(key: str) -> bytes:
    """The bytes of `key`. Raises `FileNotFoundError` when they are gone."""
    for _ in range(2):
        for path in (place_of(key), root() / NEW / key):
            with suppress(FileNotFoundError):
                return path.read_bytes()
        # Between the two looks it was moved from the second place to the first: look once more.
    raise FileNotFoundError(key)


def remove(key: str) -> None:
    """Remove the file of `key`, wherever it lies; nothing happens when it is gone."""
    place_of(key).unlink(missing_ok=True)
    (root() / NEW / key).unlink(missing_ok=True)


def stored() -> Iterator[tuple[str, float, bool]]:
    """Every file: (key, seconds since it was written, whether it is still staged); strange files are left."""
    now = time.time()
    for folder in sorted(root().iterdir()) if root().is_dir() else []:
        if not folder.is_dir() or folder.is_symlink():
            continue
        for path in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):
                if PLACE.fullmatch(path.name):
                    yield path.name, now - path.lstat().st_mtime, folder.name == NEW


def _checked(key: str) -> str:
    if not PLACE.fullmatch(key):
        raise ValueError("no key of a stored file")
    return key


def _folder(path: Path) -> Path:
    """`path`, made with its parents for the program's own account alone."""
    for folder in (root(), path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _sync(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
