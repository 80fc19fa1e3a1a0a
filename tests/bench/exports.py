"""Exports of everything: time, first byte and memory, against streams by hand."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from python_calamine import load_workbook

from tests.bench.client import Answer, Client, WrongAnswer
from tests.bench.table import Figure, Table

RUNS = 3
CSV = "/plans/items/?export=csv"
XLSX = "/plans/items/?export=xlsx"


def measure_exports(director: Client, bare: Client, server: int, items: int, table: Table) -> None:
    """CSV and workbook of all rows; the workbook against a known writer and the least that writes one."""
    with _memory(server) as grown:
        ours, limit = _in_turns(director, CSV, bare, "/items.csv")
    _count(csv.reader(io.StringIO(ours[-1].body.decode("utf-8-sig"))), items)
    _add("csv", items, ours, grown[0], table)
    table.add(_against(f"csv of {items:,} rows", 3, ours, limit, limit_is="streamed"))
    with _memory(server) as grown:
        ours, limit, sheet = _in_turns(director, XLSX, bare, "/items.xlsx", "/items-sheet.xlsx")
    book = load_workbook(io.BytesIO(ours[-1].body))
    _count(book.get_sheet_by_index(0).to_python(), items)
    _add("xlsx", items, ours, grown[0], table)
    table.add(
        _against(f"xlsx of {items:,} rows", 0.5, ours, limit, limit_is="xlsxwriter"),
        _against(f"xlsx of {items:,} rows", 3, ours, sheet, limit_is="streamed sheet"),
    )


def _count(lines: Iterable[object], items: int) -> None:
    found = sum(1 for _ in lines) - 1
    if found != items:
        raise WrongAnswer(f"the export has {found} rows of {items}")


def _add(kind: str, items: int, ours: list[Answer], grown: float, table: Table) -> None:
    first = median(each.first_byte for each in ours)
    table.add(
        Figure(f"{kind} of {items:,} rows, first byte", first, 0.5, unit="s"),
        Figure(f"{kind} of {items:,} rows, memory", grown, 80, unit="MB"),
    )


def _against(name: str, budget: float, *answers: list[Answer], limit_is: str) -> Figure:
    ours, limit = (median(each.seconds for each in answered) for answered in answers)
    return Figure(name, ours, budget, unit="s", limit=limit, limit_is=limit_is)


def _in_turns(director: Client, path: str, bare: Client, *bare_paths: str) -> list[list[Answer]]:
    """The answers to our path, then those to each of the limit's."""
    rounds = [[director.get(path), *(bare.get(each) for each in bare_paths)] for _ in range(RUNS)]
    return [list(answers) for answers in zip(*rounds, strict=True)]


@contextmanager
def _memory(server: int) -> Iterator[list[float]]:
    """How many MB the biggest worker of the server grew at its peak while the block ran."""
    before = {pid: _resident(pid) for pid in _children(server)}
    peak, is_over, grown = dict(before), threading.Event(), [0.0]

    def watch() -> None:
        while not is_over.is_set():
            for pid in before:
                peak[pid] = max(peak[pid], _resident(pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield grown
    finally:
        is_over.set()
        watcher.join()
        grown[0] = max(peak[pid] - before[pid] for pid in before)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
