"""Tables as CSV, written chunk by chunk so that no cell is a formula; `text_tables` reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from houqin.showing import shown
from houqin.spreadsheets.cells import disarmed

BOM = "\ufeff"
LINES_AT_ONCE = 500

Row = Sequence[Any]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_chunks(heading: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a BOM (Excel needs it for Chinese), every cell quoted, chunk by chunk."""
    written = csv.writer(_Echo(), quoting=csv.QUOTE_ALL).writerow
    yield f"{BOM}{written([disarmed(label) for label in heading])}".encode()
    lines = []
    for row in rows:
        lines.append(written([_plain(value) for value in row]))
        if len(lines) >= LINES_AT_ONCE:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def _plain(value: Any) -> str:
    """A cell: numbers as they are, everything else as the page shows it, disarmed."""
    if isinstance(value, str):
        return disarmed(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return disarmed(shown(value, nothing=""))
