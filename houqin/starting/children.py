"""The supervisor's children: started, restarted with growing pauses when they die, stopped in order."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from houqin.starting.saying import say

# Doubled at each death, so that a child that cannot live does not burn the processor; a server that was
# killed is back within the fifteen seconds that F1 promises.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
# A child that lived this long is healthy, and its next death is the first again.
HEALTHY_SECONDS = 60.0
LARGEST_LOG = 20 * 1024 * 1024
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """One program that must run for as long as the supervisor does."""

    label: str
    command: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    log: Path
    pass_fds: tuple[int, ...] = ()
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)
    _born: float = field(default=0.0, init=False)
    _next_try: float | None = field(default=None, init=False)
    _renewing: bool = field(default=False, init=False)

    def start(self) -> None:
        """Start the program in a session of its own, its output going to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environ),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=self.pass_fds,
                # Ctrl-C at the terminal is for the supervisor, which then stops the others in order.
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
            )
        self._born, self._next_try, self._renewing = self.clock(), None, False

    def watch(self) -> None:
        """Start the program again when it died and its pause is over. Call it a few times a second."""
        self._shorten_log()
        if self._next_try is not None:
            if self.clock() >= self._next_try:
                self.start()
            return
        if self.process is None or self.is_alive():
            return
        if self._renewing:
            self.start()
            return
        if self.clock() - self._born > HEALTHY_SECONDS:
            self._pause = FIRST_PAUSE
        say(f"{self.label}意外退出（{self.last_words()}），{self._pause:g} 秒后重新启动。")
        self._next_try = self.clock() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def last_words(self) -> str:
        """How the process ended, and where its log is."""
        code = self.process.returncode if self.process else None
        how = f"信号 {-code}" if code is not None and code < 0 else f"退出码 {code}"
        return f"{how}，日志：{self.log}"

    def ask_to_stop(self) -> None:
        """Let the program finish what it has begun and end."""
        if self.process and self.is_alive():
            self.process.send_signal(signal.SIGTERM)

    def renew(self) -> None:
        """Let the program finish what it has begun, and start it afresh when it ended."""
        self._renewing = True
        self.ask_to_stop()

    def is_alive(self) -> bool:
        """Whether the program runs at this moment."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """End the program and everything it started, at once."""
        if self.process is None:
            return
        # Also after a clean end: a worker that outlived its master would keep the port.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _shorten_log(self) -> None:
        # The child holds the file open for appending: copy and empty it instead of renaming it.
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGEST_LOG:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


def end_with_parent() -> None:
    """Runs in the child between fork and exec: if the supervisor is killed, its children are told to end."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
