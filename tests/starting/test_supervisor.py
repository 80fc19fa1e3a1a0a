from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from houqin.starting.supervisor import Stopping, StopRequested, only_one, where_it_runs, write_note


def test_a_second_supervisor_says_where_the_first_one_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one(tmp_path) as note:
        assert note
        write_note(note, address="http://127.0.0.1:8001/")
        with only_one(tmp_path) as second:
            assert second is None
    assert capsys.readouterr().out == f"后勤已经在运行：http://127.0.0.1:8001/（进程 {os.getpid()}）\n"


def test_a_first_one_that_is_still_starting_is_named_by_its_process() -> None:
    assert (
        where_it_runs(json.dumps({"pid": 7, "address": None})) == "后勤正在启动（进程 7），请看另一个窗口。"
    )
    assert where_it_runs("") == "后勤已经在启动，请看另一个窗口。"


def test_after_it_ended_the_next_one_may_start(tmp_path: Path) -> None:
    with only_one(tmp_path):
        pass
    with only_one(tmp_path) as note:
        assert note is not None


def test_a_signal_interrupts_the_start_but_only_ends_the_watch() -> None:
    starting = Stopping()
    with pytest.raises(StopRequested):
        starting.receive(2, None)
    watching = Stopping(interrupts=False)
    watching.receive(2, None)
    assert (watching.requested, watching.impatient) == (True, False)
    watching.receive(2, None)
    assert (watching.requested, watching.impatient) == (True, True)
