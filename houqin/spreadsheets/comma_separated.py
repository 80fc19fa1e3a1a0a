"""Tables as CSV: written chunk by chunk so that no cell is a formula, and read as the office has them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from houqin.showing import shown
from houqin.spreadsheets.cells import as_written, disarmed
from houqin.spreadsheets.package import Refused

BOM = "\ufeff"
LINES_AT_ONCE = 500
LONGEST_CELL = 100_000
UNREADABLE = "不是文字表格，或文字编码认不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"

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


def lines_in(data: bytes) -> Iterator[list[str]]:
    """The lines of a .csv or of a table that was saved as text, as Excel, WPS and this house write them.

    UTF-8, UTF-16 or GBK; commas, tabs or semicolons, whichever the first lines have most. Raises `Refused`.
    """
    text = _decoded(data)
    sample = text[:4_000]
    separator = max(",\t;", key=sample.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        for line in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            yield [as_written(cell) for cell in line]
    except csv.Error as error:
        raise Refused(UNREADABLE) from error


def _decoded(data: bytes) -> str:
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A program or a picture decodes to something too, but nobody types its characters.
        if not any(char < "\t" for char in text[:4_000]):
            return text
    raise Refused(UNREADABLE)
