"""The limited child for a workbook of the old format (.xls, WPS .et), run as `child` is.

It has a second reader for what the first does not tell: formats, and passwords. It is a program of its own so
that nothing else has to wait until that reader is loaded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import xlrd
from python_calamine import CalamineError, CalamineWorkbook

from houqin.spreadsheets.child import Opened, main
from houqin.spreadsheets.package import NOT_OPENED, ZEROS, Refused, Zeros
from houqin.zipped import Fault


def opened(data: bytes) -> Opened:
    """The workbook, and which of its numbers show leading zeros; `Refused` for one with a password."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError as error:
        if is_locked(data):
            raise Refused(NOT_OPENED[Fault.LOCKED]) from error
        raise
    return workbook, zero_formats(data)


def is_locked(data: bytes) -> bool:
    """Whether a workbook that could not be read has a password."""
    try:
        _seen(data)
    except xlrd.XLRDError as error:
        return "encrypted" in str(error)
    except Exception:  # noqa: BLE001 - a damaged file makes an old reader raise whatever there is
        return False
    return False


def zero_formats(data: bytes) -> dict[str, Zeros]:
    """As `package.zero_formats`: by sheet, row and column, how many places a format such as 0000 shows.

    The cells are read a second time only where a format of the workbook is of that kind: 2 s for 600,000.
    """
    try:
        book = _seen(data)
        widths = dict(_widths(book))
        return {name: _zeros_in(book.sheet_by_name(name), widths) for name in book.sheet_names() if widths}
    except Exception:  # noqa: BLE001 - a damaged part has no formats; the reader says whether it can be read
        return {}


def _seen(data: bytes) -> xlrd.Book:
    return xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())


def _widths(book: xlrd.Book) -> Iterator[tuple[int, int]]:
    """The styles whose number format is nothing but zeros, and how many."""
    for place, style in enumerate(book.xf_list):
        form = book.format_map[style.format_key].format_str or ""
        if ZEROS.fullmatch(form):
            yield place, len(form)


def _zeros_in(sheet: xlrd.sheet.Sheet, widths: dict[int, int]) -> Zeros:
    found: Zeros = {}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_NUMBER:
                width = widths.get(sheet.cell_xf_index(row, column))
                if width is not None:
                    found.setdefault(row, {})[column] = width
    return found


if __name__ == "__main__":
    main(opened)
