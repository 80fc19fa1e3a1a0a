"""Where an installation keeps its data, outside the clone's history."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Purpose = Literal["run", "test"]

CLONE = Path(__file__).resolve().parent.parent.parent
ROOT_DATA = Path("/var/lib/houqin")


def data_folder(
    purpose: Purpose = "run", *, environ: Mapping[str, str] = os.environ, clone: Path = CLONE
) -> Path:
    """The folder of one installation's data; HOUQIN_DATA beats the default.

    Root keeps it in /var/lib, because its clone may lie below a private home which the account of the
    database cannot enter; everybody else keeps it inside the clone. Tests never share it with the school.
    """
    if chosen := environ.get("HOUQIN_DATA"):
        folder = Path(chosen).expanduser()
        folder = folder if folder.is_absolute() else clone / folder
        if purpose == "run" or folder.name.endswith(f"-{purpose}"):
            return folder
        return folder.with_name(f"{folder.name}-{purpose}")
    if os.geteuid() == 0:
        name = short_hash(clone)
        return ROOT_DATA / (name if purpose == "run" else f"{name}-{purpose}")
    return clone / ".data" / ("school" if purpose == "run" else purpose)


def short_hash(path: Path) -> str:
    """Twelve lower-case letters and digits that stand for `path`."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_private_folder(folder: Path) -> Path:
    """Create `folder` for its owner; others may pass through it (the database's account must), not list it.

    Folders above it that exist are left as they are; missing ones are made the same way, whatever the umask.
    """
    for missing in [*(above for above in reversed(folder.parents) if not above.exists()), folder]:
        missing.mkdir(exist_ok=True)
        if missing.stat().st_uid == os.geteuid():
            missing.chmod(0o711)
    return folder
