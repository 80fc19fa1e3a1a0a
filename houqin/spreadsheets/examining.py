"""The dry run: every row of a workbook through the form's fields and the service's rule, all errors at once.

It reads and writes nothing, so it is done again, with the same code, right before the rows are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, UniqueConstraint

from houqin.errors import RuleBroken
from houqin.showing import shown
from houqin.spreadsheets.imports import CLEAR, SHEET, Import, Values, reference
from houqin.spreadsheets.mapping import in_table
from houqin.spreadsheets.opening import Book
from houqin.spreadsheets.tables import Finder, Line
from houqin.spreadsheets.words import heading

ROWS_BETWEEN_TICKS = 500
KEYS_AT_ONCE = 5_000
SHOWN_ROWS = 10

Progress = Callable[[int], None]
Mapped = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which table of which sheet, row and column, and the sentence."""

    table: int
    sheet: str
    row: int
    label: str
    text: str
    sentence: str


@dataclass(slots=True)
class Draft:
    """A row on its way to a record: what it says, and what it is about."""

    line: Line
    values: Values
    record: Any = None
    before: dict[str, Any] | None = None
    # The columns about which something was said, which is enough for one.
    told: set[str] = field(default_factory=set)
    # Rows below that go on about the same: one line for every paper of a partner.
    going_on: list[Draft] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return bool(self.told)


@dataclass(slots=True)
class Examination:
    """What became of all rows. `new` and `changed` are records as they will be written; nothing is yet."""

    problems: list[Problem] = field(default_factory=list)
    new: list[Draft] = field(default_factory=list)
    changed: list[Draft] = field(default_factory=list)
    same: int = 0
    rows: int = 0
    failed: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    beside: list[str] = field(default_factory=list)
    first: list[dict[str, str]] = field(default_factory=list)


def _unheard(done: int) -> None:
    """Nobody waits."""


def examine(
    importer: Import,
    book: Book,
    tables: Sequence[int],
    mapped: Mapped,
    *,
    is_lenient: bool = False,
    progress: Progress = _unheard,
) -> Examination:
    """Every row of `tables` (their numbers) under the mapping column → heading. `progress` hears of rows.

    A dozen queries, however many rows there are.
    """
    finder = Finder(importer.known(), is_lenient=is_lenient)
    return _Examiner(importer, mapped, progress).examine(book, set(tables), finder)


class _Examiner:
    def __init__(self, importer: Import, mapped: Mapped, progress: Progress) -> None:
        self.importer = importer
        self.progress = progress
        self.found = Examination()
        self.mapped = {name: label for name, label in mapped.items() if label}
        self.columns = [column for column in importer.columns if column.name in self.mapped]
        written = set(importer.written())
        self.fields: list[Any] = [f for f in importer.model._meta.concrete_fields if f.name in written]
        self.going_on = 0
        # Table → column → heading: two sheets may call the same column by two words.
        self.sources: dict[int, dict[str, str]] = {}

    def examine(self, book: Book, tables: set[int], finder: Finder) -> Examination:
        importer, found = self.importer, self.found
        drafts = []
        for line in finder.lines(book):
            if line.table.number not in tables or self._is_passed_over(line):
                continue
            if line.table.number not in self.sources:
                self.sources[line.table.number] = in_table(finder, line.table.labels, self.mapped)
            found.rows += 1
            drafts.append(self._read(line))
            if found.rows % ROWS_BETWEEN_TICKS == 0:
                self.progress(found.rows)
        found.left_out.update(finder.found.left_out)
        for draft in self._match(drafts):
            self._fill(draft)
        found.first = [self._shown(draft) for draft in drafts[:SHOWN_ROWS]]
        self._refuse_doubles()
        if self.going_on:
            found.beside.append(f"有 {self.going_on} 行接着写上面那一{importer.unit}，算在它里面。")
        for lookup in importer.lookups():
            found.beside += lookup.beside()
        for addition in importer.additions():
            found.beside += addition.beside()
        found.failed = sum(draft.is_wrong for draft in drafts)
        found.new = [draft for draft in found.new if not draft.is_wrong]
        found.changed = [draft for draft in found.changed if not draft.is_wrong]
        order = {sheet.name: place for place, sheet in enumerate(book.sheets)}
        found.problems.sort(key=lambda problem: (order.get(problem.sheet, 0), problem.row, problem.table))
        return found

    def _is_passed_over(self, line: Line) -> bool:
        for label, text in line.cells.items():
            if text in self.importer.passed_over.get(heading(label), ()):
                self.found.left_out[f"{label}是“{text}”的行"] += 1
                return True
        return False

    def _shown(self, draft: Draft) -> dict[str, str]:
        """The row as it will be saved, by the labels of our columns; as it was written where it is wrong."""
        if draft.is_wrong or draft.record is None:
            return {column.label: self._text(draft.line, column.name) for column in self.columns}
        names = [column.name for column in self.importer.given()]
        cells = dict(zip(names, self.importer.cells(draft.record), strict=True))
        found = {}
        for column in self.columns:
            written = self._text(draft.line, column.name)
            if column.is_beside:
                value = draft.values.get(column.name)
                text = shown(column.said(value) if column.said and value is not None else value)
            else:
                text = shown(cells[column.name])
            is_rewritten = column.tells_rewriting and written not in {"", text}
            found[column.label] = f"{written} → {text}" if is_rewritten else text
        return found

    def _text(self, line: Line, name: str) -> str:
        source = self.sources[line.table.number].get(name, "")
        return line.table.sheet if source == SHEET else line.cells.get(source, "")

    def _read(self, line: Line) -> Draft:
        """The cells of a row, cleaned; what cannot be is told with its cell."""
        draft, importer = Draft(line, {}), self.importer
        for column in self.columns:
            text = self._text(line, column.name)
            if text == CLEAR and not importer.is_required(column):
                draft.values[column.name] = column.blank
            elif text:
                try:
                    draft.values[column.name] = importer.read(column, text)
                except RuleBroken as refusal:
                    self._note(draft, refusal.message, column.name)
        return draft

    def _match(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Find what each row is about: the rows that do not go on about another. Doubles are told."""
        importer = self.importer
        seen: dict[Hashable, Draft] = {}
        first: list[Draft] = []
        for draft in drafts:
            try:
                importer.identify(draft.values)
            except RuleBroken as refusal:
                self._note(draft, refusal.message, refusal.field)
            key = importer.key_of(draft.values)
            above = first[-1] if key is None and first else seen.get(key)
            if above is not None and self._goes_on(draft, above):
                above.going_on.append(draft)
                continue
            first.append(draft)
            if key is None:
                continue
            if key in seen:
                where = _seen_from(draft.line, seen[key].line)
                said = f"和{where}是同一个{importer.key_label}，请删去重复的一行。"
                self._note(draft, said, importer.key[0])
            seen.setdefault(key, draft)
        there = importer.records(list(seen)) if seen else {}
        for key, draft in seen.items():
            draft.record = there.get(key)
        return first

    def _goes_on(self, draft: Draft, above: Draft) -> bool:
        """Whether a row says more beside the record of the row above it, and of the record nothing else."""
        if draft.line.table.number != above.line.table.number:
            return False
        beside = {column.name for column in self.columns if column.is_beside}
        return any(self._text(draft.line, name) for name in beside) and all(
            above.values.get(name) == value for name, value in draft.values.items() if name not in beside
        )

    def _fill(self, draft: Draft) -> None:
        """Let the service's rule have its say, and tell new from changed from same."""
        importer = self.importer
        record = draft.record
        is_new = record is None
        if is_new:
            record = importer.model()
            self._require(draft)
        if draft.is_wrong:
            return
        start = importer.blanks() if is_new else importer.initial(record)
        before = dict(record.__dict__)
        try:
            importer.complete(draft.values, None if is_new else record)
            importer.fill(record, start | draft.values)
        except RuleBroken as refusal:
            self._note(draft, refusal.message, refusal.field)
            return
        draft.record = record
        self._go_on(draft)
        if is_new:
            self.found.new.append(draft)
            return
        draft.before = {
            each.attname: before[each.attname]
            for each in self.fields
            if before[each.attname]
            != (reference(each, record) if each.is_relation else record.__dict__[each.attname])
        }
        if draft.before or any(addition.of(record) for addition in importer.additions()):
            self.found.changed.append(draft)
        else:
            self.found.same += 1

    def _go_on(self, draft: Draft) -> None:
        for more in draft.going_on:
            try:
                self.importer.take_beside(draft.record, more.values)
            except RuleBroken as refusal:
                self._note(more, refusal.message, refusal.field)
        self.going_on += len(draft.going_on)

    def _require(self, draft: Draft) -> None:
        for column in self.importer.columns:
            if column.name in draft.told or not self.importer.is_required(column):
                continue
            if draft.values.get(column.name) is None:
                self._note(draft, f"请填写{column.label}。", column.name)

    def _refuse_doubles(self) -> None:
        """What the database keeps unique, asked beforehand, so that all is told at once and not the first."""
        importer, drafts = self.importer, [*self.found.new, *self.found.changed]
        for names, sentence, name, condition in _uniques(importer):
            seen: dict[tuple[Hashable, ...], Draft] = {}
            for draft in drafts:
                value = _value(draft.record, names, importer)
                if any(part is None for part in value):
                    continue
                if value in seen:
                    where = _seen_from(draft.line, seen[value].line)
                    self._note(draft, f"和{where}重复。{sentence}", name)
                seen.setdefault(value, draft)
            for value in _taken(importer, names, condition, seen):
                self._note(seen[value], sentence, name)

    def _note(self, draft: Draft, sentence: str, name: str | None) -> None:
        draft.told.add(name or "")
        label = self._label(draft.line, name or "")
        text = self._text(draft.line, name or "")
        table, row = draft.line.table, draft.line.row
        self.found.problems.append(Problem(table.number, table.sheet, row, label, text, sentence))

    def _label(self, line: Line, name: str) -> str:
        """How the table calls the column; what we call it where the table has none."""
        source = self.sources[line.table.number].get(name, "")
        if source in line.table.labels:
            return source
        known = {column.name: column.label for column in self.importer.columns}
        return known.get(name, "")


def _seen_from(line: Line, other: Line) -> str:
    """Where `other` stands, for whoever looks at `line`: 第 3 行, E–G 列第 3 行, “外聘”第 3 行."""
    if other.table.sheet != line.table.sheet:
        return f"“{other.table.sheet}”第 {other.row} 行"
    is_beside = other.table.span != line.table.span
    return f"{other.table.span if is_beside else ''}第 {other.row} 行"


def _uniques(importer: Import) -> Iterator[tuple[tuple[str, ...], str, str, Q]]:
    """What the model keeps unique and the services have a sentence for."""
    meta = importer.model._meta
    for each in meta.concrete_fields:
        name = f"{meta.db_table}_{each.column}_key"
        if each.unique and name in importer.sentences:
            sentence, about = importer.sentences[name]
            yield (each.name,), sentence, about or each.name, Q()
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.name in importer.sentences:
            sentence, about = importer.sentences[constraint.name]
            yield (
                tuple(constraint.fields),
                sentence,
                about or constraint.fields[0],
                constraint.condition or Q(),
            )


def _value(record: Any, names: Sequence[str], importer: Import) -> tuple[Hashable, ...]:
    fields = [importer.model._meta.get_field(name) for name in names]
    return tuple(
        reference(each, record) if each.is_relation else getattr(record, each.name) for each in fields
    )


def _taken(
    importer: Import, names: Sequence[str], condition: Q, seen: Mapping[tuple[Hashable, ...], Draft]
) -> Iterator[tuple[Hashable, ...]]:
    """Those of `seen` that another record has already; a query for every 5,000."""
    values = [value for value in seen if not any(isinstance(part, tuple) for part in value)]
    for start in range(0, len(values), KEYS_AT_ONCE):
        part = values[start : start + KEYS_AT_ONCE]
        wanted = {f"{name}__in": {value[place] for value in part} for place, name in enumerate(names)}
        rows = importer.model._base_manager.filter(condition, **wanted).values_list("pk", *names)
        for pk, *value in rows:
            draft = seen.get(tuple(value))
            if draft is not None and draft.record.pk != pk:
                yield tuple(value)
