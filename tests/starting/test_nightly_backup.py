"""When the supervisor starts a backup, and what it does when one fails."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from houqin.starting.nightly_backup import NightlyBackup, is_due, newest_in

START = datetime.fromisoformat("2026-11-27 07:40")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("newest", "now", "due"),
    [
        (None, "2026-11-27 12:00", True),
        ("2026-11-27 03:50", "2026-11-27 12:00", False),
        ("2026-11-26 03:50", "2026-11-27 03:49", False),
        ("2026-11-25 03:50", "2026-11-27 02:00", True),
        ("2026-11-26 03:50", "2026-11-27 03:50", True),
        ("2026-11-26 23:00", "2026-11-27 03:50", True),
        ("2026-11-20 03:50", "2026-11-27 08:00", True),
    ],
)
def test_a_backup_is_due_when_ten_to_four_has_passed_without_one(
    newest: str | None, now: str, due: bool
) -> None:
    assert is_due(at(newest) if newest else None, at(now)) is due


def test_a_backup_dated_ahead_by_a_wrong_clock_does_not_stop_the_others(tmp_path: Path) -> None:
    for name in ("houqin-20990101-035000", "houqin-20261126-035000", "notes"):
        (tmp_path / name).mkdir()
    assert newest_in(tmp_path, START) == at("2026-11-26 03:50")


class Night:
    """A supervisor's watch with a clock of its own and a program in the place of the backup."""

    def __init__(self, folder: Path, program: str) -> None:
        self.now = START
        self.watch = NightlyBackup(
            {}, folder / "backups", folder / "log", lambda: self.now, (sys.executable, "-c", program)
        )

    def after(self, **passed: float) -> bool:
        """Whether a backup runs when this much more time has passed."""
        self.now += timedelta(**passed)
        self.watch.watch()
        return self.watch.process is not None

    def let_it_end(self) -> None:
        assert self.watch.process is not None
        self.watch.process.wait(30)
        self.watch.watch()


def test_the_first_one_waits_until_everybody_has_logged_in(tmp_path: Path) -> None:
    night = Night(tmp_path, "")
    assert [night.after(minutes=9), night.after(minutes=1)] == [False, True]
    night.let_it_end()


def test_one_that_failed_is_said_and_tried_again_after_an_hour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night = Night(tmp_path, "raise SystemExit(1)")
    assert night.after(minutes=10)
    night.let_it_end()
    assert capsys.readouterr().out == f"备份没有做成（日志：{tmp_path / 'log'}），一小时后再试。\n"
    assert [night.after(minutes=59), night.after(minutes=1)] == [False, True]
    night.let_it_end()


def test_after_a_good_one_there_is_none_until_the_next_night(tmp_path: Path) -> None:
    night = Night(
        tmp_path, f"import os; os.makedirs({str(tmp_path / 'backups' / 'houqin-20261127-075000')!r})"
    )
    assert night.after(minutes=10)
    night.let_it_end()
    assert [night.after(hours=1), night.after(hours=18), night.after(hours=1, minutes=1)] == [
        False,
        False,
        True,
    ]
    night.let_it_end()


def test_a_clock_that_is_set_back_a_year_is_not_waited_for(tmp_path: Path) -> None:
    night = Night(tmp_path, "")
    assert night.after(days=-365)
    night.let_it_end()


def test_one_that_still_runs_when_the_program_stops_is_ended(tmp_path: Path) -> None:
    night = Night(tmp_path, "import time; time.sleep(600)")
    assert night.after(minutes=10)
    process = night.watch.process
    night.watch.end()
    assert process is not None
    assert process.returncode == -9
