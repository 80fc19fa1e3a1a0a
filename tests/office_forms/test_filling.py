"""A bureau's form keeps its looks; only what stands in double braces is replaced, and nothing is run."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from houqin.office_forms import sheets, words
from houqin.office_forms.placeholders import Content, filled, is_torn, names_in
from tests.office_forms.papers import cells_of, saved, sheet_form, word_form, words_of

LINES = [
    {"序号": "1", "内容": "检查消防", "责任人": "王师傅"},
    {"序号": "2", "内容": "开学采购", "责任人": "李老师"},
]
CONTENT = Content({"部门": "总务处", "年": "2026", "月": "9"}, LINES)


# What a placeholder is


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{部门}}", ["部门"]),
        ("{{ 部门 }}的{{月}}月", ["部门", "月"]),
        ("｛｛部门｝｝", ["部门"]),
        ("{部门}", []),
        ("{{}}", []),
        ("没有", []),
    ],
)
def test_a_placeholder_is_a_name_in_double_braces_of_any_keyboard(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


@pytest.mark.parametrize("text", ["{{部门", "部门}}", "{{部门}", "{{}}", "{{部{{门}}"])
def test_braces_that_are_no_placeholder_are_noticed(text: str) -> None:
    assert is_torn(text)


def test_what_is_put_in_is_never_replaced_again() -> None:
    assert filled("{{甲}}{{乙}}", {"甲": "{{乙}}", "乙": "2"}) == "{{乙}}2"


def test_what_a_file_cannot_hold_is_left_out() -> None:
    assert filled("{{甲}}", {"甲": "报\x00告\x0b\ud800"}) == "报告"


# Word


def test_a_word_form_is_filled_and_its_row_repeated() -> None:
    assert words_of(words.fill(word_form(), CONTENT)) == [
        "总务处2026年9月工作计划表",
        "校长（签字）：",
        "序号|工作内容|责任人",
        "1|检查消防|王师傅",
        "2|开学采购|李老师",
    ]


def test_a_placeholder_that_word_cut_into_runs_is_found_and_takes_the_looks_of_its_first() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("部门：{", "{部", "门}", "}，", "{{月}}月"):
        paragraph.add_run(piece)
    paragraph.runs[0].bold = True
    data = saved(document)
    out = Document(io.BytesIO(words.fill(data, CONTENT))).paragraphs[0]
    assert words.inspect(data) == (["部门", "月"], "")
    assert [(run.text, run.bold) for run in out.runs if run.text] == [
        ("部门：总务处", True),
        ("，", None),
        ("9月", None),
    ]


def test_heads_feet_and_tables_in_tables_are_filled_too() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "页眉{{部门}}"
    document.sections[0].footer.paragraphs[0].text = "页脚{{部门}}"
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.add_table(rows=1, cols=1).cell(0, 0).text = "里面{{月}}"
    data = saved(document)
    out = Document(io.BytesIO(words.fill(data, CONTENT)))
    section = out.sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == (
        "页眉总务处",
        "页脚总务处",
    )
    assert out.tables[0].cell(0, 0).tables[0].cell(0, 0).text == "里面9"


def test_several_lines_of_text_are_broken_as_word_breaks_them() -> None:
    out = words.fill(word_form("{{本月重点}}完"), Content({"本月重点": "一、安全\n二、采购"}))
    assert words_of(out)[0] == "一、安全\n二、采购完"


def test_without_lines_the_row_stays_once_and_empty() -> None:
    assert words_of(words.fill(word_form(), Content({})))[-1] == "||"


def test_a_copied_row_brings_no_mark_along_that_may_stand_once_only() -> None:
    document = Document(io.BytesIO(word_form()))
    row = document.tables[0].rows[1]._tr
    row.set(f"{words.PARAGRAPH_IDS}paraId", "0A0B0C0D")
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), "7")
        row.tc_lst[0].p_lst[0].append(mark)
    out = Document(io.BytesIO(words.fill(saved(document), CONTENT)))
    marks = list(out.element.iter(*words.ONCE_ONLY))
    ids = [element.get(f"{words.PARAGRAPH_IDS}paraId") for element in out.element.iter(qn("w:tr"))]
    assert (marks, ids) == ([], [None, None, None])


TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def linked_template() -> bytes:
    document = Document()
    document.add_paragraph("{{部门}}")
    document.part.relate_to("https://example.com/evil.dotm", TEMPLATE, is_external=True)
    return saved(document)


def with_a_file_inside() -> bytes:
    document = Document()
    document.add_paragraph("{{部门}}")
    name = PackURI("/word/embeddings/oleObject1.bin")
    inside = Part(
        name, "application/vnd.openxmlformats-officedocument.oleObject", b"MZ", document.part.package
    )
    document.part.relate_to(inside, RELATIONSHIP_TYPE.OLE_OBJECT)
    return saved(document)


def with_field(code: str) -> Callable[[], bytes]:
    def make() -> bytes:
        document = Document()
        run = document.add_paragraph("{{部门}}").add_run()
        instruction = OxmlElement("w:instrText")
        instruction.text = code
        run._r.append(instruction)
        return saved(document)

    return make


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (linked_template, "引用了别处的文件"),
        (with_a_file_inside, "嵌有别的文件"),
        (with_field(" DDEAUTO c:\\\\windows\\\\cmd.exe "), "会读取别处内容的域"),
        (with_field('INCLUDETEXT "x.docx"'), "会读取别处内容的域"),
        (lambda: word_form("{{部门"), "占位符没有写完整"),
        (lambda: word_form("{{明细.内容}}"), "要放在表格的一行里"),
    ],
)
def test_a_word_form_that_would_harm_or_fail_is_refused_with_the_reason(
    make: Callable[[], bytes], sentence: str
) -> None:
    assert sentence in words.inspect(make())[1]


def test_page_numbers_and_links_are_no_danger() -> None:
    document = Document(io.BytesIO(with_field("PAGE")()))
    document.part.relate_to("https://example.com/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    assert words.inspect(saved(document)) == (["部门"], "")


# Excel


def test_an_excel_form_is_filled_and_its_row_repeated_with_looks_heights_and_merged_cells() -> None:
    out = sheets.fill(sheet_form(), CONTENT)
    sheet = load_workbook(io.BytesIO(out)).worksheets[0]
    assert cells_of(out) == [
        ["总务处9月工作计划表", None, None, None],
        ["序号", "工作内容", None, "责任人"],
        ["1", "检查消防", None, "王师傅"],
        ["2", "开学采购", None, "李老师"],
        ["校长（签字）：", None, None, None],
    ]
    assert sorted(str(area) for area in sheet.merged_cells.ranges) == ["A1:D1", "A5:D5", "B3:C3", "B4:C4"]
    assert [sheet.row_dimensions[number].height for number in (3, 4, 5)] == [33, 33, 44]
    assert sheet.print_area == "'Sheet'!$A$1:$D$5"


def test_a_cell_that_is_merged_down_over_the_repeated_row_grows_with_it() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["计划", "{{明细.内容}}"])
    sheet.append([None, "合计"])
    sheet.merge_cells("A1:A2")
    out = load_workbook(io.BytesIO(sheets.fill(saved(book), CONTENT))).worksheets[0]
    assert [str(area) for area in out.merged_cells.ranges] == ["A1:A3"]
    assert [cell.value for cell in out["B"]] == ["检查消防", "开学采购", "合计"]


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["{{部门}}"])
    out = load_workbook(io.BytesIO(sheets.fill(saved(book), Content({"部门": "=1+1"})))).worksheets[0]
    assert (out["A1"].value, out["A1"].data_type) == ("=1+1", "s")


def with_formula() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["{{部门}}", "=SUM(A1:A9)"])
    return saved(book)


def with_chart() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["{{部门}}", 1])
    chart = BarChart()
    chart.add_data(Reference(sheet, 2, 1, 2, 1))
    sheet.add_chart(chart, "D1")
    return saved(book)


def torn_cell() -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["{{部门}"])
    return saved(book)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (with_formula, "工作表“Sheet”的 B1 是公式"),
        (with_chart, "有图表，填写时会丢失"),
        (torn_cell, "A1 的占位符没有写完整"),
    ],
)
def test_an_excel_form_that_would_be_spoilt_is_refused_with_the_reason(
    make: Callable[[], bytes], sentence: str
) -> None:
    assert sentence in sheets.inspect(make())[1]
