"""班级结转表 and 毕业班移交清单: signed on paper when the year turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houqin.documents.printing import Document, Signature, render_pdf
from houqin.school import school_name
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.selectors import Handover, rehearsal
from houqin.year_turn.states import LineAct, TurnState

TURN_TEMPLATE = "year_turn/documents/turn.html"
HANDOVER_TEMPLATE = "year_turn/documents/handover.html"
SIGNERS = ("经办人", "教务处", "总务主任", "分管副校长")
HANDOVER_SIGNERS = ("班主任（移交）", "接收人", "总务处")
# What the sheet says of a turn that is not in force.
AS_OF: dict[str, str] = {
    TurnState.DRAFT: "演练稿，未结转",
    TurnState.UNDONE: "已撤销，班级没有改动",
    TurnState.DROPPED: "已放弃，未结转",
}
# A class that holds little still gets lines to write on: what is found in the room is added by hand.
LEAST_LINES = 6


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line of 班级结转表, as texts."""

    no: int
    act: str
    old_name: str
    old_teacher: str
    old_room: str
    name: str
    teacher: str
    room: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One line of 毕业班移交清单, as texts."""

    no: int
    what: str = ""
    detail: str = ""
    successor: str = ""


def turn_sheet(turn: YearTurn, *, printed_by: str, back_url: str, on: date) -> Document:
    """Print 班级结转表 of `turn`. Raises `PrintingFailed` when this machine cannot print.

    Columns: 序号 去向, before (班级 班主任 教室), after (班级 班主任 教室), 备注; signed by 经办人, 教务处,
    总务主任, 分管副校长.
    """
    lines = rehearsal(turn, on=on).lines
    context = {
        "turn": turn,
        "rows": [_row(place, line) for place, line in enumerate(lines, 1)],
        "as_of": AS_OF.get(turn.state) or _carried_out(turn.done_on or on),
        "signatures": tuple(Signature(signer) for signer in SIGNERS),
    }
    return render_pdf(
        TURN_TEMPLATE,
        context,
        title=f"{turn.year_label}班级结转表",
        school=school_name(),
        printed_by=printed_by,
        number=turn.sheet_number,
        back_url=back_url,
        is_landscape=True,
    )


def handover_sheet(turn: YearTurn, *, printed_by: str, back_url: str, on: date) -> Document:
    """Print 毕业班移交清单, a page a leaving class. Raises `PrintingFailed` as `turn_sheet`.

    Columns: 序号 移交内容 说明 接用班级 数量 核对情况; signed by 班主任, 接收人, 总务处 of each class.
    """
    context = {
        "turn": turn,
        "sheets": [
            {"line": each.line, "rows": _handover_rows(each)} for each in rehearsal(turn, on=on).handovers
        ],
        "signatures": tuple(Signature(signer) for signer in HANDOVER_SIGNERS),
    }
    return render_pdf(
        HANDOVER_TEMPLATE,
        context,
        title=f"{turn.ending_label}毕业班移交清单",
        school=school_name(),
        printed_by=printed_by,
        number=turn.handover_number,
        back_url=back_url,
    )


def _carried_out(on: date) -> str:
    return f"结转日期：{on.year}年{on.month}月{on.day}日"


def _row(place: int, line: TurnLine) -> TurnRow:
    # What is left alone stands in the table too: whoever signs sees every class.
    stays = not line.is_gone
    gone = "—" if line.act == LineAct.LEAVE or line.is_new else "不变"
    return TurnRow(
        no=place,
        act=line.get_act_display(),
        old_name=line.old_name or "—",
        old_teacher=str(line.old_head_teacher or "—"),
        old_room=str(line.old_room or "—"),
        name=line.name if stays else gone,
        teacher=str(line.head_teacher or "未定") if stays else gone,
        room=str(line.room or "未定") if stays else gone,
    )


def _handover_rows(handover: Handover) -> list[HandoverRow]:
    rows = [
        HandoverRow(place, held.what, held.detail, handover.successor if held.is_room else "")
        for place, held in enumerate(handover.held, 1)
    ]
    return rows + [HandoverRow(place) for place in range(len(rows) + 1, LEAST_LINES + 1)]
