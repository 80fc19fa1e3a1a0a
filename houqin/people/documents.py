"""《不相容岗位分离及兼任情况表》, what an inspector asks for first; and account slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from houqin.documents.printing import Document, Signature, render_pdf
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.selectors import separation_table
from houqin.school import school_name

TEMPLATE = "people/documents/separation.html"
LOGIN_CODE = "houqin:login.svg"
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


@dataclass(frozen=True, slots=True)
class Slip:
    """One account slip, as texts."""

    name: str
    staff_no: str
    department: str
    password: str


def account_slips(
    people: Sequence[User], *, passwords: Mapping[str, Password], school: str, printed_by: str, address: str
) -> Document:
    """Print the slips of `people` with their first `passwords` (by public id) and the login page's `address`.

    Nothing of it stays on the disk. Raises `PrintingFailed`.
    """
    slips = [
        Slip(
            user.name, user.staff_no, user.department.name if user.department else "",
            str(passwords[user.public_id]),
        )
        for user in people
    ]  # fmt: skip
    return render_pdf(
        "people/documents/account_slips.html",
        {"slips": slips, "address": address, "code": LOGIN_CODE},
        title="账号条",
        school=school,
        printed_by=printed_by,
        codes={LOGIN_CODE: address},
        is_kept=False,
    )


def recovery_sheet(codes: Sequence[str], *, user: User) -> Document:
    """Print the `codes` with which `user` gets in without his phone; nothing of it stays on the disk.

    Raises `PrintingFailed`.
    """
    return render_pdf(
        "people/documents/recovery_codes.html",
        {"codes": codes, "name": user.name, "staff_no": user.staff_no},
        title="两步验证备用码",
        school=school_name(),
        printed_by=user.name,
        is_kept=False,
    )
