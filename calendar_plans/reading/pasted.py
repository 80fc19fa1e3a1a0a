"""Tables pasted from Word and Excel: tabs between the cells, and quotes around a cell of several lines.

Such a table is turned into the lines that the same table gives when its file is uploaded (``grid``); a text
whose table is not understood stays as it is. Quotes get lost on the way through other programs: then a line
that begins with no month goes on with the cell above.
"""

import re

from .grid import grid_lines, is_head, is_time, task_column

MAX_ROWS = 500
MAX_CELLS = 30
MAX_LINE = 2_000

# Every length is bounded: pasted text is foreign, and a stray quote must not be sought to its end.
_HEAD_LINE = re.compile(r"^[^\n\t]{0,20}\t[^\n]{1,200}$", re.MULTILINE)
_CELL = re.compile(r'"((?:[^"]|""){0,2000})"(?=[\t\n]|\Z)|[^\t\n]*')


_BLANK_HEAD = re.compile(r"^[^\S\n]*\S{1,8}(?:[^\S\n]+\S{1,8}){1,7}[^\S\n]*$", re.MULTILINE)
"""The head of a table whose tabs became blanks on the way: 周次 日期 工作内容."""


def tabs_for_blanks(text: str) -> str:
    """Put the tabs back into a month or week table whose cells stand apart by blanks; else change nothing."""
    for match in _BLANK_HEAD.finditer(text):
        head = match.group().split()
        if "\t" in match.group().strip() or not is_head(head):
            continue
        rows, end = _blank_rows(text, match.end() + 1, head)
        if len(rows) < 2:
            return text
        lines = ["\t".join(row) for row in [head, *rows]]
        return text[: match.start()] + "\n".join(lines) + "\n" + text[end:]
    return text


def _blank_rows(text: str, start: int, head: list[str]) -> tuple[list[list[str]], int]:
    """Return the rows that begin with a month or week; further blanks belong to the task."""
    rows: list[list[str]] = []
    task = task_column(head)
    while start < len(text) and len(rows) < MAX_ROWS:
        line, _, _ = text[start : start + MAX_LINE].partition("\n")
        cells = line.split()
        more = len(cells) - len(head)
        if more > 0:
            cells[task : task + more + 1] = [" ".join(cells[task : task + more + 1])]
        if len(cells) <= task or not is_time(head, cells) or not cells[0][:1].isalnum():
            break
        rows.append(cells)
        start += len(line) + 1
    return rows, min(start, len(text))


def tables_as_lines(text: str) -> str:
    """Return ``text`` with its first month or week table as plain lines, all else untouched."""
    for match in _HEAD_LINE.finditer(text):
        head = [cell.strip() for cell in match.group().split("\t")]
        if not is_head(head):
            continue
        rows, end = _rows(text, match.end() + 1)
        if not _is_table(head, rows):
            rows, end = _loose_rows(text, match.end() + 1, head)
        if not _is_table(head, rows):
            return text
        return text[: match.start()] + "\n".join(grid_lines([head, *rows])) + "\n" + text[end:]
    return text


def _is_table(head: list[str], rows: list[list[str]]) -> bool:
    return len(rows) > 1 and all(len(row) <= len(head) and is_time(head, row) for row in rows)


def _loose_rows(text: str, start: int, head: list[str]) -> tuple[list[list[str]], int]:
    """Return the rows of a table whose cells hold lines without quotes; a row begins with its month."""
    rows: list[list[str]] = []
    while start < len(text) and len(rows) < MAX_ROWS:
        line, _, _ = text[start : start + MAX_LINE].partition("\n")
        cells = line.split("\t")
        if (
            not line.strip()
            or len(cells) > len(head)
            or (rows and len(cells) == 1 and len(rows[-1]) == len(head))
        ):
            break
        if len(cells) > 1 and is_time(head, cells) and (cells[0].strip() or not rows):
            rows.append(cells)
        elif rows:
            rows[-1][-1] += "\n" + cells[0]
            rows[-1] += cells[1:]
        else:
            break
        start += len(line) + 1
    return rows, min(start, len(text))


def _rows(text: str, start: int) -> tuple[list[list[str]], int]:
    """Return the rows from ``start`` on and where the first line without a tab begins."""
    rows: list[list[str]] = []
    while start < len(text) and len(rows) < MAX_ROWS:
        row, end = _row(text, start)
        if len(row) < 2:
            break
        rows.append(row)
        start = end
    return rows, min(start, len(text))


def _row(text: str, start: int) -> tuple[list[str], int]:
    """Return one row's cells and where the next row begins; no cells for a row too wide for a plan."""
    cells: list[str] = []
    while len(cells) < MAX_CELLS and (match := _CELL.match(text, start)) is not None:
        quoted = match.group(1)
        cells.append(match.group() if quoted is None else quoted.replace('""', '"'))
        start = match.end() + 1
        if text[match.end() : start] != "\t":
            return cells, start
    return [], start
