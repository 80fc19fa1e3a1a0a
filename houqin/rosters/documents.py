"""The prints: 值班安排表."""

from __future__ import annotations

from dataclasses import dataclass

from houqin.documents.printing import Document, Signature, render_pdf
from houqin.rosters.models import Roster
from houqin.rosters.selectors import Cell, Row, names_of, wall_of
from houqin.rosters.states import RosterState
from houqin.school import school_name

SHEET = "rosters/documents/roster.html"
# More shifts need the paper's long side.
MOST_UPRIGHT = 4
SIGNERS = ("排班人", "总务主任", "分管副校长")


@dataclass(frozen=True, slots=True)
class Line:
    """One day of 值班安排表, as texts."""

    day: str
    weekday: str
    cells: tuple[str, ...]
    note: str


def roster_sheet(roster: Roster, *, printed_by: str, back_url: str) -> Document:
    """Print 值班安排表. Raises `PrintingFailed`.

    Columns: 日期 星期, one for each shift with its hours and place, 备注 (what kind of day it is); below it
    what is asked of who is on duty; signed by 排班人, 总务主任, 分管副校长.
    """
    wall = wall_of(roster)
    context = {
        "roster": roster,
        "shifts": wall.shifts,
        "lines": [_line(row) for row in wall.rows if any(cell.is_on for cell in row.cells)],
        "is_draft": roster.state == RosterState.DRAFT,
        "requirements": roster.note or roster.kind.note,
        "signatures": tuple(Signature(label) for label in SIGNERS),
    }
    return render_pdf(
        SHEET, context, title=roster.name, school=school_name(), printed_by=printed_by, number=roster.number,
        back_url=back_url, is_landscape=len(wall.shifts) > MOST_UPRIGHT,
    )  # fmt: skip


def _line(row: Row) -> Line:
    return Line(f"{row.on.month}月{row.on.day}日", row.weekday, tuple(map(_cell, row.cells)), row.day.name)


def _cell(cell: Cell) -> str:
    """Who has it; a dash where there is no such shift that day, nothing to be filled in by hand."""
    return names_of(cell.duties) if cell.is_on else "—"
