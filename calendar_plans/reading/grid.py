"""A table of cells turned into the lines a plan would have: month headings, one task a line.

Office tables come in three shapes: a column of months (often merged or filled in once), a row of months, and
plain text laid out in cells.
"""

import re
from dataclasses import dataclass

_MONTH = re.compile(
    r"\s*(?:20\d\d\s*[年.]\s*)?(?:十[一二]?|[元正一二三四五六七八九]|1[0-2]|0?[1-9])"
    r"(?:\s*[、,，/\-—~至]\s*(?:十[一二]?|[元一二三四五六七八九]|1[0-2]|0?[1-9]))*\s*月份?[^\n]{0,6}\s*"
)
_BARE_NUMBER = re.compile(
    r"\s*(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])(?:\s*[、,\-—~至]\s*(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]))*\s*"
)
_TIME = re.compile(
    r"[\s\d一二三四五六七八九十元正年月日份周次第上中下旬至到起止开学前初期末寒暑假、,，./\-—–~～:：()（）]{0,24}"
)
_DATE = re.compile(r"(20\d\d)年(\d{1,2})月1日")
_MONTH_HEAD = re.compile(r"月\s*份?|时\s*间|时段|阶段|日期")
_WEEK_HEAD = re.compile(r"周\s*次?|教学周")
_TASK_HEAD = re.compile(r"内\s*容|事\s*项|工\s*作|安\s*排|任\s*务|要\s*点|活\s*动|措\s*施|项\s*目")
_NUMBER_HEAD = re.compile(r"序\s*号|编\s*号|№|No\.?", re.IGNORECASE)
_OWN_MARK = re.compile(
    r"\s*(?:[(（]?[\d一二三四五六七八九十]{1,3}\s*[)）]?\s*[、.．)）]|[(（][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳●])"
)
_NUMBER_CELL = re.compile(r"[\d一二三四五六七八九十]{1,3}")
_HEAD_ROWS = 12


@dataclass(frozen=True, slots=True)
class _Columns:
    month: int | None
    week: int | None
    number: int | None
    tasks: tuple[int, ...]
    notes: tuple[tuple[int, str], ...]
    """Further columns with their heads (责任人, 完成时间…), added behind the task in brackets."""


def grid_lines(rows: list[list[str]]) -> list[str]:
    """Return the lines of a table; a cell merged into another is blank."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        if sum(_MONTH.fullmatch(cell) is not None for cell in row) >= 3:
            return [*_plain_lines(rows[:index]), *_row_lines(row, rows[index + 1 :])]
        columns = _columns(row)
        if columns is not None:
            return [*_plain_lines(rows[:index]), *_column_lines(rows[index + 1 :], columns)]
    if sum(_MONTH.fullmatch(row[0]) is not None and any(row[1:]) for row in rows if row) >= 2:
        width = max(len(row) for row in rows)
        return _column_lines(rows, _Columns(0, None, None, tuple(range(1, width)), ()))
    return _plain_lines(rows)


def is_head(row: list[str]) -> bool:
    """Say whether a row is the head of a month or week table."""
    return _columns(row) is not None


def is_time(head: list[str], row: list[str]) -> bool:
    """Say whether the row's month and week cells hold nothing but a month, a week or a date."""
    columns = _columns(head)
    cells = [_cell(row, index) for index in (columns.month, columns.week)] if columns else []
    return all(_TIME.fullmatch(cell) is not None for cell in cells)


def names_time(head: list[str], row: list[str]) -> bool:
    """Say whether the row's month or week cell holds a month, a week or a date and no other number."""
    columns = _columns(head)
    if columns is None or not is_time(head, row):
        return False
    cells = [_cell(row, index) for index in (columns.month, columns.week) if index is not None]
    return all(re.search(r"\d|[一二三四五六七八九十元]", cell) is not None for cell in cells)


def task_column(head: list[str]) -> int:
    """Return the place of the column that holds the tasks; ``head`` is the head of a table."""
    columns = _columns(head)
    return columns.tasks[0] if columns else len(head) - 1


def _columns(head: list[str]) -> _Columns | None:
    """Understand a row as the table's head; None if it is none."""
    named = [
        (index, " ".join(cell.split())) for index, cell in enumerate(head) if 0 < len(cell.strip()) <= 12
    ]
    week = next((index for index, name in named if _WEEK_HEAD.search(name)), None)
    month = next((index for index, name in named if index != week and _MONTH_HEAD.search(name)), None)
    number = next((index for index, name in named if _NUMBER_HEAD.fullmatch(name)), None)
    taken = {week, month, number}
    tasks = tuple(index for index, name in named if index not in taken and _is_task_head(name))
    if (month is None and week is None) or not tasks:
        return None
    notes = tuple((index, name) for index, name in named if index not in taken and index not in tasks)
    return _Columns(month, week, number, tasks, notes)


def _is_task_head(name: str) -> bool:
    return _TASK_HEAD.search(name) is not None and re.search("人|部门|时间|时限|备注|要求", name) is None


def _column_lines(rows: list[list[str]], columns: _Columns) -> list[str]:
    """Return headings and tasks; a month that each of its rows repeats is one heading."""
    lines: list[str] = []
    above: list[str] = []
    for row in rows:
        heading = _time_lines(row, columns)
        if heading != above:
            lines += heading
        above = heading or above
        lines += _task_lines(row, columns)
    return lines


def _time_lines(row: list[str], columns: _Columns) -> list[str]:
    """Return heading lines where the row names a new month or week; blank cells go on with the one above."""
    lines = []
    month = _cell(row, columns.month)
    if month:
        date = _DATE.fullmatch(month)
        if date:
            month = f"{date[2]}月"
        elif _BARE_NUMBER.fullmatch(month):
            month = f"{month.strip()}月"
    week = _cell(row, columns.week)
    if week and "周" not in week:
        week = f"第{week}周"
    elif week and not week.startswith("第"):
        week = f"第{week}"
    if month and week and not _MONTH.fullmatch(month):
        week, month = f"{week}（{month}）", ""
    lines += [_as_heading(word) for word in (month, week) if word]
    return lines


def _as_heading(word: str) -> str:
    return "".join(word.split()).rstrip(":：") + "："


def _task_lines(row: list[str], columns: _Columns) -> list[str]:
    cells = [_cell(row, index) for index in columns.tasks]
    cells = [cell for cell in cells if cell]
    if not cells:
        return []
    *kinds, task = cells
    lines = [line.strip() for line in task.split("\n") if line.strip()]
    if kinds:
        lines[0] = "：".join(kind.replace("\n", " ") for kind in kinds) + "：" + lines[0]
    number = _cell(row, columns.number)
    if number and not _OWN_MARK.match(lines[0]):
        lines[0] = f"{number.rstrip('、.．')}、{lines[0]}"
    notes = [
        f"{name}：{' '.join(note.split())}" for index, name in columns.notes if (note := _cell(row, index))
    ]
    if notes:
        lines[-1] += f"（{'；'.join(notes)}）"
    return lines


def _row_lines(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table whose months stand side by side; the name of a row (绿化) goes before its tasks."""
    lines: list[str] = []
    named = head and not _MONTH.fullmatch(head[0])
    for index, month in enumerate(head):
        if not _MONTH.fullmatch(month):
            continue
        lines.append(_as_heading(month))
        for row in rows:
            tasks = [line for line in _cell(row, index).split("\n") if line.strip()]
            name = " ".join(_cell(row, 0).split()) if named else ""
            if name and tasks and not _NUMBER_CELL.fullmatch(name):
                tasks[0] = f"{name}：{tasks[0]}"
            lines += tasks
    return lines


def _plain_lines(rows: list[list[str]]) -> list[str]:
    return ["\t".join(cell.strip() for cell in row if cell.strip()) for row in rows]


def _cell(row: list[str], index: int | None) -> str:
    return row[index].strip() if index is not None and index < len(row) else ""
