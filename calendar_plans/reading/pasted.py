"""A table in pasted text: Word and Excel put tabs between cells, and quotes around a cell of several lines.

Such a table is turned into the lines that the same table gives when its file is uploaded (``grid``). A text
whose table is not understood stays as it is.
"""

import re

from .grid import grid_lines, is_head, is_time

MAX_ROWS = 500
MAX_CELLS = 30

# Every length is bounded: pasted text is foreign, and a stray quote must not be sought to its end.
_HEAD_LINE = re.compile(r"^[^\n\t]{0,20}\t[^\n]{1,200}$", re.MULTILINE)
_CELL = re.compile(r'"((?:[^"]|""){0,2000})"(?=[\t\n]|\Z)|[^\t\n]*')


def tables_as_lines(text: str) -> str:
    """Return ``text`` with its first month or week table as plain lines, all else untouched."""
    for match in _HEAD_LINE.finditer(text):
        head = [cell.strip() for cell in match.group().split("\t")]
        if not is_head(head):
            continue
        rows, end = _rows(text, match.end() + 1)
        if len(rows) < 2 or not all(len(row) <= len(head) and is_time(head, row) for row in rows):
            return text
        return text[: match.start()] + "\n".join(grid_lines([head, *rows])) + "\n" + text[end:]
    return text


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
