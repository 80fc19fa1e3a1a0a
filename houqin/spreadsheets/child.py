"""The limited child process that reads a foreign workbook: `python -m houqin.spreadsheets.child KIND`.

The file comes on standard input. A line of JSON goes out, and behind it the rows, packed: one JSON array of
texts a line, sheet after sheet. Rows are never held all at once. Whoever calls it is `opening`.
"""

from __future__ import annotations

import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from houqin.foreign import MIB, confine
from houqin.spreadsheets.cells import text_of, without_id_number
from houqin.spreadsheets.package import Refused, Zeros, check_parts, zero_formats
from houqin.spreadsheets.text_tables import lines_in

MEMORY = 640 * MIB
MOST_SHEETS = 100
MOST_ROWS = 100_000
MOST_CELLS = 3_000_000
# A sheet whose merged areas cover more than this is drawn, not filled in.
MOST_MERGED = 300_000

Merge = tuple[tuple[int, int], tuple[int, int]]
# A workbook, and by sheet which of its numbers show leading zeros.
Opened = tuple[CalamineWorkbook, dict[str, Zeros]]
Opener = Callable[[bytes], Opened]


class Outlet:
    """Packs rows while they are read, and counts what was left out."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(1)
        self._parts: list[bytes] = []
        self._lines: list[str] = []
        self.count = self.dropped = 0

    def add(self, row: list[str]) -> None:
        """One row; ID-card numbers go no further than this."""
        for place, text in enumerate(row):
            if len(text) == 18 and without_id_number(text) == "":
                row[place] = ""
                self.dropped += 1
        while row and not row[-1]:
            row.pop()
        self.count += 1
        self._lines.append(json.dumps(row, ensure_ascii=False))
        if len(self._lines) >= 1_000:
            self._pack()

    def _pack(self) -> None:
        if self._lines:
            self._parts.append(self._packer.compress(("\n".join(self._lines) + "\n").encode()))
            self._lines = []

    def packed(self) -> bytes:
        """Everything that was added."""
        self._pack()
        return b"".join(self._parts) + self._packer.flush()


def main(opened: Opener | None = None) -> None:
    """Read a file, write its rows; what it is too big or too strange for is refused in words."""
    confine(memory=MEMORY)
    data, outlet = sys.stdin.buffer.read(), Outlet()
    try:
        sheets = (
            _text(data, outlet)
            if sys.argv[1] == "text"
            else _workbook(data, outlet, opened or opened_package)
        )
        head, packed = {"sheets": sheets, "dropped": outlet.dropped}, outlet.packed()
    except Refused as refusal:
        head, packed = {"refused": str(refusal)}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + packed)


def _text(data: bytes, outlet: Outlet) -> list[dict[str, object]]:
    """A .csv or .txt as a sheet of one name."""
    for line in lines_in(data):
        if outlet.count >= MOST_ROWS:
            raise Refused(f"超过 {MOST_ROWS:,} 行。请分成几个文件，一个一个导入。")
        outlet.add([text_of(cell) for cell in line])
    return [{"name": "", "rows": outlet.count}]


def _workbook(data: bytes, outlet: Outlet, opened: Opener) -> list[dict[str, object]]:
    workbook, formats = opened(data)
    sheets: list[dict[str, object]] = []
    for each in workbook.sheets_metadata:
        if each.typ != SheetTypeEnum.WorkSheet or each.visible != SheetVisibleEnum.Visible:
            continue
        if len(sheets) >= MOST_SHEETS:
            raise Refused(f"超过 {MOST_SHEETS} 张工作表。请分成几个文件，一个一个导入。")
        sheet = workbook.get_sheet_by_name(each.name)
        rows, columns = _size(sheet)
        if rows > MOST_ROWS or rows * columns > MOST_CELLS:
            raise Refused(
                f"的工作表“{each.name}”太大（{rows:,} 行 × {columns:,} 列）。"
                f"一张表最多 {MOST_ROWS:,} 行、{MOST_CELLS:,} 格。"
                "请删去表格外面多余的行和列，或分成几个文件。"
            )
        before = outlet.count
        for row in _filled(sheet, formats.get(each.name, {})):
            outlet.add(row)
        sheets.append({"name": each.name, "rows": outlet.count - before})
    return sheets


def opened_package(data: bytes) -> Opened:
    """An .xlsx, looked at before it is opened."""
    check_parts(data, most_cells=MOST_CELLS, most_rows=MOST_ROWS)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)), zero_formats(data)


def _size(sheet: CalamineSheet) -> tuple[int, int]:
    """The rows and columns of a sheet, from A1 to its last cell; the reader's own totals are one less."""
    last = sheet.end
    return (last[0] + 1, last[1] + 1) if last is not None else (0, 0)


def _filled(sheet: CalamineSheet, zeros: Zeros) -> Iterator[list[str]]:
    """The rows from the sheet's first one on; a merged area says in each of its cells what it says once."""
    if sheet.start is None:
        return
    # The reader begins with the first row of the sheet, but with the first column that has something in it.
    across = sheet.start[1]
    areas = _areas(sheet)
    held: dict[Merge, str] = {}
    for number, cells in enumerate(sheet.iter_rows()):
        row = [""] * across + [text_of(cell) for cell in cells]
        for place, width in zeros.get(number, {}).items():
            if place < len(row) and row[place].isdigit():
                row[place] = row[place].zfill(width)
        for merge in areas.get(number, ()):
            (first, left), (_, right) = merge
            if number == first:
                held[merge] = row[left] if left < len(row) else ""
            for place in range(left, min(right + 1, len(row))):
                row[place] = held.get(merge, "")
        yield row


def _areas(sheet: CalamineSheet) -> dict[int, list[Merge]]:
    """The merged areas by row."""
    found: dict[int, list[Merge]] = {}
    covered, (height, _) = 0, _size(sheet)
    for merge in sheet.merged_cell_ranges or ():
        (first, _), (last, _) = merge
        rows = range(first, min(last + 1, height))
        covered += len(rows)
        if covered > MOST_MERGED:
            break
        for number in rows:
            found.setdefault(number, []).append(merge)
    return found


if __name__ == "__main__":
    main()
