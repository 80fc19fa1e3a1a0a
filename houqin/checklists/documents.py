"""The prints: a signed check, a blank checklist for the clipboard, and the notice to put something right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from houqin.checklists.models import (
    CheckAnswer,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
    FindingRound,
)
from houqin.checklists.selectors import answers_of, items_of, outcome_of, tapped_label
from houqin.checklists.states import NOT_TAKEN, ItemKind
from houqin.documents.printing import NUMBER_LABEL, Document, Signature, render_pdf
from houqin.school import school_name
from houqin.web.templatetags.houqin import clock

SHEET = "checklists/documents/sheet.html"
NOTICE = "checklists/documents/notice.html"
CHECK_SIGNERS = ("检查人", "责任部门", "总务主任")
NOTICE_SIGNERS = ("检查人", "整改责任人", "复查人", "总务主任")
# Thirteen signs go into the column 检查结果; beside the box for what does not apply there is room for eight.
WRITING_LINE, SHORT_LINE = "＿" * 13, "＿" * 8
YES_NO_BOXES, NA_BOX = "□合格　□不合格", "　□不适用"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the sheet, as texts; a section's first line carries its name over `span` lines."""

    no: int
    section: str
    text: str
    guidance: str
    points: str
    result: str
    remark: str


def run_sheet(run: CheckRun, *, printed_by: str, back_url: str) -> Document:
    """Print a signed check: 序号 分组 检查内容 分值 检查结果 问题. Raises `PrintingFailed`."""
    answers = answers_of(run)
    rows = [_answered(place, answer) for place, answer in enumerate(answers, 1)]
    facts = [
        ("检查对象", run.subject_label),
        ("检查人", run.performed_by.name),
        ("检查时间", clock(run.performed_at)),
        ("结果", outcome_of(run)),
    ]
    if tapped := tapped_label(answers):
        facts.append(("填写", tapped))
    if run.is_late:
        facts.append(("补记", f"{clock(run.created_at)} 上报：{run.late_reason}"))
    if run.replaces is not None:
        facts.append(("更正", f"更正 {run.replaces.number}：{run.replace_reason}"))
    if run.note:
        facts.append(("备注", run.note))
    signed = Signature("检查人", f"系统签字：{run.performed_by.name} {clock(run.created_at)}")
    signatures = (signed, *(Signature(label) for label in CHECK_SIGNERS[1:]))
    return _print(
        SHEET, {"rows": rows, "facts": _pairs(facts), "signatures": signatures},
        title=str(run.edition.checklist), printed_by=printed_by, number=run.number, back_url=back_url,
    )  # fmt: skip


def blank_sheet(edition: ChecklistEdition, *, printed_by: str) -> Document:
    """Print a checklist with empty boxes, to be filled in by hand. Raises `PrintingFailed`."""
    rows = [_blank(place, item) for place, item in enumerate(items_of(edition), 1)]
    facts = [("检查对象", ""), ("检查时间", ""), ("检查人", ""), ("结果", "")]
    return _print(
        SHEET,
        {"rows": rows, "facts": _pairs(facts), "signatures": [Signature(label) for label in CHECK_SIGNERS]},
        title=str(edition.checklist), printed_by=printed_by, number=f"第 {edition.number} 版",
        number_label="版次",
    )  # fmt: skip


def finding_notice(finding: Finding, *, printed_by: str, back_url: str) -> Document:
    """Print 整改通知书: the problem, the demand, the limit, and every round. Raises `PrintingFailed`."""
    rounds = list(finding.rounds.select_related("rectified_by", "rechecked_by").order_by("round"))
    return _print(
        NOTICE,
        {
            "finding": finding,
            "rounds": rounds,
            "department": finding.answerable,
            "problem": finding.title,
            "item": finding.answer.item,
            "signatures": _hands_of(finding, rounds),
        },
        title="整改通知书",
        printed_by=printed_by,
        number=finding.number,
        back_url=back_url,
    )


def _hands_of(finding: Finding, rounds: Sequence[FindingRound]) -> list[Signature]:
    """The boxes, with what the last round's hands have signed in the program already."""
    latest = rounds[-1] if rounds else None
    known = {"检查人": f"系统签字：{finding.found_by.name} {clock(finding.found_at)}"}
    if latest is not None:
        known["整改责任人"] = f"系统签字：{latest.rectified_by.name} {clock(latest.rectified_at)}"
    if latest is not None and latest.rechecked_by is not None:
        known["复查人"] = f"系统签字：{latest.rechecked_by.name} {clock(latest.rechecked_at)}"
    return [Signature(label, known.get(label, "")) for label in NOTICE_SIGNERS]


def run_file_name(run: CheckRun) -> str:
    """The name under which a browser saves the check, without its ending."""
    return f"{run.edition.checklist}_{run.subject_label}_{timezone.localdate(run.performed_at):%Y%m%d}"


def _print(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    printed_by: str,
    number: str = "",
    number_label: str = NUMBER_LABEL,
    back_url: str = "",
) -> Document:
    return render_pdf(
        template, context, title=title, school=school_name(), printed_by=printed_by, number=number,
        number_label=number_label, back_url=back_url,
    )  # fmt: skip


def _pairs(facts: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two facts a line, as on the forms that schools use."""
    return [facts[start : start + 2] for start in range(0, len(facts), 2)]


def _points(item: ChecklistItem) -> str:
    return format(item.points.normalize(), "f") if item.points else "—"


def _answered(place: int, answer: CheckAnswer) -> SheetRow:
    item = answer.item
    pictures = f"照片 {answer.photos} 张" if answer.photos else ""
    remark = "；".join(each for each in (answer.note, pictures) if each)
    return SheetRow(place, item.section, str(item), item.advice, _points(item), answer.shown, remark)


def _blank(place: int, item: ChecklistItem) -> SheetRow:
    boxes = {
        ItemKind.YES_NO: YES_NO_BOXES,
        ItemKind.NUMBER: f"＿＿＿ {item.unit}".strip(),
        ItemKind.CHOICE: "　".join(f"□{each}" for each in item.choices),
        ItemKind.TEXT: SHORT_LINE if item.may_be_na else WRITING_LINE,
        ItemKind.PHOTO: "□已拍照",
    }[ItemKind(item.kind)]
    guidance = item.advice
    na = f"　□{NOT_TAKEN}" if item.kind == ItemKind.PHOTO else NA_BOX
    result = f"{boxes}{na if item.may_be_na else ''}"
    return SheetRow(place, item.section, str(item), guidance, _points(item), result, "")
