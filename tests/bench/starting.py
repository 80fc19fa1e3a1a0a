"""From nothing to the first page, and what a first visit weighs."""

from __future__ import annotations

import re
import time
from statistics import median
from urllib.parse import urljoin

from tests.bench.client import Client
from tests.bench.table import Figure, Table
from tests.program import Place, own_place

ASSET = re.compile(r"<(?:link[^>]+(?:stylesheet|icon|manifest)[^>]+|script[^>]+src=[^>]+|img[^>]+)>")
ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')
RUNS = 3


def measure_start(place: Place, table: Table) -> None:
    """A server that starts cold; tables made from nothing."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        with place.serve():
            times.append(time.perf_counter() - began)
    table.add(Figure("cold start to the first page", median(times), 2, unit="s"))
    with own_place("houqin_bench_empty") as empty:
        began = time.perf_counter()
        empty.run("manage.py", "migrate", "--database=owner", "--verbosity=0")
        table.add(Figure("migrate on an empty database", time.perf_counter() - began, 30, unit="s"))


def measure_weight(director: Client, table: Table) -> None:
    """Login page and home page with everything they ask for, compressed, each thing once."""
    weights: dict[str, int] = {}
    stranger = Client(director.address)
    for who, path in ((stranger, "/login/"), (director, "/")):
        page = who.get(path).body.decode()
        weights[path] = len(who.get(path, **{"Accept-Encoding": "gzip"}).body)
        for tag in ASSET.findall(page):
            address = ADDRESS.search(tag)
            if address is not None and not address[1].startswith("data:"):
                asset = urljoin(path, address[1])
                weights[asset] = len(who.get(asset, **{"Accept-Encoding": "gzip"}).body)
    table.add(Figure("weight of a first visit, compressed", sum(weights.values()) / 1024, 90, unit="KB"))
    parts = ", ".join(
        f"{name.rsplit('/', 1)[-1] or name} {size / 1024:.1f}" for name, size in weights.items()
    )
    table.remarks.append(f"A first visit in KB: {parts}.")
