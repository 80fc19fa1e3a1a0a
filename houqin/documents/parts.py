"""A document of many pages: laid out part by part, each kept as every print is, and joined into one file.

Only for a job: no page waits for it. One that was killed goes on where it stood, because the parts that were
done lie in the cache.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from houqin.documents.availability import available
from houqin.documents.printing import Sheet, print_sheet
from houqin.documents.process import ENVIRONMENT, ONE_HEAP, PrintingFailed

PROGRAM = Path(__file__).with_name("joining.py")
# A part is laid out at about six pages a second on an idle machine, joined at twenty.
SECONDS_OF_A_PART = 300
SECONDS_OF_JOINING = 600
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DISK_FULL = "服务器的磁盘满了，文件没有做成，也没有留下半份。请系统管理员腾出空间，再重新做一次。"
TOO_BIG = "这份文件太大，合成一份需要的内存超过上限。请缩小范围，分几份打印。"

Told = Callable[[int], None]


def print_parts(sheets: Sequence[Sheet], out: Path, *, told: Told, at: datetime | None = None) -> int:
    """Print `sheets` one after the other and write them as one PDF to `out`; answers how many pages.

    `told` hears how many sheets are done after each. `out` is whole when this returns; after a refusal it may
    be half written and is the caller's to remove. Raises `PrintingFailed`, for a full disk too.
    """
    possible = available()
    if not possible:
        raise PrintingFailed(possible.reason)
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}-") as folder:
            parts, pages = _laid(sheets, Path(folder), told, at)
            if len(parts) == 1:
                os.replace(parts[0], out)
            else:
                _join(out, parts)
        with open(out, "rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in FULL:
            raise PrintingFailed(DISK_FULL) from error
        raise
    return pages


def _laid(sheets: Sequence[Sheet], folder: Path, told: Told, at: datetime | None) -> tuple[list[Path], int]:
    """Each of `sheets` as a file in `folder`, and the pages of all."""
    parts, pages = [], 0
    for number, sheet in enumerate(sheets, 1):
        document = print_sheet(sheet, at=at, seconds=SECONDS_OF_A_PART)
        part = folder / f"{number}.pdf"
        part.write_bytes(document.pdf)
        parts.append(part)
        pages += document.pages
        told(number)
    return parts, pages


def _join(out: Path, parts: Sequence[Path]) -> None:
    """Have the joining program write `out`; its memory ends with it."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own file by our own interpreter
            [sys.executable, "-I", str(PROGRAM), str(out), *map(str, parts)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ} | ONE_HEAP,
            timeout=SECONDS_OF_JOINING,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintingFailed("这份文件太大，十分钟还没有合成一份。请缩小范围，分几份打印。") from error
    if ended.returncode == 0:
        return
    if ended.returncode in FULL:
        raise OSError(ended.returncode, os.strerror(ended.returncode))
    if ended.returncode == errno.ENOMEM:
        raise PrintingFailed(TOO_BIG)
    cause = RuntimeError(ended.stderr.decode(errors="replace")[-2_000:])
    raise PrintingFailed("这份文件的各部分没有合成一份。请再做一次；仍不行，请告诉系统管理员。") from cause
