"""``manage.py read_plan``: the same understanding on the command line, without a database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from calendar_plans.reading import read_plans

PLAN = "某校2024年后勤工作计划\n二月：\n1、清查财产。\n2、疏通排水。\n三月：\n1、绿化。\n"


def test_the_json_is_what_the_reader_understood(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(PLAN, encoding="gbk")
    out = io.StringIO()
    call_command("read_plan", str(file), "--json", stdout=out)
    assert json.loads(out.getvalue()) == read_plans(PLAN).to_json()
    assert "清查财产" in out.getvalue()


def test_the_summary_is_for_people(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(PLAN, encoding="utf-8")
    out = io.StringIO()
    call_command("read_plan", str(file), stdout=out)
    assert out.getvalue().split("\n") == [
        "《某校2024年后勤工作计划》",
        "  周期：年度 2月、3月",
        "  指导思想：无；目标 0 条；措施 0 条；事项 3 条",
        "  二月",
        "    1 清查财产。",
        "    2 疏通排水。",
        "  三月",
        "    1 绿化。",
        "",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "是空文件"), (b"\xff\xd8\xff" + bytes(9), "其实是一张图片")],
)
def test_a_bad_file_ends_with_a_sentence_and_code_1(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "计划.docx"
    file.write_bytes(content)
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("read_plan", str(file), "--json", stderr=err)
    assert ended.value.code == 1
    assert sentence in err.getvalue()


def test_a_missing_file_ends_with_a_sentence_and_code_1(tmp_path: Path) -> None:
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("read_plan", str(tmp_path / "没有.txt"), stderr=err)
    assert ended.value.code == 1
    assert "请检查文件名和路径" in err.getvalue()
