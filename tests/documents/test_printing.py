"""What a printed sheet is made of: tags, language, fonts, frame, repeated heads, whole rows; the cache."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PageObject

from houqin.documents.printing import Signature
from houqin.documents.process import LAYOUT
from tests.documents.sheets import Row, month, page_texts, printed, read

MORNING = datetime(2026, 11, 2, 1, 14, tzinfo=UTC)
EVENING = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)


def structure(node: Any, found: list[str]) -> list[str]:
    """The kinds of all elements in a tag tree, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            structure(child, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            structure(node["/K"], found)
    return found


def fonts(page: PageObject) -> dict[str, Any]:
    """Name of each font of a page without its subset mark → its descriptor."""
    found = {}
    for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
        descendant = reference.get_object()["/DescendantFonts"][0].get_object()
        found[str(descendant["/BaseFont"]).split("+")[1]] = descendant["/FontDescriptor"].get_object()
    return found


def test_a_print_declares_itself_tagged_chinese_and_accessible() -> None:
    reader = read(printed(month(3)))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert root["/MarkInfo"]["/Marked"] in (True, "true")
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] in (True, "true")
    assert reader.metadata is not None
    assert reader.metadata.title == "月工作计划表（2026年11月）"
    assert reader.metadata.author == "清河市实验学校"
    assert 'pdfuaid:part="1"' in metadata


def test_tags_tell_heading_table_heads_and_picture_apart() -> None:
    root: Any = read(printed(month(3))).trailer["/Root"]
    kinds = structure(root["/StructTreeRoot"]["/K"], [])
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == 3
    # Nine columns, four facts.
    assert kinds.count("/TH") == 13
    assert kinds.count("/Figure") == 1


def test_only_the_two_complete_chinese_families_are_used_and_embedded() -> None:
    # Another family's name here would mean that a character was missing and drawn from elsewhere.
    used = fonts(read(printed(month(3))).pages[0])
    assert sorted(used) == ["Noto-Sans-CJK-SC", "Noto-Sans-CJK-SC-Bold", "Noto-Serif-CJK-SC"]
    assert ["/FontFile3" in descriptor for descriptor in used.values()] == [True, True, True]


def test_every_printed_character_can_be_read_back() -> None:
    sheet = replace(month(1), department="总务处㙍䶮𬭛", is_month_over=True)
    text = page_texts(printed(sheet))[0]
    row = sheet.rows[0]
    expected = [
        sheet.department, sheet.month_label, sheet.plan_title, *sheet.focus, row.category, row.content,
        row.measure, row.owner, row.partners, row.due, row.done, "清河市实验学校", "月工作计划表", "编号",
    ]  # fmt: skip
    missing = {character for words in expected for character in words if character not in text}
    assert missing == set()


def test_each_page_says_which_of_how_many_it_is() -> None:
    document = printed(month(30))
    texts = page_texts(document)
    assert document.pages == 3
    assert [f"第{number}页共3页" in text for number, text in enumerate(texts, 1)] == [True, True, True]


def test_the_table_head_comes_along_to_every_page() -> None:
    head = "序号类别工作内容措施要求责任人配合部门完成时限完成情况备注"
    assert [text.count(head) for text in page_texts(printed(month(30)))] == [1, 1, 1]


def test_no_row_is_cut_by_the_page() -> None:
    rows = [Row(no, "安全", f"起{no:03}" + "检查" * (no * 7 % 60) + f"止{no:03}", "") for no in range(1, 41)]
    texts = page_texts(printed(replace(month(0), rows=rows)))
    first = [next(page for page, text in enumerate(texts) if f"起{row.no:03}" in text) for row in rows]
    last = [next(page for page, text in enumerate(texts) if f"止{row.no:03}" in text) for row in rows]
    assert first == last
    assert len(texts) > 2


@pytest.mark.parametrize("items", [8, 9, 10, 20, 21, 22])
def test_signatures_never_stand_alone_on_a_page(items: int) -> None:
    last = page_texts(printed(month(items)))[-1]
    assert "李建国" in last
    assert "分管副校长" in last


def test_signature_boxes_are_empty_but_for_what_the_system_knows() -> None:
    sheet = replace(
        month(2), signatures=[Signature("总务主任", "系统审批：赵明 2026-10-30 16:20"), Signature("校长")]
    )
    text = page_texts(printed(sheet))[0]
    assert text.count("系统审批：赵明2026-10-3016:20") == 1
    assert text.count("年月日") == 2


def test_the_code_and_its_link_lead_back_to_the_record() -> None:
    page = read(printed(month(2))).pages[0]
    links = {link.get_object()["/A"]["/URI"] for link in page["/Annots"]}  # type: ignore[attr-defined]
    assert links == {"https://houqin.example.cn/plans/months/k3f9q2xw/"}


def test_a_sheet_without_an_address_has_no_code() -> None:
    page = read(printed(month(2), back_url="")).pages[0]
    assert "/Annots" not in page
    assert "扫码看记录" not in page.extract_text()


def test_the_foot_names_who_printed_and_when_in_school_time() -> None:
    text = page_texts(printed(month(2), at=MORNING))[0]
    assert "打印人：王秀兰打印时间：2026-11-0209:14" in text


def test_the_sheet_lies_on_the_side_or_stands() -> None:
    lying = read(printed(month(2))).pages[0].mediabox
    standing = read(printed(month(2), is_landscape=False)).pages[0].mediabox
    assert (round(lying.width), round(lying.height)) == (842, 595)
    assert (round(standing.width), round(standing.height)) == (595, 842)


def test_the_same_sheet_on_the_same_day_is_not_laid_out_again() -> None:
    first = printed(month(5), at=MORNING)
    with LAYOUT.turn():
        LAYOUT.close()
    again = printed(month(5), at=EVENING)
    assert (first.was_kept, again.was_kept) == (False, True)
    assert (again.pdf, again.pages) == (first.pdf, first.pages)
    # Nothing had to be started for it.
    assert LAYOUT.pid is None


@pytest.mark.parametrize(
    "changes",
    [{"printed_by": "赵明"}, {"number": "ZW-JH-2026-012"}, {"at": NEXT_DAY}, {"back_url": "https://a.cn/"}],
)
def test_another_person_number_day_or_address_is_another_print(changes: dict[str, object]) -> None:
    printed(month(1), at=MORNING)
    assert printed(month(1), **({"at": MORNING} | changes)).was_kept is False


def test_changed_content_is_another_print() -> None:
    printed(month(1), at=MORNING)
    assert printed(replace(month(1), month_label="2026年12月"), at=MORNING).was_kept is False
