"""A client that costs next to nothing, so that what is measured is the server."""

from __future__ import annotations

import http.client
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# Each of a server's eight threads has a connection of its own. On it a statement is prepared when it is asked
# for the third time, and planned anew five times more: before that nothing is warm.
WARM_UP = 80


class WrongAnswer(RuntimeError):
    """The server answered something else than what is measured."""


@dataclass(frozen=True)
class Answer:
    """One answer and how long its first byte and its last one took, in seconds."""

    status: int
    body: bytes
    first_byte: float
    seconds: float
    headers: Mapping[str, str]


@dataclass
class Client:
    """One keep-alive connection with the cookies of one person."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str, *, expect: int = 200, **headers: str) -> Answer:
        """Fetch `path`; `WrongAnswer` when its status is not `expect`."""
        return self._ask("GET", path, expect, None, headers)

    def post(self, path: str, fields: Mapping[str, str], *, expect: int = 303) -> Answer:
        """Send a form with the person's token."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        return self._ask("POST", path, expect, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def log_in(self, login: str, password: str) -> None:
        """Through the login page; keeps the token for later forms."""
        self.read_token("/login/")
        self.post("/login/", {"login": login, "password": password}, expect=302)
        self.read_token("/")

    def read_token(self, path: str) -> None:
        """Take the form token from the page at `path`."""
        found = TOKEN.search(self.get(path).body.decode())
        if found is None:
            raise WrongAnswer(f"{path} has no form")
        self.token = found[1]

    def _ask(
        self, method: str, path: str, expect: int, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        around = {"Cookie": cookie, "Referer": self.address, **headers}
        for is_last in (False, True):
            try:
                answer = self._once(method, path, body, around)
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # The server closes a connection that was idle for some seconds.
                self.connection = None
                if is_last:
                    raise
        if answer.status != expect:
            raise WrongAnswer(f"{method} {path} answered {answer.status}: {answer.body[:300]!r}")
        return answer

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        began = time.perf_counter()
        self.connection.request(method, quote(path, safe="/?&=%"), body, dict(headers))
        response = self.connection.getresponse()
        start = response.read(1)
        first_byte = time.perf_counter() - began
        whole = start + response.read()
        seconds = time.perf_counter() - began
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response.status, whole, first_byte, seconds, dict(response.headers))


def medians(*acts: Callable[[], object], runs: int = 31) -> list[float]:
    """The median of each act in milliseconds, taken in turns: a busy minute is the same for all of them."""
    for act in acts * WARM_UP:
        act()
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(runs):
        for place, act in enumerate(acts):
            began = time.perf_counter()
            act()
            times[place].append((time.perf_counter() - began) * 1000)
    return [statistics.median(each) for each in times]


def throughput(clients: Sequence[Client], path: str, *, seconds: float = 5.0) -> float:
    """Requests a second that all clients together are answered."""

    def knock(client: Client) -> int:
        answered, until = 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            client.get(path)
            answered += 1
        return answered

    with ThreadPoolExecutor(len(clients)) as pool:
        return sum(pool.map(knock, clients)) / seconds
