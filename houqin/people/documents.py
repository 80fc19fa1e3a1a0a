"""《不相容岗位分离及兼任情况表》: what an inspector asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houqin.documents.printing import Document, Signature, render_pdf
from houqin.people.selectors import separation_table
from houqin.school import school_name

TEMPLATE = "people/documents/separation.html"
SIGNERS = ("填表人", "总务主任", "监督员", "校长")


@dataclass(frozen=True, slots=True)
class SeparationRow:
    """One line of the sheet, as texts."""

    no: int
    one: str
    other: str
    demand: str
    source: str
    people: str
    remedy: str


def separation_sheet(*, printed_by: str, back_url: str, on: date) -> Document:
    """Print how duties are kept apart on the day `on`, and who holds several.

    Raises `PrintingFailed` when this machine cannot print. Columns: 序号 岗位（职责）一 岗位（职责）二
    兼任要求 兼任人员 兼任时的控制措施 依据; signed by 填表人, 总务主任, 监督员, 校长.
    """
    rows = [
        SeparationRow(
            no=place,
            one=line.pair.duties[0],
            other=line.pair.duties[1],
            demand=line.demand_label,
            source=line.pair.source,
            people="、".join(user.name for user in line.people) or "无",
            remedy=line.pair.remedy,
        )
        for place, line in enumerate(separation_table(on), 1)
    ]
    return render_pdf(
        TEMPLATE,
        {"rows": rows, "on": on, "signatures": tuple(Signature(signer) for signer in SIGNERS)},
        title="不相容岗位分离及兼任情况表",
        school=school_name(),
        printed_by=printed_by,
        back_url=back_url,
        is_landscape=True,
    )
