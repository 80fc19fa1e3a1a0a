"""Lists and records over HTTP: against the bare list, against our own first page, and by eight at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from tests.bench.client import Client, WrongAnswer, medians, throughput
from tests.bench.table import Figure, Table
from tests.bench.within.words import ABSENT, COMMON, RARE

LIST = "/plans/items/"
# Everything that a reader may ask of the list, as he would; the budget is a share of our own first page.
SEARCHES = {
    "a word few have": f"?q={RARE}",
    "a word every tenth has": f"?q={COMMON}",
    "a word none has": f"?q={ABSENT}",
    "a number": "?q=004242",
    "initials many have": "?q=jxl",
    "initials few have": "?q=sbfywxfz",
    "initials none has": "?q=zzzz",
}
NARROWED = {
    "state": "?state=in_progress",
    "late": "?late=1",
    "mine": "?mine=1",
    "month": "?month=2026-11",
    "sorted by month, oldest first": "?sort=month",
    "sorted by time limit": "?sort=due_on",
    "sorted by time limit, latest first": "?sort=-due_on",
    "sorted by state": "?sort=state",
    "state, sorted by time limit": "?state=planned&sort=due_on",
}
FIRST_RECORD = re.compile(r'href="(/plans/items/[2-9A-HJKMNP-TV-Z]{10}/)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
BIGGEST_PAGE_KB = 60
AT_ONCE = 8


@dataclass(frozen=True)
class Readers:
    """Who asks: the director, somebody who sees a part, and the bare limit."""

    director: Client
    scoped: Client
    bare: Client


def measure_first_pages(readers: Readers, table: Table) -> None:
    """The first page for whoever sees all and for whoever sees a part; its weight."""
    acts = [lambda who=who, path=path: who.get(path) for who, path in (
        (readers.director, LIST), (readers.scoped, LIST), (readers.bare, "/items/"))]  # fmt: skip
    director, scoped, bare = medians(*acts)
    table.add(
        Figure("list, first page, director", director, 1.5, limit=bare, limit_is="bare list"),
        Figure("list, first page, 维修工", scoped, 1.5, limit=bare, limit_is="bare list"),
    )
    for who, label in ((readers.director, "director"), (readers.scoped, "维修工")):
        weight = len(who.get(LIST).body) / 1024
        table.add(Figure(f"HTML of the list, {label}", weight, BIGGEST_PAGE_KB, unit="KB"))


def measure_pages(readers: Readers, table: Table) -> None:
    """Far pages, searches, filters, orders and a record, each in turns with our own first page."""
    _against_first(readers.director, table, "page 1,000 by its number, director", f"{LIST}?page=1000", 1.3)
    for who, label, far in ((readers.director, "director", 1000), (readers.scoped, "维修工", 200)):
        _against_first(who, table, f"page {far:,}, {label}", _led_to(who, far), 1.3)
        _against_first(who, table, f"page past the end, {label}", f"{LIST}?page=9999999", 1.3)
        for name, query in SEARCHES.items():
            _against_first(who, table, f"search, {name}, {label}", LIST + query, 1.2)
        for name, query in {**NARROWED, **_choices(who)}.items():
            _against_first(who, table, f"{name}, {label}", LIST + query, 1.2)
    found = FIRST_RECORD.search(readers.director.get(LIST).body.decode())
    if found is not None:
        _against_first(readers.director, table, "record with its history", found[1], 1.3)


def measure_throughput(address: str, bare_address: str, person: tuple[str, str], table: Table) -> None:
    """Eight readers at once, against eight of the bare list."""
    readers = [Client(address) for _ in range(AT_ONCE)]
    for reader in readers:
        reader.log_in(*person)
    strangers = [Client(bare_address) for _ in range(AT_ONCE)]
    # In turns, twice, because another program may be busy during one of them.
    ours = [throughput(readers, LIST), 0.0]
    bare = [throughput(strangers, "/items/"), throughput(strangers, "/items/")]
    ours[1] = throughput(readers, LIST)
    table.add(
        Figure("list, 8 at once", sum(ours) / 2, 0.5, unit="/s", limit=sum(bare) / 2, limit_is="bare list",
               is_least=True)
    )  # fmt: skip


def first_page_ms(who: Client) -> list[float]:
    """The pages whose time must not grow with the rows: first page, a far one, two searches, a filter."""
    paths = [LIST, f"{LIST}?page=100", f"{LIST}?q={RARE}", f"{LIST}?q={COMMON}", f"{LIST}?state=in_progress"]
    return medians(*[lambda path=path: who.get(path) for path in paths])


def _against_first(who: Client, table: Table, name: str, path: str, budget: float) -> None:
    ours, first = medians(lambda: who.get(path), lambda: who.get(LIST))
    table.add(Figure(name, ours, budget, limit=first, limit_is="first page"))


def _led_to(who: Client, page: int) -> str:
    """The address of a far page as readers come to it: by the link on the page before."""
    found = NEXT.search(who.get(f"{LIST}?page={page - 1}").body.decode())
    if found is None:
        raise WrongAnswer(f"there is no page {page:,}")
    return unescape(found[1])


def _choices(who: Client) -> dict[str, str]:
    """The first category and the first owner that the page offers."""
    page = who.get(LIST).body.decode()
    found = {}
    for name in ("category", "owner"):
        chosen = re.search(rf'<select name="{name}">.*?<option value="(\w+)"', page, re.S)
        if chosen is not None:
            found[name] = f"?{name}={chosen[1]}"
    return found
