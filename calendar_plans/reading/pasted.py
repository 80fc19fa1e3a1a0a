"""What pasted text carries along: tables of Word and Excel, and the markup of chat programs.

Word and Excel put tabs between cells, and quotes around a cell of several lines. Such a table is turned into
the lines that the same table gives when its file is uploaded (``grid``); a text whose table is not understood
stays as it is. Markup (**bold**, | table |, - [ ] boxes, ---) says how words look and is no part of them.
"""

import re

from .grid import grid_lines, is_head, is_time

MAX_ROWS = 500
MAX_CELLS = 30

# Every length is bounded: pasted text is foreign, and a stray quote must not be sought to its end.
_HEAD_LINE = re.compile(r"^[^\n\t]{0,20}\t[^\n]{1,200}$", re.MULTILINE)
_CELL = re.compile(r'"((?:[^"]|""){0,2000})"(?=[\t\n]|\Z)|[^\t\n]*')
_BOLD = re.compile(r"(?<!\*)\*\*([^*\n]{1,60})\*\*(?!\*)")
_SLANTED_LINE = re.compile(r"^\*([^*\n]{2,60})\*$", re.MULTILINE)
_BOX = re.compile(r"^([ \t]*[-*] )\[[ xX]\] ", re.MULTILINE)
_RULE = re.compile(
    r"^[ \t]{0,3}(?:-{3,20}|\*{3,20}|_{3,20}|\|?[ \t]*:?-{2,40}:?[ \t]*\|[-:| \t]{0,400})$\n?", re.MULTILINE
)
_PIPED_LINE = re.compile(r"^[ \t]{0,3}\|([^\n]{1,2000})\|[ \t]*$", re.MULTILINE)


def without_markup(text: str) -> str:
    """Return ``text`` as a chat program shows it; the rows of its tables have tabs between the cells."""
    text = _RULE.sub("", text)
    text = _PIPED_LINE.sub(lambda line: "\t".join(cell.strip() for cell in line[1].split("|")), text)
    return _SLANTED_LINE.sub(r"\1", _BOX.sub(r"\1", _BOLD.sub(r"\1", text)))


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
