"""A whole school at once: everybody logs in within a minute, then everybody works."""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.bench.client import Client, WrongAnswer
from tests.bench.table import Figure, Table

CROWD = 200
LOGIN_SECONDS = 60.0
WORK_SECONDS = 60.0
# Between two requests of one person.
THINKING = (2.0, 5.0)
READS = 0.8
PAGES = ("/", "/plans/mine/", "/plans/items/", "/plans/items/?state=planned", "/plans/items/?q=检查")
SEED = 20261126
FAILURES = (WrongAnswer, OSError, http.client.HTTPException)


@dataclass
class Diary:
    """How long every request took, in seconds, and what went wrong."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: Callable[[], object]) -> None:
        """Do `act` and write down how long it took, or that it failed."""
        began = time.perf_counter()
        try:
            act()
        except FAILURES as error:
            with self.lock:
                self.errors.append(f"{type(error).__name__}: {error}"[:200])
            return
        with self.lock:
            self.times.append(time.perf_counter() - began)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] if len(self.times) > 1 else float("inf")


def measure_crowd(address: str, crowd: dict[str, Any], table: Table) -> None:
    """Logins spread over a minute; then a minute in which all of them read and write."""
    people = [(Client(address), login, path) for login, path in crowd["people"]]
    logins, work = Diary(), Diary()

    def log_in(place: int, client: Client, login: str) -> None:
        time.sleep(place * LOGIN_SECONDS / len(people))
        logins.note(lambda: client.log_in(login, crowd["password"]))

    _all_at_once([lambda p=p, who=who: log_in(p, who[0], who[1]) for p, who in enumerate(people)])
    inside = [(client, path) for client, _, path in people if client.token]
    until = time.perf_counter() + WORK_SECONDS
    _all_at_once([lambda p=p, who=who: _work(p, *who, until, work) for p, who in enumerate(inside)])
    name = f"{CROWD} people at once"
    table.add(
        Figure(f"{CROWD} logins in a minute, p95 with both pages", logins.p95, 3, unit="s"),
        Figure(f"{CROWD} logins in a minute, errors", len(logins.errors), 0, unit=""),
        Figure(f"{name}, p95", work.p95 * 1000, 500),
        Figure(f"{name}, errors", len(work.errors), 0, unit=""),
    )
    asked = len(work.times) / WORK_SECONDS
    half = statistics.median(work.times) * 1000 if work.times else float("inf")
    table.remarks.append(f"{name} asked {asked:.0f} requests a second; half were answered in {half:.0f} ms.")
    table.remarks += [
        f"Of the crowd's errors: {each}." for each in sorted({*logins.errors, *work.errors})[:5]
    ]


def _work(place: int, client: Client, path: str, until: float, diary: Diary) -> None:
    """One person reads pages and reports on a piece of work of his own, thinking between."""
    chance = random.Random(SEED + place)  # noqa: S311 - the same people every time, no secret
    # Everybody begins at another moment, as people do.
    time.sleep(chance.uniform(0, THINKING[1]))
    while time.perf_counter() < until:
        if chance.random() < READS:
            page = chance.choice((*PAGES, path))
            diary.note(lambda page=page: client.get(page))
        else:
            diary.note(lambda: _report(client, path))
        time.sleep(chance.uniform(*THINKING))


def _report(client: Client, path: str) -> None:
    # The page that a browser goes on to shows what was said and takes it off the cookie.
    client.cookies.pop("messages", None)
    client.post(f"{path}report/", {"_key": str(uuid.uuid4()), "text": "做了一半。"})


def _all_at_once(acts: Sequence[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
