"""Which column of the workbook is which of ours: guessed by its words, remembered when corrected."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.access import allowed
from houqin.registry import registry
from houqin.spreadsheets.imports import SHEET, Import
from houqin.spreadsheets.opening import Book
from houqin.spreadsheets.tables import Finder
from houqin.spreadsheets.words import heading

SAMPLES = 3
NAMELESS = re.compile(r"(sheet|工作表|表)\s*\d*", re.IGNORECASE)

Survey = dict[str, Any]


def survey(importer: type[Import], book: Book) -> Survey:
    """The tables of `book` with headings, row counts and samples; `RuleBroken` when there is none.

    Walks over everything once: 50,000 rows take about a second.
    """
    for is_lenient in (False, True):
        finder = Finder(importer.known(), is_lenient=is_lenient)
        counts: dict[int, int] = {}
        samples: dict[str, list[str]] = {}
        for line in finder.lines(book):
            counts[line.table.number] = counts.get(line.table.number, 0) + 1
            for label, text in line.cells.items():
                seen = samples.setdefault(label, [])
                if len(seen) < SAMPLES and text not in seen:
                    seen.append(text[:40])
        tables = [each for each in finder.found.tables if counts.get(each.number)]
        if tables:
            return {
                "is_lenient": is_lenient,
                "tables": [
                    {
                        "number": each.number,
                        "name": each.name,
                        "sheet": each.sheet,
                        "labels": list(each.labels),
                        "rows": counts[each.number],
                    }
                    for each in tables
                ],
                "samples": samples,
            }
    wanted = "、".join(column.label for column in importer.columns[:3])
    raise RuleBroken(
        f"没有找到表格：应有一行写着“{wanted}”这样的标题，下面是内容。可以下载模板，把内容粘贴进去。",
        field="file",
    )


def labels_in(found: Survey) -> list[str]:
    """Every heading of the tables, in their order, each once."""
    return list(dict.fromkeys(label for table in found["tables"] for label in table["labels"]))


def guessed(importer: type[Import], found: Survey) -> dict[str, str]:
    """Column → heading, as far as the words tell; where every sheet has a name, that may say a column."""
    finder = Finder(importer.known())
    mapping: dict[str, str] = {}
    for label in labels_in(found):
        name = finder.column_of(label)
        if name is not None:
            mapping.setdefault(name, label)
    if len(_sheets(found)) > 1 and _are_named(found):
        for column in importer.columns:
            if column.from_sheet and column.name not in mapping:
                mapping[column.name] = SHEET
    return mapping


def recalled(importer: type[Import], found: Survey, mapping: Mapping[str, str]) -> dict[str, str]:
    """A `mapping` that was chosen for such headings before, as far as this workbook has what it names.

    The names of the sheets are no headings: last time they may have been departments, and now be Sheet1.
    A column that the program did not know yet, last time, is guessed.
    """
    kept = fitting(importer, found, mapping)
    taken = set(kept.values())
    new = {
        name: label
        for name, label in guessed(importer, found).items()
        if name not in mapping and label not in taken
    }
    return {name: label for name, label in (kept | new).items() if label != SHEET or _are_named(found)}


def _sheets(found: Survey) -> set[str]:
    return {table["sheet"] for table in found["tables"]}


def _are_named(found: Survey) -> bool:
    """Whether somebody gave every sheet a name."""
    return not any(NAMELESS.fullmatch(sheet) for sheet in _sheets(found))


def fingerprint(found: Survey) -> str:
    """What tells one layout of headings from another."""
    words = sorted({heading(label) for label in labels_in(found)})
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def fitting(importer: type[Import], found: Survey, mapping: Mapping[str, str]) -> dict[str, str]:
    """`mapping` without what this workbook or this import does not have."""
    offered = {*labels_in(found), SHEET}
    names = {column.name for column in importer.columns}
    return {name: label for name, label in mapping.items() if name in names and label in offered}


def in_table(finder: Finder, labels: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """`mapping` as it holds for one table with the headings `labels`.

    Where a table calls a column by another word than the one that was chosen, its own word counts: the staff
    have a 职工号, those from outside on the next sheet a 工号.
    """
    taken = set(mapping.values())
    own: dict[str, str] = {}
    for label in labels:
        name = finder.column_of(label)
        if name is not None and label not in taken:
            own.setdefault(name, label)
    here = {*labels, SHEET}
    return {name: label if label in here else own.get(name, label) for name, label in mapping.items()}


def used_labels(importer: type[Import], found: Survey, mapping: Mapping[str, str]) -> set[str]:
    """The headings that something is read from, table by table."""
    finder = Finder(importer.known())
    wanted = fitting(importer, found, mapping)
    tables = found["tables"]
    return {label for table in tables for label in in_table(finder, table["labels"], wanted).values()}


def check_mapping(
    importer: type[Import], mapping: Mapping[str, str], tables: Sequence[int], *, by: Actor
) -> None:
    """`RuleBroken` with a column that is needed and has no heading, is not for `by`, or shares a heading."""
    if not tables:
        raise RuleBroken("请至少选一张表。", field="tables")
    for column in importer.columns:
        if importer.is_required(column) and not mapping.get(column.name):
            raise RuleBroken(f"请选择哪一列是{column.label}。", field=column.name)
        if mapping.get(column.name) and column.perm and not allowed(by, column.perm):
            right = registry.permission(column.perm).label
            raise RuleBroken(
                f"您没有“{right}”的权限。请把这一项选成“不导入”，由有权限的人另外登记。", field=column.name
            )
    seen: dict[str, str] = {}
    for column in importer.columns:
        label = mapping.get(column.name)
        if label in seen:
            raise RuleBroken(
                f"“{label}”这一列已经用作{seen[label]}，不能再用作{column.label}。", field=column.name
            )
        if label:
            seen[label] = column.label
