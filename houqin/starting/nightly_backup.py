"""The nightly backup, started by the supervisor: it alone has the role that may read and restore everything.

What serves pages and runs jobs is started without that role, so no job of the queue could do this.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from houqin.backups.folder import names_in, stamp_of
from houqin.database.folders import CLONE
from houqin.starting.children import end_with_parent
from houqin.starting.saying import say

SCHOOL = ZoneInfo("Asia/Shanghai")
# After the other jobs of the night, which forget and tidy.
AT = time(3, 50)
# A school that switches its computer off at night backs up in the morning, when everybody has logged in.
AFTER_START = timedelta(minutes=10)
AFTER_FAILURE = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)


def school_time() -> datetime:
    """Now, on the school's clock, without a zone: as the names of backups are written."""
    return datetime.now(SCHOOL).replace(tzinfo=None)


def is_due(newest: datetime | None, now: datetime) -> bool:
    """Whether the last time for a backup has passed without one."""
    slot = datetime.combine(now.date(), AT)
    if slot > now:
        slot -= timedelta(days=1)
    return newest is None or newest < slot


def newest_in(place: Path, now: datetime) -> datetime | None:
    """When the newest backup was begun; one from the future, left by a wrong clock, is none."""
    stamps = [stamp for name in names_in(place) if (stamp := stamp_of(name)) is not None and stamp <= now]
    return max(stamps, default=None)


@dataclass
class NightlyBackup:
    """Starts `manage.py back_up` once a night, or later when the computer was off."""

    environ: Mapping[str, str]
    place: Path
    log: Path
    clock: Callable[[], datetime] = school_time
    command: tuple[str, ...] = (sys.executable, "manage.py", "back_up")
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _next_look: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._next_look = self.clock() + AFTER_START

    def watch(self) -> None:
        """Start a backup when one is due, and note how it ended. Call it a few times a second."""
        if self.process is not None:
            self._look_after(self.process)
            return
        now = self.clock()
        # A clock that was set back would otherwise be waited for.
        if self._next_look - now > AFTER_FAILURE:
            self._next_look = now
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        if is_due(newest_in(self.place, now), now):
            self._start()

    def end(self) -> None:
        """End a backup that runs; half of one is taken away by the next."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _start(self) -> None:
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environ),
                cwd=CLONE,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
            )

    def _look_after(self, process: subprocess.Popen[bytes]) -> None:
        code = process.poll()
        if code is None:
            return
        self.process = None
        if code != 0:
            self._next_look = self.clock() + AFTER_FAILURE
            say(f"备份没有做成（日志：{self.log}），一小时后再试。")
