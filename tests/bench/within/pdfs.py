"""The month's sheet on paper: ours, not kept, against WeasyPrint alone on the same HTML."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from statistics import median
from typing import Any

from django.template import loader
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from calendar_plans.documents import SIGNERS, TEMPLATE, MonthSheet, SheetRow
from houqin.documents.availability import available
from houqin.documents.printing import PAPER, Paper, Signature, render_pdf

# Rows and runs: one page, and about as many pages as may be printed while somebody waits.
SIZES = {"short": (8, 15), "long": (150, 5)}
FONTS = FontConfiguration()


def main() -> dict[str, dict[str, float]]:
    """Per size: milliseconds of ours and of the bare one, and pages. Empty where nothing can be printed."""
    # Ours is laid out by a process that gives way to pages; in a fair comparison the other does too.
    os.nice(5)
    return {name: _compare(*size) for name, size in SIZES.items()} if available() else {}


def _compare(rows: int, runs: int) -> dict[str, float]:
    sheet = {"sheet": _sheet(rows)}
    chosen: Any = loader.get_template(TEMPLATE)
    html = chosen.render({**sheet, "paper": Paper("月工作计划表", "演示学校", "某人", is_landscape=True)})
    own = Path(chosen.origin.name).with_suffix(".css")
    styles = [CSS(string=file.read_text(encoding="utf-8"), font_config=FONTS) for file in (PAPER, own)]
    ours, bare, pages = [], [], 0
    for run in range(runs + 1):
        began = time.perf_counter()
        # A number of its own makes it another document, which no cache holds.
        pages = _ours(sheet, number=f"GC-{uuid.uuid4()}")
        between = time.perf_counter()
        HTML(string=html).write_pdf(stylesheets=styles, font_config=FONTS, pdf_variant="pdf/ua-1")
        if run > 0:
            ours.append((between - began) * 1000)
            bare.append((time.perf_counter() - between) * 1000)
    return {"ours": median(ours), "bare": median(bare), "pages": pages}


def _ours(sheet: dict[str, Any], *, number: str) -> int:
    document = render_pdf(
        TEMPLATE,
        sheet,
        title="月工作计划表",
        school="演示学校",
        printed_by="某人",
        number=number,
        is_landscape=True,
    )
    return document.pages


def _sheet(rows: int) -> MonthSheet:
    lines = tuple(
        SheetRow(
            no=place, category="水电管理", measure="按规定做好记录",
            content=f"检查第 {place} 处的灯具、门窗和消防器材，登记损坏情况",
            owner="石大勇", partners="教务处、德育处", due="11月20日", done="已完成",
            remark="",
        )
        for place in range(1, rows + 1)
    )  # fmt: skip
    return MonthSheet(
        department="总务处", month_label="2026年11月", plan_title="总务处工作计划", focus=("校园安全检查",),
        rows=lines, blank_rows=range(0), is_month_over=True,
        signatures=tuple(Signature(signer) for signer in SIGNERS),
    )  # fmt: skip
