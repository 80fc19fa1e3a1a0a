"""`python -m tests.bench`: measure everything, print the table, keep it as build/bench.md.

`BENCH=lists make bench` measures that part alone, `BENCH=lists,writes` those two; see `PARTS`.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.bench.client import Client, medians
from tests.bench.crowd import CROWD, measure_crowd
from tests.bench.exports import measure_exports
from tests.bench.lists import (
    Readers,
    first_page_ms,
    measure_first_pages,
    measure_pages,
    measure_throughput,
)
from tests.bench.phone import measure_phone
from tests.bench.starting import measure_start, measure_weight
from tests.bench.table import Figure, Table
from tests.bench.writes import measure_writes
from tests.program import ROOT, Place, own_place

PARTS = ("lists", "writes", "exports", "imports", "crowd", "within", "starts")
IMPORTED = 10_000
FEW, MANY = 10_000, 100_000
# By the first word of the figure; the home page asks once for each app that plugs to-dos or figures into it.
QUERY_BUDGETS = {"list": 8, "write": 20, "item": 15, "plan": 15, "month": 15}
GROWING = ("first page", "page 100", "search, few hits", "search, many hits", "filter by state")


def main() -> int:
    """Always 0: what is over its budget is printed in bold, because a busy machine is no failure."""
    parts = _parts()
    table = Table(_head())
    with own_place("houqin_bench") as place:
        place.prepare()
        accounts = {each["role"]: (each["login"], each["password"]) for each in place.accounts()}
        small = _measure_few(place, accounts, parts, table)
        _say(f"{MANY:,} items")
        _within(place, "school", str(MANY))
        _measure_served(place, accounts, small, parts, table)
        if "imports" in parts:
            _say("imports")
            _measure_imports(place, table)
        if "within" in parts:
            _say("queries and PDFs")
            _measure_within(place, table)
        if "starts" in parts:
            _say("starts")
            measure_start(place, table)
    text = table.text()
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _parts() -> list[str]:
    """What to measure: everything, or what the environment's BENCH names."""
    wanted = [name for name in os.environ.get("BENCH", "").split(",") if name] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"BENCH: no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    return wanted


def _measure_few(
    place: Place, accounts: dict[str, tuple[str, str]], parts: list[str], table: Table
) -> list[float]:
    """The pages whose time must not grow, on a tenth of the rows; and what a first visit weighs."""
    if not {"lists", "starts"} & set(parts):
        return []
    _say(f"{FEW:,} items")
    _within(place, "school", str(FEW))
    with place.serve() as served:
        director = _logged_in(served.address, accounts["director"])
        if "starts" in parts:
            measure_weight(director, table)
        return first_page_ms(director) if "lists" in parts else []


def _measure_served(
    place: Place,
    accounts: dict[str, tuple[str, str]],
    small: list[float],
    parts: list[str],
    table: Table,
) -> None:
    bare_settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings"}
    with place.serve() as served, place.serve("tests.bench.bare:application", **bare_settings) as limit:
        director = _logged_in(served.address, accounts["director"])
        worker = _logged_in(served.address, accounts["repair_worker"])
        readers = Readers(director, worker, Client(limit.address))
        if "lists" in parts:
            _say("lists")
            measure_first_pages(readers, table)
            measure_throughput(served.address, limit.address, accounts["director"], table)
            for name, many, few in zip(GROWING, first_page_ms(director), small, strict=True):
                table.add(Figure(f"10 × the rows: {name}", many, 1.5, limit=few, limit_is=f"{FEW:,} rows"))
            measure_pages(readers, table)
        if "writes" in parts:
            _say("writes")
            measure_writes(director, readers.bare, table)
        if "exports" in parts:
            _say("exports, prints")
            measure_exports(director, readers.bare, served.pid, MANY, table)
            _measure_kept_print(director, table)
        if "crowd" in parts:
            _say("a phone on a bad line, a whole school at once")
            measure_phone(worker, table)
            measure_crowd(served.address, _within(place, "people", str(CROWD)), table)


def _measure_within(place: Place, table: Table) -> None:
    queries: dict[str, Any] = _within(place, "queries")
    budgets = QUERY_BUDGETS | {"home": 1 + queries.pop("sources")}
    for name, count in queries.items():
        budget = budgets[name.split()[0].rstrip(":")]
        table.add(Figure(f"queries: {name}", count, budget, unit=""))
    printed = _within(place, "pdfs")
    for each in printed.values():
        name = f"PDF of {each['pages']} page{'s' if each['pages'] > 1 else ''}"
        table.add(Figure(name, each["ours"], 1.15, limit=each["bare"], limit_is="WeasyPrint"))
    if not printed:
        table.remarks.append("This machine cannot print: the libraries of WeasyPrint are missing.")


def _measure_imports(place: Place, table: Table) -> None:
    """A staff list; memory is that of the worker and of the child that reads for it."""
    told: dict[str, Any] = _within(place, "imports", str(IMPORTED))
    rows, bare = f"{IMPORTED:,} rows xlsx", told["bare"]
    queries = (told["check_queries"] + told["write_queries"]) / (IMPORTED / 1_000)
    table.add(
        Figure(
            f"import of {rows}: read, check", told["check"], 4, unit="s", limit=bare, limit_is="bare import"
        ),
        Figure(f"import of {rows}: write", told["write"], 6, unit="s", limit=bare, limit_is="bare import"),
        Figure("import: queries for 1,000 rows", queries, 15, unit=""),
        Figure("import: memory", told["memory"] + told["child"], 300, unit="MB"),
    )


def _measure_kept_print(director: Client, table: Table) -> None:
    page = director.get("/plans/this-month/", expect=302)
    path = f"{page.headers['Location']}print/"
    director.get(path)
    table.add(Figure("print that is kept", medians(lambda: director.get(path))[0], 30))


def _within(place: Place, *command: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(place.run("-m", "tests.bench.within", *command))
    return answer


def _logged_in(address: str, account: tuple[str, str]) -> Client:
    client = Client(address)
    client.log_in(*account)
    return client


def _head() -> str:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    when = datetime.now(ZoneInfo("Asia/Shanghai"))
    machine = f"{os.cpu_count()} × {_processor()}, {platform.system()} {platform.release()}"
    load = os.getloadavg()[0]
    return (
        f"Commit {commit} · {when:%Y-%m-%d %H:%M} · {machine} · load at the start {load:.1f} · {MANY:,} items"
    )


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence} …\n")


if __name__ == "__main__":
    sys.exit(main())
