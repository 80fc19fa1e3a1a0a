"""Finished PDFs by the hash of their content: a second print of the same sheet costs a file read.

The files lie in the data folder, for the program's own account only. A view must have checked who may see the
content before it gets here; the key is the content, so nobody reaches a page that he could not have printed.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

ROOM = 200 * 1024 * 1024
# The key holds the day of printing, so an older file is never asked for again.
KEPT_SECONDS = 36 * 60 * 60


def folder() -> Path:
    """The folder of finished PDFs, made when it is missing."""
    path = Path(settings.DATA_DIR) / "pdf-cache"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read(key: str) -> tuple[bytes, int] | None:
    """The PDF and page count kept under `key`; None when there is none or the file is damaged."""
    path = folder() / key
    try:
        first, pdf = path.read_bytes().split(b"\n", 1)
        pages = int(first)
    except (FileNotFoundError, ValueError):
        return None
    # After a power cut a renamed file may be empty or short.
    if not (pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")):
        return None
    with suppress(FileNotFoundError):
        os.utime(path)
    return pdf, pages


def keep(key: str, pdf: bytes, pages: int) -> None:
    """Keep a PDF under `key`, whole or not at all, and drop what is old or beyond the room."""
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="new-", delete=False) as file:
        file.write(b"%d\n" % pages + pdf)
    os.replace(file.name, folder() / key)
    drop_old()


def drop_old(*, room: int = ROOM) -> None:
    """Remove files not used for a day and a half, then the least recently used until the rest fits `room`."""
    oldest = time.time() - KEPT_SECONDS
    total = 0
    for used, size, path in sorted(_files(), reverse=True):
        total += size
        if used < oldest or total > room:
            path.unlink(missing_ok=True)


def _files() -> list[tuple[float, int, Path]]:
    """(last used, size, path) of every file; another process may remove some while we look."""
    found = []
    for path in folder().iterdir():
        with suppress(FileNotFoundError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    return found
