"""A bureau's Excel form: its placeholders read, and filled in where they stand.

openpyxl keeps cells, merged heads, widths and pictures, and loses what it does not know; a form with such a
thing is refused when it is handed in, not spoilt when it is printed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from houqin.office_forms.placeholders import Content, filled, is_line, is_torn, names_in, of_line

LOST = {
    "xl/charts/": "图表",
    "xl/embeddings/": "嵌入的文件",
    "xl/externalLinks/": "到别的工作簿的链接",
    "xl/pivotTables/": "数据透视表",
    "xl/ctrlProps/": "控件",
}


def inspect(data: bytes) -> tuple[list[str], str]:
    """The names of all placeholders, and why the form cannot be used (empty: it can)."""
    names: list[str] = []
    refusal = _lost(data)
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for cell in _cells(sheet):
            at = f"工作表“{sheet.title}”的 {cell.coordinate}"
            if cell.data_type == "f":
                refusal = refusal or f"{at} 是公式，填写后会算错。请改成占位符（如合计），或写成固定的字。"
            if isinstance(cell.value, str):
                names.extend(names_in(cell.value))
                if is_torn(cell.value):
                    refusal = refusal or f"{at} 的占位符没有写完整，两边都要有两个花括号。"
    return list(dict.fromkeys(names)), refusal


def fill(data: bytes, content: Content) -> bytes:
    """The form with everything filled in; a row of 明细 without lines stays once, empty."""
    book = load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        rows = {cell.row for cell in _cells(sheet) if isinstance(cell.value, str) and is_line(cell.value)}
        # From the last to the first, so that the numbers of those above stay true.
        for row in sorted(rows, reverse=True):
            _repeat(sheet, row, content)
        for cell in _cells(sheet):
            _fill_cell(cell, content.texts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lost(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.namelist()
    for folder, what in LOST.items():
        if any(member.startswith(folder) for member in members):
            return f"这份表里有{what}，填写时会丢失，没有收下。请在 Excel 里去掉再上传。"
    return ""


def _cells(sheet: Worksheet) -> list[Cell]:
    return [cell for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell)]


def _fill_cell(cell: Cell, texts: Mapping[str, str]) -> None:
    """Replace in a cell; the result is text even if it begins like a formula."""
    if isinstance(cell.value, str) and any(names_in(cell.value)):
        cell.value = filled(cell.value, texts)
        cell.data_type = "s"


def _repeat(sheet: Worksheet, row: int, content: Content) -> None:
    lines = content.lines or ({},)
    pattern = [(cell.column, cell.value, cell) for cell in sheet[row] if isinstance(cell, Cell)]
    _make_room(sheet, row, len(lines) - 1)
    for place, line in enumerate(lines):
        for column, value, model in pattern:
            cell = sheet.cell(row + place, column)
            # A heading that is merged down beside the rows stands once.
            if isinstance(cell, Cell):
                cell._style = copy(model._style)
                cell.value = value
                _fill_cell(cell, of_line(content.texts, line))


def _make_room(sheet: Worksheet, row: int, more: int) -> None:
    """Insert `more` rows below `row` that look like it; openpyxl moves the cells and nothing else."""
    merged = [CellRange(each.coord) for each in sheet.merged_cells.ranges if each.max_row >= row]
    for area in merged:
        sheet.unmerge_cells(area.coord)
    heights = {number: sheet.row_dimensions[number].height for number in range(row, sheet.max_row + 1)}
    sheet.insert_rows(row + 1, more)
    for number, height in heights.items():
        if number > row:
            sheet.row_dimensions[number + more].height = height
    for number in range(row, row + more + 1):
        sheet.row_dimensions[number].height = heights.get(row)
    for area in merged:
        _merge_again(sheet, area, row, more)
    _extend_print_area(sheet, row, more)


def _merge_again(sheet: Worksheet, area: CellRange, row: int, more: int) -> None:
    """Below the row an area moves down; around it it grows; within it every new row gets its own."""
    if area.min_row > row:
        area.shift(row_shift=more)
    elif area.max_row > row or area.min_row < row:
        area.expand(down=more)
    else:
        for below in range(1, more + 1):
            sheet.merge_cells(_shifted(area, below))
    sheet.merge_cells(area.coord)


def _shifted(area: CellRange, rows: int) -> str:
    moved = CellRange(area.coord)
    moved.shift(row_shift=rows)
    return str(moved.coord)


def _extend_print_area(sheet: Worksheet, row: int, more: int) -> None:
    areas: Any = sheet.print_area
    if not areas:
        return
    ranges = [CellRange(each.rpartition("!")[2].replace("$", "")) for each in str(areas).split(",")]
    for area in ranges:
        if area.max_row >= row:
            area.expand(down=more)
    sheet.print_area = ",".join(area.coord for area in ranges)
