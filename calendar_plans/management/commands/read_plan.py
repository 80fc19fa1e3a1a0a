"""``manage.py read_plan FILE [--json]``: print what the plan reader understands of a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from calendar_plans.reading import (
    MAX_BYTES,
    PlanDraft,
    Reading,
    UnreadableSource,
    every_measure,
    problems,
    read_plans,
    read_source,
)


class Command(BaseCommand):
    """Reads a plan and prints the proposal; needs no database. Exit code 1 and a sentence for bad files."""

    help = "读一份后勤工作计划（.txt、.docx、.xlsx），打印读到的内容；不写数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the form of the answer."""
        parser.add_argument("file", type=Path, help="计划文件")
        parser.add_argument("--json", action="store_true", dest="as_json", help="打印 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the reading of one file."""
        path: Path = options["file"]
        try:
            reading = read_plans(read_source(path.name, _content(path)))
        except UnreadableSource as refusal:
            self.stderr.write(refusal.message)
            sys.exit(1)
        if options["as_json"]:
            self.stdout.write(json.dumps(reading.to_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_summary(reading))


def _content(path: Path) -> bytes:
    """Return the file's bytes, one more than allowed at most; the sentence about size is the reader's."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableSource(f"打不开“{path}”。请检查文件名和路径，以及是否有权读取。") from error


def _summary(reading: Reading) -> str:
    lines: list[str] = []
    for plan in reading.plans:
        lines += _plan_lines(plan)
    hints = problems(reading)
    return "\n".join([*lines, *(f"提示：{hint}" for hint in hints)])


def _plan_lines(plan: PlanDraft) -> list[str]:
    months = "、".join(f"{month}月" for month in plan.period.months)
    lines = [
        f"《{plan.title or '无标题'}》",
        f"  周期：{plan.period.kind or '未说明'} {months}".rstrip(),
        (
            f"  指导思想：{'有' if plan.guiding else '无'}；目标 {len(plan.goals)} 条；"
            f"措施 {len(every_measure(plan.measures))} 条；事项 {sum(len(s.items) for s in plan.sections)} 条"
        ),
    ]
    for section in plan.sections:
        lines.append(f"  {section.heading}")
        lines += [f"    {item.no or '-'} {' '.join(item.text.split())}" for item in section.items]
    for left in plan.left_out:
        words = " ".join(left.text.split())
        lines.append(f"  未采用（{left.why}）：{words[:40]}{'…' if len(words) > 40 else ''}")
    return lines
