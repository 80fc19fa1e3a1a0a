"""A workbook as text: every sheet's rows, the month table turned into headings and tasks."""

import datetime as dt
import io

from python_calamine import CalamineWorkbook, SheetTypeEnum

from .grid import grid_lines

ROW_LIMIT = 5_000


def workbook_text(data: bytes) -> str:
    """Return the text of all visible sheets with content; a sheet's name is not part of it."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    lines: list[str] = []
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=ROW_LIMIT)
        lines += grid_lines([[_cell_text(value) for value in row] for row in rows])
    return "\n".join(lines)


def _cell_text(value: object) -> str:
    """Return the cell as a person sees it: whole numbers without .0, dates in Chinese."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip() if value is not None else ""
