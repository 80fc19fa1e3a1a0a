from __future__ import annotations

import os
import select
import signal
import sys
from pathlib import Path

import pytest

from houqin.starting.children import LARGEST_LOG, Child

# How long the end of a process is waited for where it never comes.
PATIENCE = 30.0


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_child(tmp_path: Path, code: str, clock: Clock) -> Child:
    return Child(
        "网页服务", [sys.executable, "-c", code], os.environ, tmp_path, tmp_path / "web.log", clock=clock
    )


def pauses_of_deaths(child: Child, clock: Clock, deaths: int) -> list[float]:
    """How long the child stays down after each of its next deaths."""
    pauses = []
    for _ in range(deaths):
        assert child.process
        child.process.wait()
        child.watch()
        died = clock.now
        process = child.process
        while child.process is process:
            clock.now += 0.25
            child.watch()
        pauses.append(clock.now - died)
    return pauses


def test_a_child_that_keeps_dying_is_started_with_growing_pauses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    child = make_child(tmp_path, "import sys; sys.exit(3)", clock)
    child.start()
    assert pauses_of_deaths(child, clock, 7) == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"网页服务意外退出（退出码 3，日志：{tmp_path / 'web.log'}），0.5 秒后重新启动。"
    child.end()


def test_a_child_that_lived_well_is_started_again_at_once(tmp_path: Path) -> None:
    clock = Clock()
    child = make_child(tmp_path, "import sys; sys.exit(3)", clock)
    child.start()
    assert pauses_of_deaths(child, clock, 3) == [0.5, 1.0, 2.0]
    clock.now += 61
    assert pauses_of_deaths(child, clock, 1) == [0.5]
    child.end()


def test_a_killed_child_is_back_as_another_process(tmp_path: Path) -> None:
    clock = Clock()
    child = make_child(tmp_path, "import sys; sys.stdin.read(); import time; time.sleep(600)", clock)
    child.start()
    assert child.process
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert pauses_of_deaths(child, clock, 1) == [0.5]
    assert child.is_alive() is True
    assert child.process.pid != first
    child.end()
    assert child.is_alive() is False


def test_a_renewed_child_comes_back_without_a_pause_or_a_complaint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = make_child(tmp_path, "import time; time.sleep(600)", Clock())
    child.start()
    first = child.process
    assert first
    child.renew()
    first.wait()
    child.watch()
    assert child.process is not first
    assert child.is_alive() is True
    assert capsys.readouterr().out == ""
    child.end()


def test_ending_a_child_ends_what_it_started(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('pid', 'w').write(str(grandchild.pid)); open('ready', 'w').close(); grandchild.wait()\n"
    )
    child = make_child(tmp_path, code, Clock())
    child.start()
    while not (tmp_path / "ready").exists():
        assert child.is_alive() is True
    grandchild = os.pidfd_open(int((tmp_path / "pid").read_text()))
    child.end()
    # Killed with its group: the kernel says so at once, whoever adopted it and whether he has looked or not.
    ended, _, _ = select.select([grandchild], [], [], PATIENCE)
    os.close(grandchild)
    assert ended == [grandchild]


def test_a_long_log_is_emptied_and_its_copy_kept(tmp_path: Path) -> None:
    child = make_child(tmp_path, "", Clock())
    child.log.write_text("last words")
    os.truncate(child.log, LARGEST_LOG + 1)
    child.watch()
    assert child.log.stat().st_size == 0
    assert (tmp_path / "web.log.1").read_bytes().startswith(b"last words")
