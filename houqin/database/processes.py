"""Which server processes really live on a cluster.

`pg_ctl status` and the pid file are wrong for about a second after a SIGKILL, and a recycled pid makes them
wrong for ever; the process table is asked instead. Command lines are read, because they are open to every
account also where other details (in containers) are not.
"""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Inhabitants:
    """The processes of one cluster: its postmaster, if it lives, and all others (children, also orphaned)."""

    postmaster: int | None
    others: frozenset[int]

    def __bool__(self) -> bool:
        return self.postmaster is not None or bool(self.others)

    def signal_all(self, number: signal.Signals) -> None:
        """Send `number` to every process that still lives."""
        for pid in self.others | ({self.postmaster} if self.postmaster else set()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def inhabitants(cluster: Path, cluster_name: str) -> Inhabitants:
    """Who lives on `cluster`, whose server was started with `-D cluster` and this `cluster_name`.

    Zombies are dead. Children carry the name in their title; one that has not set its title yet still has
    its postmaster's arguments, so the pid file says which of those is the postmaster.
    """
    title = f"postgres: {cluster_name}: ".encode()
    pids: set[int] = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            words = _command_line(int(entry.name))
            if words[0].startswith(title) or _is_server_of(cluster, words):
                pids.add(int(entry.name))
    recorded = recorded_postmaster(cluster)
    return Inhabitants(recorded if recorded in pids else None, frozenset(pids - {recorded}))


def is_postmaster_alive(cluster: Path) -> bool:
    """Whether the pid in the cluster's pid file is this cluster's server, and not a stranger or a zombie."""
    recorded = recorded_postmaster(cluster)
    return recorded is not None and _is_server_of(cluster, _command_line(recorded))


def recorded_postmaster(cluster: Path) -> int | None:
    """The pid in the cluster's pid file, dead or alive."""
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_server_of(cluster: Path, command_line: list[bytes]) -> bool:
    return command_line[0].endswith(b"/postgres") and os.fsencode(cluster) in command_line


def _command_line(pid: int) -> list[bytes]:
    # Empty for a zombie and for a process that just went.
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return [b""]
