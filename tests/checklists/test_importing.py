"""A checklist from the office's own workbook: a draft, checked by the services' rules, taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from houqin.checklists.models import Checklist, ChecklistItem
from houqin.people.models import User
from houqin.spreadsheets.imports import SHEET
from tests.checklists.factories import in_use, items_of, office
from tests.spreadsheets.importing import checked, imported, problems, undone
from tests.spreadsheets.workbooks import sheets

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = ("序号", "检查项目", "检查内容", "类型", "分值", "关键项", "下限", "上限", "单位", "选项", "合格选项")
ROWS = (
    (1, "用电", "插座无破损", "", "10分", "★", "", "", "", "", ""),
    (2, "用电", "课桌面照度", "数值", 5, "", 300, "", "lx", "", ""),
    (3, "卫生", "地面干净", "选项", 5, "否", "", "", "", "好，一般，差", "好、一般"),
    (4, "其他", "整体照片", "拍照", "", "", "", "", "", "", ""),
)


@pytest.fixture
def director() -> User:
    return office()


def workbook(*rows: Any, name: str = "教室检查") -> bytes:
    return sheets(**{name: [(f"{name}表",), HEAD, *(rows or ROWS)]})


def test_a_sheet_becomes_a_draft_of_its_name(director: User) -> None:
    imported(director, "checklists", workbook(), edition=SHEET)
    edition = Checklist.objects.get(name="教室检查").editions.get()
    found = items_of(edition)
    assert (edition.state, [(each.section, each.text, each.kind, each.points) for each in found]) == (
        "draft",
        [
            ("用电", "插座无破损", "yes_no", 10),
            ("用电", "课桌面照度", "number", 5),
            ("卫生", "地面干净", "choice", 5),
            ("其他", "整体照片", "photo", 0),
        ],
    )
    assert (found[0].is_key, found[1].least, found[2].choices, found[2].passing) == (
        True,
        Decimal(300),
        ["好", "一般", "差"],
        ["好", "一般"],
    )


def test_every_wrong_row_is_told_at_once_and_nothing_is_written(director: User) -> None:
    run = checked(
        director,
        "checklists",
        workbook(
            (1, "", "照片", "照片", 5, "", "", "", "", "", ""),
            (2, "", "温度", "数值", 5, "", 8, 0, "℃", "", ""),
            (3, "", "地面", "选项", 5, "也许", "", "", "", "好", ""),
        ),
        edition=SHEET,
    )
    assert [(row, sentence[:6]) for _, row, _, _, sentence in problems(run)] == [
        (3, "文字和照片不"),
        (4, "“不低于”比"),
        (5, "“也许”看不"),
    ]
    assert Checklist.objects.count() == 0


def test_a_list_in_use_takes_no_rows_from_a_workbook(director: User) -> None:
    in_use(name="教室检查")
    run = checked(director, "checklists", workbook(), edition=SHEET)
    assert {sentence[:10] for *_, sentence in problems(run)} == {"“教室检查”已经启用"}


def test_read_again_nothing_changes_and_a_changed_row_is_one_change(director: User) -> None:
    imported(director, "checklists", workbook(), edition=SHEET)
    again = checked(director, "checklists", workbook(), edition=SHEET)
    changed = imported(
        director,
        "checklists",
        workbook((1, "用电", "插座无破损", "", 20, "★", "", "", "", "", "")),
        edition=SHEET,
    )
    assert ((again.new, again.changed, again.same), (changed.new, changed.changed)) == ((0, 0, 4), (0, 1))
    assert ChecklistItem.objects.get(text="插座无破损").points == 20


def test_an_import_is_taken_back_item_by_item(director: User) -> None:
    undone(director, imported(director, "checklists", workbook(), edition=SHEET))
    assert ChecklistItem.objects.count() == 0
