"""Writing tables as CSV and XLSX so that no cell is a formula, in memory that does not grow with the rows."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from houqin.showing import shown
from houqin.spreadsheets.cells import disarmed

BOM = "\ufeff"
LINES_AT_ONCE = 500
# Excel keeps 15 digits of a number and 32,767 characters of a text.
MOST_DIGITS = 10**15
LONGEST_TEXT = 32_767
WIDTH = 16

Row = Sequence[Any]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_chunks(heading: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a BOM (Excel needs it for Chinese), every cell quoted, chunk by chunk."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    lines = [BOM, writer.writerow([disarmed(label) for label in heading])]
    for row in rows:
        lines.append(writer.writerow([_plain(value) for value in row]))
        if len(lines) >= LINES_AT_ONCE:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def write_workbook(heading: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """The table as a workbook in a temporary file that stands at its beginning and vanishes when closed.

    Texts are written as strings and never read as formulas, links or numbers, so 00123 keeps its zeros.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        styles = {
            "heading": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet.set_column(0, max(0, len(heading) - 1), WIDTH)
        sheet.freeze_panes(1, 0)
        for position, label in enumerate(heading):
            sheet.write_string(0, position, label, styles["heading"])
        for line, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                _write(sheet, line, position, value, styles)
    file.seek(0)
    return file


def _plain(value: Any) -> str:
    """A CSV cell: numbers as they are, everything else as the page shows it, disarmed."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return disarmed(shown(value, nothing=""))


def _write(sheet: Any, line: int, position: int, value: Any, styles: dict[str, Any]) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(line, position, shown(value))
        case Decimal() if abs(value) < MOST_DIGITS:
            sheet.write_number(line, position, float(value), styles["money"])
        case int() | float() if abs(value) < MOST_DIGITS:
            sheet.write_number(line, position, value)
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            _write_day(sheet, line, position, local.replace(tzinfo=None), styles["moment"])
        case date():
            _write_day(sheet, line, position, value, styles["date"])
        case _:
            sheet.write_string(line, position, shown(value, nothing="")[:LONGEST_TEXT])


def _write_day(sheet: Any, line: int, position: int, day: date, style: Any) -> None:
    """Excel's calendar begins in 1900; an older day is written as a text."""
    if day.year < 1901:
        sheet.write_string(line, position, shown(day))
    else:
        sheet.write_datetime(line, position, day, style)
