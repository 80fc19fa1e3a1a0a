"""Secrets that are made once, kept in files only their owner can read, and never shown."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def kept_secret(folder: Path, name: str) -> str:
    """The secret `name` below `folder`, made on first use; safe for two processes at once."""
    place = folder / "secrets" / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not place.exists():
        # mkstemp makes a name of its own and mode 0600.
        handle, draft = tempfile.mkstemp(prefix=f".{name}.", dir=place.parent)
        with open(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        # link() refuses to replace: of two first starts one wins, and both read the winner's secret.
        with contextlib.suppress(FileExistsError):
            os.link(draft, place)
        os.unlink(draft)
    return place.read_text()
