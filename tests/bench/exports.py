"""Exports of everything: time, first byte and memory, against streams by hand."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.client import Answer, Client, WrongAnswer
from tests.bench.table import Figure, Table

RUNS = 3
CSV = "/plans/items/?export=csv"
XLSX = "/plans/items/?export=xlsx"


def measure_exports(director: Client, bare: Client, server: int, items: int, table: Table) -> None:
    """CSV of all rows; a workbook of as many as a workbook may have."""
    with _memory(server) as grown:
        ours, limit = _in_turns(director, CSV, bare, "/items.csv")
    lines = sum(1 for _ in csv.reader(io.StringIO(ours[-1].body.decode("utf-8-sig")))) - 1
    if lines != items:
        raise WrongAnswer(f"the export has {lines} rows of {items}")
    table.add(
        Figure(
            f"csv of {items:,} rows", _seconds(ours), 3, unit="s", limit=_seconds(limit), limit_is="streamed"
        ),
        Figure("csv, first byte", median(each.first_byte for each in ours), 0.5, unit="s"),
        Figure("csv, memory", grown[0], 80, unit="MB"),
    )
    _measure_workbook(director, bare, server, items, table)


def _measure_workbook(director: Client, bare: Client, server: int, items: int, table: Table) -> None:
    is_refused = _is_refused(director)
    path, rows = _longest_workbook(director) if is_refused else (XLSX, items)
    with _memory(server) as grown:
        ours, limit = _in_turns(director, path, bare, f"/items.xlsx?rows={rows}")
    table.add(
        Figure(
            f"xlsx of {rows:,} rows",
            _seconds(ours),
            0.5,
            unit="s",
            limit=_seconds(limit),
            limit_is="xlsxwriter",
        ),
        Figure(f"xlsx of {rows:,} rows, first byte", median(each.first_byte for each in ours), 0.5, unit="s"),
        Figure(f"xlsx of {rows:,} rows, memory", grown[0], 80, unit="MB"),
    )
    if is_refused:
        table.remarks.append(f"A workbook of {items:,} rows is refused with a sentence that offers CSV.")


def _is_refused(director: Client) -> bool:
    try:
        director.get(XLSX)
    except WrongAnswer:
        return True
    return False


def _longest_workbook(director: Client) -> tuple[str, int]:
    """A filter whose rows fit into a workbook, and how many they are."""
    for narrowing in ("&state=planned", "&state=planned&late=1", "&state=planned&q=检查"):
        try:
            director.get(XLSX + narrowing)
        except WrongAnswer:
            continue
        body = director.get(CSV + narrowing).body.decode("utf-8-sig")
        return XLSX + narrowing, sum(1 for _ in csv.reader(io.StringIO(body))) - 1
    raise WrongAnswer("no filter leaves few enough rows for a workbook")


def _in_turns(director: Client, path: str, bare: Client, bare_path: str) -> tuple[list[Answer], list[Answer]]:
    pairs = [(director.get(path), bare.get(bare_path)) for _ in range(RUNS)]
    return [ours for ours, _ in pairs], [limit for _, limit in pairs]


def _seconds(answers: list[Answer]) -> float:
    return median(each.seconds for each in answers)


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
