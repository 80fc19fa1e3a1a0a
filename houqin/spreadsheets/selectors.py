"""What the pages of an import read: what may be imported by whom, and what a dry run found, put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from houqin.people.models import User
from houqin.registry import registry
from houqin.spreadsheets.imports import Import
from houqin.spreadsheets.mapping import in_table
from houqin.spreadsheets.models import ImportedFile, ImportRun
from houqin.spreadsheets.states import SILENT_FOR, USE
from houqin.spreadsheets.tables import Finder

SHOWN_PROBLEMS = 100
SHOWN_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Findings:
    """What a dry run found, as far as a page shows it."""

    problems: list[list[Any]] = field(default_factory=list)
    count: int = 0
    commonest: list[tuple[str, int]] = field(default_factory=list)
    first: list[dict[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, int]] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    has_sheets: bool = False

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.problems)


def kinds_for(user: User) -> list[type[Import]]:
    """What `user` may import, in the order in which the apps plugged it in."""
    if not user.has(USE):
        return []
    return [importer for importer in registry.imports.values() if user.has(importer.perm)]


def findings_of(content: ImportedFile | None) -> Findings:
    """What the last dry run of an import found; nothing before the first."""
    told = content.told() if content is not None else {}
    if not told:
        return Findings()
    counted = Counter(problem[4] for problem in told["problems"])
    return Findings(
        problems=told["problems"][:SHOWN_PROBLEMS],
        count=told["count"],
        commonest=counted.most_common(SHOWN_SENTENCES) if len(told["problems"]) > SHOWN_SENTENCES else [],
        first=told["first"],
        left_out=sorted(told["left_out"].items()),
        beside=told["beside"],
        has_sheets=len(content.sheets) > 1,  # type: ignore[union-attr]
    )


def failed_rows(run: ImportRun, content: ImportedFile) -> tuple[list[str], Iterator[list[str]]]:
    """The heading and the rows of a workbook with what is wrong, and why; it can be read in again.

    All of a row's errors stand in its last cell, each with its column.
    """
    finder = Finder(registry.imports[run.kind].known(), is_lenient=content.survey["is_lenient"])
    # Table → its own word for a column → the word that was chosen: all of them go into one column.
    called = {
        table["number"]: {
            own: run.mapping[name]
            for name, own in in_table(finder, table["labels"], run.mapping).items()
            if own in table["labels"]
        }
        for table in content.survey["tables"]
        if table["number"] in set(run.tables)
    }
    labels = list(
        dict.fromkeys(
            called[table["number"]].get(label, label)
            for table in content.survey["tables"]
            if table["number"] in called
            for label in table["labels"]
        )
    )
    told = content.told()
    problems = told.get("problems", [])
    reasons: dict[tuple[int | str, int], list[str]] = {}
    # A row of a sheet may be one of two tables side by side. What was found before that was noted has its
    # sheet only.
    for (sheet, row, label, _, sentence), table in zip(
        problems, told.get("tables") or [None] * len(problems), strict=True
    ):
        said = f"{label}：{sentence}" if label else sentence
        reasons.setdefault((table or sheet, row), []).append(said)
    heading = [*labels, "工作表", "行号", "错在哪里"]
    return heading, _failed(finder, content, labels, called, reasons)


def _failed(
    finder: Finder,
    content: ImportedFile,
    labels: list[str],
    called: dict[int, dict[str, str]],
    reasons: dict[tuple[int | str, int], list[str]],
) -> Iterator[list[str]]:
    for line in finder.lines(content.book):
        names = called.get(line.table.number)
        said = reasons.get((line.table.number, line.row)) or reasons.get((line.table.sheet, line.row))
        if said and names is not None:
            cells = {names.get(label, label): text for label, text in line.cells.items()}
            yield [
                *[cells.get(label, "") for label in labels],
                line.table.sheet, str(line.row), "\n".join(said),
            ]  # fmt: skip


def kept_content(run: ImportRun) -> ImportedFile | None:
    """The content of `run`, None when it was taken away; no query where the run was read with it."""
    try:
        return run.content
    except ImportedFile.DoesNotExist:
        return None


def is_silent(content: ImportedFile | None) -> bool:
    """Whether the job of an import has not moved for so long that it must have died."""
    if content is None or content.moved_at is None:
        return True
    return timezone.now() - content.moved_at >= SILENT_FOR
