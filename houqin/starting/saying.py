"""What the start says to the person at the terminal: short plain lines."""

from __future__ import annotations

import contextlib
import errno
import sys


def say(line: str = "") -> None:
    """Write one line at once, whatever the terminal's encoding."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    # The terminal may be gone: closing its window is a way to stop the program, not to break it.
    with contextlib.suppress(OSError):
        stream.write(f"{line}\n".encode(encoding, "replace").decode(encoding))
        stream.flush()


def explain(error: OSError) -> str:
    """One sentence about a file or a disk that hinders the start, and what to do about it."""
    place = f" {error.filename} " if error.filename else "文件"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘已满，{place.lstrip()}写不进去。请腾出空间后再运行 make run。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"没有权限读写{place}（{error.strerror}）。请检查这个文件夹的主人和权限，"
            "或把本项目复制到自己的文件夹里再运行 make run。"
        )
    return f"读写{place}时出错（{error.strerror or error}）。请排除故障后再运行 make run。"
