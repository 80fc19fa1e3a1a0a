"""F6: by SIGHUP to the supervisor everything is replaced while it serves, and nobody meets an error."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from houqin.starting.children import Child
from houqin.starting.renewing import LONGEST_LOADING, READY, Renewal
from houqin.starting.supervisor import Stopping
from tests.backups.factories import copy_of, own_database, site_of
from tests.program import ROOT, free_port
from tests.starting.test_children import Clock
from tests.starting.test_workers import FILL, House, Visitor, let_go, load, read_until

SERVES = "import signal; signal.pause()"
LOADS = f"import os, pathlib; pathlib.Path(os.environ[{READY!r}]).write_text(str(os.getpid())); {SERVES}"


@contextmanager
def renewal(folder: Path, code: str, clock: Clock) -> Iterator[Renewal]:
    """A server that serves, and one of `code` that is to take its place."""
    around = {**os.environ, READY: str(folder / "ready")}
    old, new = (
        Child("网页服务", [sys.executable, "-c", each], around, folder, folder / "web.log", clock=clock)
        for each in (SERVES, code)
    )
    made = Renewal(old, new, folder / "ready")
    old.start()
    try:
        made.begin()
        yield made
    finally:
        old.end()
        new.end()


def test_the_old_server_is_asked_to_stop_when_the_new_one_has_loaded(tmp_path: Path) -> None:
    # Left by a server of the day before.
    (tmp_path / "ready").write_text("1")
    with renewal(tmp_path, LOADS, Clock()) as made:
        before = made.watch()
        while (serving := made.watch()) is None:
            assert made.old.is_alive()
        assert (before, serving is made.new, made.new.is_alive()) == (None, True, True)
        assert made.old.process is not None
        assert made.old.process.wait() == -signal.SIGTERM


def test_a_program_that_does_not_load_takes_nobodys_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with renewal(tmp_path, "import sys; sys.exit(3)", Clock()) as made:
        assert made.new.process is not None
        made.new.process.wait()
        assert (made.watch() is made.old, made.old.is_alive()) == (True, True)
    log = tmp_path / "web.log"
    assert capsys.readouterr().out == f"新的网页服务没有起来（退出码 3，日志：{log}），原来的继续服务。\n"


def test_a_program_that_loads_for_ever_is_given_up(tmp_path: Path) -> None:
    clock = Clock()
    with renewal(tmp_path, SERVES, clock) as made:
        # By one that was given up before, and has loaded at last.
        (tmp_path / "ready").write_text("1")
        clock.now += LONGEST_LOADING
        before = made.watch()
        clock.now += 1
        assert (before, made.watch() is made.old) == (None, True)
        assert (made.old.is_alive(), made.new.is_alive()) == (True, False)


@pytest.mark.parametrize(
    ("had_terminal", "told"), [(False, (False, True)), (True, (True, False))], ids=["sent", "window closed"]
)
def test_a_hangup_renews_but_the_end_of_the_window_stops(had_terminal: bool, told: tuple[bool, bool]) -> None:
    """The tests themselves have no terminal: who had one at the start has lost it."""
    watching = Stopping(interrupts=False, had_terminal=had_terminal)
    watching.receive(signal.SIGHUP, None)
    assert (watching.requested, watching.renewal) == told


@contextmanager
def supervised(folder: Path) -> Iterator[House]:
    """The whole program as `make run` starts it, on a school of its own."""
    with copy_of(own_database(), f"{own_database()}_rolling", folder) as place:
        place.run("-c", FILL)
        port = free_port()
        around = {**place.environ, "HOUQIN_BIND": f"127.0.0.1:{port}", "HOUQIN_DEMO": "off"}
        command = [sys.executable, "-m", "houqin.starting.supervisor"]
        supervisor = Child("后勤", command, around, ROOT, folder / "log" / "said.log")
        supervisor.start()
        try:
            yield House(place, supervisor, [f"http://127.0.0.1:{port}"] * 3)
        finally:
            supervisor.ask_to_stop()
            assert supervisor.process is not None
            supervisor.process.wait()
            let_go(site_of(place).server)


def first_visitor(house: House) -> Visitor:
    """Somebody who comes as soon as the socket is open, and waits for the first page."""
    while True:
        try:
            return house.visitor("W3")
        except ConnectionRefusedError:
            assert house.gunicorn.is_alive()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_f6_a_hangup_replaces_web_server_and_job_workers_and_nobody_meets_an_error(
    django_db_setup: None, tmp_path: Path
) -> None:
    with supervised(tmp_path) as house:
        reader = first_visitor(house)
        read_until(house, reader, lambda: len(house.workers()) == 4)
        before = house.workers()
        with load(house, "换新-") as seen:
            assert house.gunicorn.process is not None
            house.gunicorn.process.send_signal(signal.SIGHUP)
            read_until(house, reader, lambda: len(house.workers() - before) == 4 == len(house.workers()))
        assert (seen.errors, house.count("houqin_department", "name LIKE '换新-%'")) == ([], seen.saved)
