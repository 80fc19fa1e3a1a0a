"""Tables pasted from Word and Excel: tabs between the cells, and quotes around a cell of several lines.

Such a table is turned into the lines that the same table gives when its file is uploaded (``grid``); a text
whose table is not understood stays as it is. Quotes get lost on the way through other programs: then a line
that begins with no month goes on with the cell above.
"""

import re

from .grid import grid_lines, is_head, is_time, names_time, task_column

MAX_ROWS = 500
MAX_CELLS = 30
MAX_LINE = 2_000
MAX_HEADS = 3

# Every length is bounded: pasted text is foreign, and a stray quote must not be sought to its end.
_HEAD_LINE = re.compile(r"^[^\n\t]{0,20}\t[^\n]{1,200}$", re.MULTILINE)
_CELL = re.compile(r'"((?:[^"]|""){0,2000})"(?=[\t\n]|\Z)|[^\t\n]*')


_HEAD_CELL = re.compile(r"[^\s\d,。;:!?，；：、]{2,8}")
_NUMBER_HEAD = re.compile(r"序\s?号|编\s?号")
_TIME_HEAD = re.compile(r"月\s?份|周\s?次|时\s?间|日\s?期")
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


def tabs_for_lines(text: str) -> str:
    """Put the tabs back into a table that lost its form altogether: each cell on a line of its own."""
    lines = text.split("\n")
    heads = [place for place, line in enumerate(lines) if _TIME_HEAD.fullmatch(line.strip())]
    for place in heads[:MAX_HEADS]:
        first = place - 1 if place and _NUMBER_HEAD.fullmatch(lines[place - 1].strip()) else place
        for width in range(6, 1, -1):
            head = [cell.strip() for cell in lines[first : first + width]]
            body = lines[first + width : first + width * (MAX_ROWS + 1)]
            rows = _rows_of_lines(body, head)
            if len(rows) > 1:
                table = ["\t".join(row) for row in [head, *rows]]
                return "\n".join([*lines[:first], *table, *lines[first + width * (len(rows) + 1) :]])
    return text


def _rows_of_lines(lines: list[str], head: list[str]) -> list[list[str]]:
    """Return the rows of as many lines as ``head`` has cells, as long as each names its month or week."""
    if not all(_HEAD_CELL.fullmatch(cell) for cell in head) or not is_head(head):
        return []
    rows: list[list[str]] = []
    for start in range(0, len(lines), len(head)):
        row = [cell.strip() for cell in lines[start : start + len(head)]]
        if (
            len(row) < len(head)
            or not all(row)
            or any("\t" in cell for cell in row)
            or not names_time(head, row)
        ):
            break
        rows.append(row)
    return rows


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
