"""The layout process as the server sees it: started when first needed, replaced when it is dead."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from houqin.errors import HouqinError

PROGRAM = Path(__file__).with_name("layout.py")
SECONDS = 60
# A thread that waits for its turn serves no page meanwhile.
WAITING_SECONDS = 20
# All that fontconfig and the loader need; the server's secrets are in its environment too.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "TMPDIR")
# A second heap for the watching thread would take 120 MiB of address space out of the ceiling.
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}


class PrintingFailed(HouqinError):
    """A document could not be laid out; nothing was changed by the attempt."""

    status = 503


@dataclass(frozen=True, slots=True)
class Laid:
    """A PDF fresh from layout, and its number of pages."""

    pdf: bytes
    pages: int


class Gone(Exception):
    """The layout process ended before it answered."""


class LayoutProcess:
    """One warm layout process, used by one thread at a time.

    `Popen` closes every other descriptor, so the child inherits no database connection; it ends by itself
    when this end of the socket closes, however this process ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, or None while there is none."""
        return self._child.pid if self._child is not None else None

    @contextmanager
    def turn(self, *, seconds: float = WAITING_SECONDS) -> Iterator[None]:
        """One thread's turn with the process. Raises `PrintingFailed` when the others take too long."""
        if not self._lock.acquire(timeout=seconds):
            raise PrintingFailed("正在打印的人较多，请过一会儿再试。")
        try:
            yield
        finally:
            self._lock.release()

    def lay_out(self, order: dict[str, object], *, seconds: float = SECONDS) -> Laid:
        """Lay out one order; the caller has its `turn`. Raises `PrintingFailed`.

        A child that died (killed from outside) is replaced, and the order is tried once more: it changes
        nothing, so twice is harmless.
        """
        message = json.dumps(order).encode()
        try:
            return self._ask(message, seconds)
        except Gone:
            self.close()
        try:
            return self._ask(message, seconds)
        except Gone:
            self.close()
            raise PrintingFailed("生成 PDF 的程序意外停止。请再试一次；仍不行，请告诉系统管理员。") from None

    def _ask(self, message: bytes, seconds: float) -> Laid:
        try:
            channel = self._started()
            channel.send_bytes(message)
            if not channel.poll(seconds):
                self.close()
                raise PrintingFailed(f"这份文件 {seconds:g} 秒还没有排完。请缩小范围，分几份打印。")
            header = json.loads(channel.recv_bytes())
            if "failed" not in header:
                return Laid(channel.recv_bytes(), header["pages"])
        except (EOFError, OSError) as error:
            raise Gone from error
        if header["failed"] == "memory":
            raise PrintingFailed("这份文件太大，排版需要的内存超过上限。请缩小范围，分几份打印。")
        cause = RuntimeError(header["failed"])
        raise PrintingFailed("这份文件排版出错，没有生成 PDF。请告诉系统管理员。") from cause

    def _started(self) -> Connection:
        """The channel to a living child, which is started if there is none."""
        if self._channel is not None and self._child is not None and self._child.poll() is None:
            return self._channel
        self.close()
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - our own file by our own interpreter
                [sys.executable, "-I", str(PROGRAM), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd="/",
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ} | ONE_HEAP,
            )
        self._channel = ours
        return ours

    def close(self) -> None:
        """End the child, whatever it is doing; the next order starts another."""
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            with suppress(ProcessLookupError):
                self._child.kill()
            self._child.wait()
        self._channel = self._child = None

    def forget(self) -> None:
        """After a fork: the child is our parent's, only the copied descriptor is ours to close."""
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            # Or Popen would warn that somebody left a process behind.
            self._child.returncode = 0
        # The copied lock may be held by a thread that did not come along.
        self._lock = threading.Lock()
        self._channel = self._child = None


LAYOUT = LayoutProcess()
atexit.register(LAYOUT.close)
os.register_at_fork(after_in_child=LAYOUT.forget)
