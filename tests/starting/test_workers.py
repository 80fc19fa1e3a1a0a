"""F6: three workers share no memory, and nobody notices which one answered, nor that they are replaced."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from houqin.backups.server import MAINTENANCE, Server
from houqin.starting.children import Child
from tests.backups.conftest import asked
from tests.backups.factories import copy_of, own_database, site_of
from tests.bench.client import Answer, Client, WrongAnswer
from tests.factories import PASSWORD
from tests.program import ROOT, Place

WORKERS = 3
WRONG = "not the password 1"
KEY = re.compile(r'name="_key" value="([^"]+)"')
# So many pages at most, until what is waited for has happened.
PATIENCE = 2_000
# What a server says when it has begun with a request whose sender asked to be told.
BEGUN = b"HTTP/1.1 100 Continue\r\n\r\n"

FILL = """
import django
django.setup()
from houqin.people.roles import Role
from houqin.school import School
from tests.factories import department, person
School.objects.create(name="青溪镇中心小学")
for number, role in (("W1", Role.TEACHER), ("W2", Role.DIRECTOR), ("W3", Role.SYSTEM_ADMIN)):
    person(role, staff_no=number, department=department())
"""


@dataclass
class Visitor(Client):
    """Somebody whose every request goes to the next worker, on a line of its own, and is sent only once."""

    turns: Iterator[str] = field(default_factory=lambda: iter(()))

    def _ask(
        self, method: str, path: str, expect: int, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        self.address, self.connection = next(self.turns), None
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            answer = self._once(method, path, body, {"Cookie": cookie, "Connection": "close", **headers})
        finally:
            self.hang_up()
        if answer.status != expect:
            raise WrongAnswer(f"{method} {path} answered {answer.status}: {answer.body[:300]!r}")
        return answer

    def hang_up(self) -> None:
        """Close the line, also where it broke in the middle of an answer."""
        if self.connection is not None:
            self.connection.close()

    def found_department(self, name: str) -> None:
        """Fill in the form of one worker and send it to the next."""
        self.post("/departments/new/", {"name": name, "order": "1", "_key": self.new_key()})

    def new_key(self) -> str:
        """The key of a fresh form."""
        found = KEY.search(self.get("/departments/new/").body.decode())
        assert found is not None
        return found[1]


@dataclass
class House:
    """The three workers and the database behind them."""

    place: Place
    gunicorn: Child
    addresses: list[str]

    def visitor(self, staff_no: str = "") -> Visitor:
        made = Visitor(self.addresses[0], turns=cycle(self.addresses))
        if staff_no:
            made.log_in(staff_no, PASSWORD)
        else:
            made.read_token("/login/")
        return made

    def at(self, worker: int, visitor: Visitor) -> Visitor:
        """`visitor` with the same cookies, whom one worker alone answers."""
        address = self.addresses[worker]
        return Visitor(address, dict(visitor.cookies), visitor.token, turns=cycle([address]))

    def count(self, table: str, where: str) -> int:
        return int(asked(site_of(self.place).server, f"SELECT count(*) FROM {table} WHERE {where}")[0])

    def workers(self) -> set[int]:
        """The processes under gunicorn's own."""
        assert self.gunicorn.process is not None
        own = self.gunicorn.process.pid
        return set(map(int, Path(f"/proc/{own}/task/{own}/children").read_text().split()))


def let_go(server: Server) -> None:
    """Wait until the server knows that the workers are gone: the owner cannot end the app's sessions."""
    left = "SELECT count(*), pg_sleep(0.02) FROM pg_stat_activity WHERE datname = %s"
    with server.named(MAINTENANCE).connect(autocommit=True) as line:
        while line.execute(left, [server.database]).fetchone() != (0, ""):
            pass


@pytest.fixture(scope="module")
def house(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("workers")
    with copy_of(own_database(), f"{own_database()}_workers", folder) as place, ExitStack() as held:
        place.run("-c", FILL)
        doors = [held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128)) for _ in range(3)]
        numbers = tuple(door.fileno() for door in doors)
        around = {**place.environ, "LISTENING": " ".join(map(str, numbers))}
        command = [sys.executable, "-m", "gunicorn", "-c", "tests/starting/one_port_each.py", "houqin.wsgi"]
        gunicorn = Child("网页服务", command, around, ROOT, folder / "log" / "web.log", numbers)
        gunicorn.start()
        held.callback(let_go, site_of(place).server)
        held.callback(gunicorn.end)
        # The doors are open from the beginning: who comes too early waits.
        yield House(place, gunicorn, [f"http://127.0.0.1:{door.getsockname()[1]}" for door in doors])


pytestmark = pytest.mark.django_db


def test_f6_wrong_passwords_are_counted_over_all_workers(house: House) -> None:
    stranger = house.visitor()
    for guess in [WRONG] * 5 + [PASSWORD] * WORKERS:
        stranger.post("/login/", {"login": "W1", "password": guess}, expect=200)
    assert house.count("houqin_loginguess", "account = 'W1'") == 5


def test_f6_the_allowance_of_ones_own_password_is_one_for_all_workers(house: House) -> None:
    owner = house.visitor("W2")
    typed = {"old": WRONG, "new": "another long word 8", "again": "another long word 8"}
    answers = [owner.post("/account/password/", typed, expect=200).body.decode() for _ in range(6)]
    assert ["已经用完" in answer for answer in answers] == [False] * 5 + [True]


def test_f6_a_form_that_reaches_three_workers_at_once_is_one_record_and_one_answer(house: House) -> None:
    admin = house.visitor("W3")
    form = {"name": "同时处", "order": "1", "_key": admin.new_key()}
    senders = [house.at(worker, admin) for worker in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        sent = [pool.submit(each.post, "/departments/new/", form) for each in senders]
        places = {each.result().headers["Location"] for each in sent}
    assert (len(places), house.count("houqin_department", "name = '同时处'")) == (1, 1)


def test_f6_what_a_worker_keeps_is_read_anew_when_another_one_wrote(house: House) -> None:
    director = house.visitor("W2")
    readers = [house.at(worker, director) for worker in range(WORKERS)]

    def looks() -> list[bool]:
        return ["新来处" in reader.get("/plans/").body.decode() for reader in readers]

    before = looks()
    house.visitor("W3").found_department("新来处")
    assert (before, looks()) == ([False] * WORKERS, [True] * WORKERS)


@dataclass
class Load:
    """Three people who found departments without a pause, and what they were answered."""

    house: House
    name: str
    saved: int = 0
    errors: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def go_on(self, visitor: Visitor, who: int) -> None:
        sent = 0
        while not self.is_over.is_set():
            sent += 1
            try:
                visitor.found_department(f"{self.name}{who}-{sent}")
            except (OSError, WrongAnswer) as error:
                self.errors.append(f"{type(error).__name__}: {error}")
        with self.turn:
            self.saved += sent


@contextmanager
def load(house: House, name: str) -> Iterator[Load]:
    """A load on all workers that goes on inside the block, and has ended after it."""
    made = Load(house, name)
    visitors = [house.visitor("W3") for _ in range(3)]
    with ThreadPoolExecutor(len(visitors)) as pool:
        for who, visitor in enumerate(visitors):
            pool.submit(made.go_on, visitor, who)
        try:
            yield made
        finally:
            made.is_over.set()


def read_until(house: House, visitor: Visitor, happened: Callable[[], bool]) -> None:
    """Read pages of all workers until that has happened."""
    for _ in range(PATIENCE):
        visitor.get("/account/")
        if happened():
            return
    pytest.fail("it does not happen")


def replaced(house: House, visitor: Visitor) -> None:
    """Have the workers replaced one by one, and read pages until all old ones are gone."""
    before = house.workers()
    assert house.gunicorn.process is not None
    house.gunicorn.process.send_signal(signal.SIGHUP)
    read_until(
        house, visitor, lambda: len(house.workers() - before) == WORKERS and not house.workers() & before
    )


@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.long)])
def test_f6_while_workers_are_replaced_nobody_meets_an_error(house: House, times: int) -> None:
    reader = house.visitor("W3")
    with load(house, f"轮换{times}-") as seen:
        for _ in range(times):
            replaced(house, reader)
    assert (seen.errors, house.count("houqin_department", f"name LIKE '轮换{times}-%'")) == ([], seen.saved)


@pytest.mark.long
def test_f6_while_the_web_server_is_started_anew_visitors_wait(house: House) -> None:
    reader = house.visitor("W3")
    assert house.gunicorn.process is not None
    with load(house, "重启-") as seen:
        house.gunicorn.renew()
        house.gunicorn.process.wait()
        house.gunicorn.watch()
        reader.get("/account/")
    assert (seen.errors, house.count("houqin_department", "name LIKE '重启-%'")) == ([], seen.saved)


def half_sent(visitor: Visitor, path: str, body: bytes) -> http.client.HTTPConnection:
    """A line on which half of a form was sent; a worker has begun with it and waits for the rest."""
    line = http.client.HTTPConnection(urlsplit(next(visitor.turns)).netloc, timeout=60)
    line.putrequest("POST", path)
    for name, value in {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body)),
        "Expect": "100-continue",
    }.items():  # fmt: skip
        line.putheader(name, value)
    line.endheaders()
    assert line.sock.recv(len(BEGUN), socket.MSG_WAITALL) == BEGUN
    line.send(body[: len(body) // 2])
    return line


def wait_until_one_is_left(house: House) -> None:
    """Wait until no worker is there any more but, at most, the one that has something to finish."""
    with site_of(house.place).server.named(MAINTENANCE).connect(autocommit=True) as line:
        while len(house.workers()) > 1:
            line.execute("SELECT pg_sleep(0.02)")


def test_f6_what_a_slow_phone_is_still_sending_is_finished_before_the_web_server_ends(house: House) -> None:
    admin = house.visitor("W3")
    form = {"name": "慢慢来处", "order": "1", "_key": admin.new_key(), "csrfmiddlewaretoken": admin.token}
    body = urlencode(form).encode()
    line = half_sent(admin, "/departments/new/", body)
    house.gunicorn.renew()
    wait_until_one_is_left(house)
    line.send(body[len(body) // 2 :])
    status = line.getresponse().status
    line.close()
    assert house.gunicorn.process is not None
    house.gunicorn.process.wait()
    house.gunicorn.watch()
    assert (status, house.count("houqin_department", "name = '慢慢来处'")) == (303, 1)
