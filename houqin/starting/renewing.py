"""Another web server in the place of the one that serves: beside it first, at the same listening socket.

The old one goes on until the new one has loaded the program, and then finishes what it has begun. So nobody
is refused and nobody waits, and a program that does not load takes nobody's place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from houqin.starting.children import Child
from houqin.starting.saying import say

# Where gunicorn's master notes its number when the program is loaded (`gunicorn_conf.when_ready`).
READY = "HOUQIN_READY"
LONGEST_LOADING = 60.0


@dataclass
class Renewal:
    """The way from `old` to `new`. Call `watch` a few times a second until it answers."""

    old: Child
    new: Child
    ready: Path
    _until: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """Start the new one beside the old one."""
        self.ready.unlink(missing_ok=True)
        self.new.start()
        self._until = self.new.clock() + LONGEST_LOADING

    def watch(self) -> Child | None:
        """The one that serves from now on; None while the new one still loads. The other is asked to stop."""
        if not self.new.is_alive() or self.new.clock() > self._until:
            self.new.end()
            say(f"新的网页服务没有起来（{self.new.last_words()}），原来的继续服务。")
            return self.old
        if not self._is_ready():
            return None
        self.old.ask_to_stop()
        say("网页服务已换成新的。")
        return self.new

    def _is_ready(self) -> bool:
        process = self.new.process
        return process is not None and self.ready.exists() and self.ready.read_text() == str(process.pid)
