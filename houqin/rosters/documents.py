"""The prints: 值班安排表, and 值班日志 with 值班交接."""

from __future__ import annotations

from dataclasses import dataclass

from houqin.documents.printing import Document, Signature, render_pdf
from houqin.rosters.models import DutyLog, Matter, Roster
from houqin.rosters.selectors import Cell, Row, carried_by, names_of, wall_of
from houqin.rosters.services.logs import Noted, names_on, noted
from houqin.rosters.states import RosterState
from houqin.school import school_name
from houqin.showing import said_day
from houqin.web.templatetags.houqin import clock

SHEET, LOG = "rosters/documents/roster.html", "rosters/documents/log.html"
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


def log_sheet(log: DutyLog, *, printed_by: str, back_url: str) -> Document:
    """Print 值班日志 with 值班交接. Raises `PrintingFailed`.

    Columns: 序号 时间 情况和处理 记录人; then 序号 交接事项 提出 处理结果; signed by 交班人, 接班人,
    总务主任.
    """
    handover = getattr(log, "handover", None)
    facts = [
        ("值班种类", str(log.kind)),
        ("班次", f"{log.shift}（{log.hours}）"),
        ("日期", f"{log.day.year}年{said_day(log.day)}"),
        ("值班人", log.on_duty or names_on(log)),
    ]
    if log.is_late:
        facts.append(("补记", f"{clock(log.signed_at)} 签字：{log.late_reason}"))
    facts.append(("值班情况", log.summary or "（未签字）"))
    signed = f"系统签字：{log.signed_by.name} {clock(log.signed_at)}" if log.signed_by is not None else ""
    taken = f"系统签字：{handover.taken_by.name} {clock(handover.taken_at)}" if handover is not None else ""
    context = {
        "log": log,
        "facts": [facts[:2], facts[2:4], *[[each] for each in facts[4:]]],
        "entries": [
            {"time": clock(each.entry.happened_at), "text": _said(each), "who": each.entry.created_by or ""}
            for each in noted(log)
        ],
        "matters": [_matter(each) for each in carried_by(log)],
        "handover": f"接班说明：{handover.note}" if handover is not None and handover.note else "",
        "signatures": (Signature("交班人", signed), Signature("接班人", taken), Signature("总务主任")),
    }
    return render_pdf(
        LOG, context, title="值班日志", school=school_name(), printed_by=printed_by, number=log.number,
        back_url=back_url,
    )  # fmt: skip


def _said(each: Noted) -> str:
    """What happened, and when that was written where it was after the shift."""
    if not each.is_afterwards:
        return each.entry.text
    return f"{each.entry.text}（{'补记' if each.is_late else '班后记'}于 {clock(each.entry.created_at)}）"


def _matter(matter: Matter) -> dict[str, str]:
    who = matter.created_by.name if matter.created_by is not None else ""
    done = f"{clock(matter.closed_at)} {matter.outcome}" if matter.closed_at is not None else "未办结"
    return {"text": matter.text, "raised": f"{clock(matter.raised_at)} {who}", "outcome": done}
