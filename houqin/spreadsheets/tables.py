"""Tables in the sheets of an office: under a title, with heads of two rows, side by side, one below another.

A head is known by its words. Whoever looks for tables says which words those are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from houqin.spreadsheets.opening import Book
from houqin.spreadsheets.words import LEVEL, heading, is_ditto, is_note, is_signature, is_sum

# A head stands near the top; further down, only one that looks like the first is taken for another.
HEAD_WITHIN = 40
MOST_LEVELS = 3
LONGEST_LABEL, LOOKED_AT = 16, 3

Row = list[str]


def column_letters(place: int) -> str:
    """How a spreadsheet calls the column at `place` (from 0): A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Table:
    """One table: on which sheet, under which row (from 1), and its columns: place from 0, label."""

    number: int
    sheet: str
    head_row: int
    columns: tuple[tuple[int, str], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for _, label in self.columns)

    @property
    def span(self) -> str:
        """«A–D 列»: which of several side by side it is."""
        places = [place for place, _ in self.columns]
        return f"{column_letters(min(places))}–{column_letters(max(places))} 列"

    @property
    def name(self) -> str:
        """«一年级 A–D 列（第 3 行为表头）» for a choice among several, maybe side by side on one sheet."""
        return f"{self.sheet or '表格'} {self.span}（第 {self.head_row} 行为表头）"


@dataclass(slots=True)
class Line:
    """A row of a table: where it stands, and its cells by the labels of the table's head."""

    table: Table
    row: int
    cells: dict[str, str]


@dataclass(slots=True)
class Found:
    """What a walk over a book found so far: its tables, and the rows that are no data, by the reason."""

    tables: list[Table] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class Finder:
    """Walks over a book and hands out the lines of the tables whose heads `known` recognises.

    `known` maps the normal form of a heading to the column that it means. A row is a head when it names at
    least two different columns. `is_lenient` takes the first full row of a sheet for its head, whatever it
    says: for a table whose every heading is a stranger.
    """

    least = 2

    def __init__(self, known: Mapping[str, str], *, is_lenient: bool = False) -> None:
        self.known = known
        self.is_lenient = is_lenient
        self.found = Found()

    def lines(self, book: Book) -> Iterator[Line]:
        """Every row of data of every table, in the order of the sheets."""
        for sheet, rows in book.by_sheet():
            top: list[Row] = []
            for row in rows:
                top.append(row)
                if len(top) == HEAD_WITHIN:
                    break
            head = self._head(top)
            if head is None:
                for _ in rows:
                    pass
                continue
            yield from self._under(sheet.name, head, top, rows)

    def column_of(self, label: str) -> str | None:
        """The column that a label of a head means, whole or by its last or first level."""
        whole = self.known.get(heading(label))
        if whole or LEVEL not in label:
            return whole
        first, *_, last = label.split(LEVEL)
        return self.known.get(heading(last)) or self.known.get(heading(first))

    def _score(self, row: Row) -> int:
        return len({self.known[text] for cell in set(row) if cell and (text := heading(cell)) in self.known})

    def _may_be_head(self, row: Row) -> bool:
        """A first look, because every row is asked: one of the first words is that of a heading."""
        looked = 0
        for cell in row:
            if cell:
                if len(cell) <= LONGEST_LABEL and heading(cell) in self.known:
                    return True
                looked += 1
                if looked == LOOKED_AT:
                    break
        return False

    def _is_head(self, row: Row) -> bool:
        """Whether a row below a table is another head: most of its cells are headings."""
        score = self._score(row)
        return score >= self.least and score * 2 > sum(1 for cell in row if cell)

    def _head(self, top: Sequence[Row]) -> int | None:
        """The place of the lowest row of the head: the one that names most columns.

        A second level that repeats the first, as merged cells do, is preferred to the first.
        """
        best, most = None, 0
        for place, row in enumerate(top):
            score = self._score(row)
            is_second_level = best == place - 1 and best is not None and _shares(top[best], row)
            if score > most or (score == most and score and is_second_level):
                best, most = place, score
        if most >= self.least:
            return best
        return _first_full_row(top) if self.is_lenient else None

    def _under(self, sheet: str, head: int, top: Sequence[Row], rest: Iterator[Row]) -> Iterator[Line]:
        tables = self._tables(sheet, head, top)
        above: dict[int, dict[str, str]] = {}
        # A line of one cell may be the title of a table whose head comes next.
        lone: list[Line] = []
        for row_number, row in _numbered(head + 1, top, rest):
            if self._may_be_head(row) and self._is_head(row):
                if lone:
                    self.found.left_out["标题行"] += len(lone)
                    lone = []
                if _repeats(row, tables):
                    self.found.left_out["重复的表头"] += 1
                else:
                    tables = self._tables(sheet, row_number - 1, [*[[]] * (row_number - 1), row])
                    above = {}
                continue
            for table in tables:
                cells = {label: row[at] for at, label in table.columns if at < len(row) and row[at]}
                if not cells or self._is_no_data(cells, table):
                    continue
                for label, text in cells.items():
                    if is_ditto(text):
                        cells[label] = above.get(table.number, {}).get(label, "")
                above[table.number] = cells
                line = Line(table, row_number, cells)
                if len(cells) == 1:
                    lone.append(line)
                    continue
                yield from lone
                lone = []
                yield line
        yield from lone

    def _is_no_data(self, cells: Mapping[str, str], table: Table) -> bool:
        """Sums, notes under the table, and titles in the middle of it; each is counted with its reason."""
        texts = list(cells.values())
        reason = ""
        if any(is_sum(text) for text in texts[:3]):
            reason = "合计行"
        elif is_signature(texts[0]):
            reason = "说明行"
        elif len(set(texts)) == 1 and len(table.columns) > 1:
            if len(texts) == len(table.columns) > 2:
                reason = "标题行"
            elif is_note(texts[0]) or "：" in texts[0]:
                reason = "说明行"
        if reason:
            self.found.left_out[reason] += 1
        return bool(reason)

    def _tables(self, sheet: str, head: int, top: Sequence[Row]) -> list[Table]:
        """The tables whose head ends with row `head`, from left to right."""
        labels = _labels(top, head)
        blocks: list[list[tuple[int, str]]] = [[]]
        for place, label in enumerate(labels):
            if not label or any(label == other for _, other in blocks[-1]):
                if blocks[-1]:
                    blocks.append([])
                if not label:
                    continue
            blocks[-1].append((place, label))
        tables: list[Table] = []
        for block in blocks:
            score = len({self.column_of(label) for _, label in block} - {None})
            if score >= self.least or not tables:
                if block:
                    tables.append(self._table(sheet, head, block))
            else:
                # A gap in the head, or a column of the same name twice: still the same table.
                last = tables.pop()
                self.found.tables.pop()
                known = {label for _, label in last.columns}
                more = [
                    (place, label if label not in known else f"{label}{place + 1}") for place, label in block
                ]
                tables.append(self._table(sheet, head, [*last.columns, *more]))
        return tables

    def _table(self, sheet: str, head: int, columns: Sequence[tuple[int, str]]) -> Table:
        table = Table(len(self.found.tables) + 1, sheet, head + 1, tuple(columns))
        self.found.tables.append(table)
        return table


def _repeats(row: Row, tables: Sequence[Table]) -> bool:
    """Whether `row` is the head of `tables` once more, as on every printed page."""
    labels = {
        at: {heading(part) for part in (label, *label.split(LEVEL))}
        for t in tables
        for at, label in t.columns
    }
    return all(heading(cell) in labels.get(at, ()) for at, cell in enumerate(row) if cell)


def _first_full_row(top: Sequence[Row]) -> int | None:
    """The first row that has at least half as many different cells as the fullest."""
    fullness = [len({cell for cell in row if cell}) for row in top]
    most = max(fullness, default=0)
    return next((place for place, count in enumerate(fullness) if count * 2 >= most > 1), None)


def _shares(upper: Row, lower: Row) -> bool:
    """Whether two rows have a cell in common, one above the other, and differ elsewhere."""
    pairs = list(zip(upper, lower, strict=False))
    return any(a and a == b for a, b in pairs) and upper != lower


def _labels(top: Sequence[Row], head: int) -> list[str]:
    """What stands over each column, from the highest level of the head down, each word once."""
    first = head
    while first > 0 and head - first < MOST_LEVELS - 1 and _shares(top[first - 1], top[first]):
        if len({cell for cell in top[first - 1] if cell}) < 2:
            break
        first -= 1
    labels = []
    for place in range(max(len(row) for row in top[first : head + 1])):
        words: list[str] = []
        for row in top[first : head + 1]:
            cell = " ".join(row[place].split()) if place < len(row) else ""
            if cell and cell not in words:
                words.append(cell)
        labels.append(LEVEL.join(words))
    return labels


def _numbered(first: int, top: Sequence[Row], rest: Iterator[Row]) -> Iterator[tuple[int, Row]]:
    """The rows below the head with their numbers as the sheet counts them, from 1."""
    number = first
    for row in top[first:]:
        number += 1
        yield number, row
    for row in rest:
        number += 1
        yield number, row
