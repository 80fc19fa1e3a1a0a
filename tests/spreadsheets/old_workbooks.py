"""Workbooks of the old format (BIFF in OLE), which Excel 2003 wrote as .xls and WPS still writes as .et."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlwt
from xlsxwriter.utility import xl_cell_to_rowcol
from xlwt.CompoundDoc import XlsDoc

from tests.spreadsheets import workbooks

# Record 0x2F, 54 bytes: RC4, version 1.1, salt, verifier and its hash ([MS-XLS] 2.4.117).
FILEPASS = bytes.fromhex("2f003600 0100 0100 0100") + bytes(48)
HIDDEN = 1


class xls:  # noqa: N801 - stands beside `workbooks.xlsx`
    """A workbook of the old format with as much of xlsxwriter's ways as our fixtures use."""

    def __init__(self, out: io.BytesIO) -> None:
        self.out = out
        self.book = xlwt.Workbook(encoding="utf-8")
        self.sheets: dict[str, _Sheet] = {}

    def __enter__(self) -> xls:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.save(self.out)

    def add_worksheet(self, name: str) -> _Sheet:
        return self.sheets.setdefault(name, _Sheet(self.book.add_sheet(name)))

    def get_worksheet_by_name(self, name: str) -> _Sheet:
        return self.sheets[name]

    def add_format(self, wanted: dict[str, str]) -> Any:
        return xlwt.easyxf(num_format_str=wanted["num_format"])


class _Sheet:
    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def write(self, cell: str, value: Any, style: Any = None) -> None:
        self.sheet.write(*xl_cell_to_rowcol(cell), value, style or xlwt.Style.default_style)

    write_string = write_number = write

    def write_datetime(self, cell: str, value: date, style: Any) -> None:
        self.write(cell, value, style)

    def write_row(self, cell: str, values: Sequence[Any]) -> None:
        row, column = xl_cell_to_rowcol(cell)
        for place, value in enumerate(values):
            self.sheet.write(row, column + place, value)

    def merge_range(self, cells: str, text: str) -> None:
        (top, left), (bottom, right) = map(xl_cell_to_rowcol, cells.split(":"))
        self.sheet.write_merge(top, bottom, left, right, text)

    def hide(self) -> None:
        self.sheet.visibility = HIDDEN


def locked() -> bytes:
    """A workbook with a password: what says so stands behind the first record of its stream."""
    book = xlwt.Workbook()
    book.add_sheet("名册").write(0, 0, "工号")
    stream, out = book.get_biff_data(), io.BytesIO()
    behind = 4 + int.from_bytes(stream[2:4], "little")
    XlsDoc().save(out, stream[:behind] + FILEPASS + stream[behind:])
    return out.getvalue()


def word_document() -> bytes:
    """An old .doc, as far as its directory tells: the stream of a Word document where the workbook's was."""
    return workbooks.titled(xls).replace(_entry("Workbook"), _entry("WordDocument"))


def damaged() -> bytes:
    """A workbook whose head does not say any more where its parts lie."""
    data = workbooks.titled(xls)
    return data[:28] + b"\xff" * 40 + data[68:]


def _entry(name: str) -> bytes:
    written = name.encode("utf-16-le")
    return written.ljust(64, b"\0") + (len(written) + 2).to_bytes(2, "little")
