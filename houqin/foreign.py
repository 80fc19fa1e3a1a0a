"""Foreign files are parsed in a child process with little memory and time, which may die of them.

The one way to open a file that somebody handed in: `in_child` runs a module of ours as a program of its own,
gives it the file on standard input and takes its standard output. It has no database connection, no secret in
its environment and no descriptor of ours; it calls `confine` before it looks at the first byte.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
MEMORY = 768 * MIB
CPU_SECONDS = 15
CHILD_SECONDS = 20


class ChildFailed(Exception):
    """The child could not parse the file: it is damaged, too complex, or an attack."""


class ChildTooSlow(ChildFailed):
    """The child was not done in time."""


def in_child(module: str, *arguments: str, data: bytes, seconds: float = CHILD_SECONDS) -> bytes:
    """What `python -m module arguments` answers to `data`. Raises `ChildFailed` and `ChildTooSlow`."""
    try:
        result = subprocess.run(  # noqa: S603 - our own module; the file goes in as data
            [sys.executable, "-m", module, *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=PROJECT,
            env={"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ChildTooSlow(module) from error
    if result.returncode != 0:
        raise ChildFailed(f"{module} ended with {result.returncode}")
    return result.stdout


def confine(*, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS) -> None:
    """Limit this process to `memory` bytes of address space and `cpu_seconds`; for children only."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
