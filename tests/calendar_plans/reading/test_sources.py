"""Files and pasted text: what is read, and the sentence for what is not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from calendar_plans.reading import (
    MAX_BYTES,
    MAX_CHARACTERS,
    UnreadableSource,
    read_paste,
    read_plans,
    read_source,
)

PLAN = "某校后勤工作计划\n一、指导思想\n服务师生。\n二、具体安排\n三月：\n1、清查财产，帐物相符。\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(name: str, data: bytes) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(UnreadableSource) as caught:
        read_source(name, data)
    return caught.value.message


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(rows: list[list[object]], merged: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged or []:
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def months_and_items(text: str) -> list[tuple[tuple[int, ...], list[tuple[int | None, str]]]]:
    (plan,) = read_plans(text).plans
    return [(section.months, [(item.no, item.text) for item in section.items]) for section in plan.sections]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_text_is_read_in_every_encoding_an_office_uses(encoding: str) -> None:
    assert read_source("计划.txt", PLAN.encode(encoding)) == PLAN


def test_line_ends_of_every_system_become_one() -> None:
    assert read_source("计划.txt", "甲\r\n乙\r丙".encode()) == "甲\n乙\n丙"


@pytest.mark.parametrize("text", ["", " \n\t\u3000", "\ufeff"])
def test_an_empty_paste_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_paste(text)
    assert caught.value.message == "没有文字可读。请粘贴计划全文，或选择 .txt、.docx、.xlsx 文件。"


def test_five_megabytes_of_paste_are_refused_with_a_sentence() -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_paste("工" * 5_000_000)
    assert caught.value.message == (
        "文字有 5,000,000 字，超过一次能读的 200,000 字。请只粘贴计划本身，或分几次导入。"
    )


def test_the_longest_allowed_paste_is_read() -> None:
    assert len(read_paste("工" * MAX_CHARACTERS)) == MAX_CHARACTERS


def test_an_empty_file_is_refused() -> None:
    assert refusal("计划.txt", b"").startswith("“计划.txt”是空文件")


def test_a_file_over_the_limit_is_refused() -> None:
    assert "超过 5 MB" in refusal("计划.docx", bytes(MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
    ],
)
def test_a_photo_renamed_to_docx_is_called_a_photo(data: bytes, kind: str) -> None:
    assert refusal("计划.docx", data) == (
        f"“计划.docx”其实是一张图片（{kind}），里面没有文字可读。请上传计划的原文件，或把文字粘贴进来。"
    )


def test_an_old_word_file_is_refused_with_the_way_to_convert_it() -> None:
    sentence = refusal("计划.doc", OLE + "WordDocument".encode("utf-16-le"))
    assert sentence.startswith("“计划.doc”是旧版 Word 文档（.doc 或 .wps），本页读不了。")
    assert "另存为" in sentence


def test_a_locked_workbook_is_refused() -> None:
    sentence = refusal("计划.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"))
    assert sentence.startswith("“计划.xlsx”设了打开密码，读不了。")


def test_an_old_workbook_that_cannot_be_opened_is_refused() -> None:
    assert "打不开" in refusal("计划.xls", OLE + "Workbook".encode("utf-16-le"))


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + bytes(50), b"{\\rtf1 }", bytes(range(256)) * 20])
def test_other_kinds_of_files_are_refused(data: bytes) -> None:
    assert "“计划.txt”" in refusal("计划.txt", data)


def test_a_broken_docx_is_refused() -> None:
    assert "已损坏" in refusal("计划.docx", b"PK\x03\x04" + bytes(100))
    assert "打不开" in refusal("计划.docx", zipped({"word/document.xml": b"<w:document"}))


def test_a_zip_that_is_no_office_file_is_refused() -> None:
    assert "不是 Word 文档，也不是 Excel 表格" in refusal("计划.docx", zipped({"a.txt": b"a"}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "异常地大" in refusal("计划.docx", zipped({"word/document.xml": bytes(50_000_000)}))


def test_a_zip_bomb_of_many_members_is_refused() -> None:
    assert "异常地大" in refusal("计划.xlsx", zipped({f"xl/{number}.xml": b"" for number in range(3_000)}))


def test_a_zip_that_lies_about_its_size_kills_only_the_child() -> None:
    packed = zlib.compress(bytes(900_000_000), 9)[2:-4]
    name = b"word/document.xml"
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 1000, len(name), 0) + name
    place = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 1000, len(name), 0, 0, 0, 0, 0, 0
    )
    place += name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(place), len(head) + len(packed), 0)
    assert "打不开" in refusal("计划.docx", head + packed + place + end)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_declarations_are_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + "工" * 100 + '">]><a>&b;</a>'
    sentence = refusal("计划.docx", zipped({"word/document.xml": bomb.encode(encoding)}))
    assert "里面有不该有的声明" in sentence


def test_a_far_cell_is_refused_or_read_but_never_kills_the_server() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "后勤工作计划"
    book.active["XFD1048576"] = "远"
    buffer = io.BytesIO()
    book.save(buffer)
    assert "“计划.xlsx”" in refusal("计划.xlsx", buffer.getvalue())


def test_word_paragraphs_and_tables_are_read_in_their_order() -> None:
    document = Document()
    document.add_paragraph("某校后勤工作计划")
    table = document.add_table(rows=4, cols=3)
    rows = [
        ("月份", "工作内容", "责任人"),
        ("九月", "开学检查", "甲某"),
        ("", "发放课本", "乙某"),
        ("十月", "绿化", "甲某"),
    ]
    for cells, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(cells.cells, words, strict=True):
            cell.text = word
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("总务处")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_source("计划.docx", buffer.getvalue()).split("\n") == [
        "某校后勤工作计划",
        "九月：",
        "开学检查（责任人：甲某）",
        "发放课本（责任人：乙某）",
        "十月：",
        "绿化（责任人：甲某）",
        "总务处",
    ]


def test_automatic_numbers_of_word_are_rebuilt() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{words}"/></w:lvl>'
        for depth, (style, words) in enumerate(levels)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, words in [
        (0, "目标"),
        (0, "措施"),
        (1, "财产"),
        (2, "登记"),
        (2, "清点"),
        (1, "维修"),
        (2, "报修"),
    ]:
        paragraph = document.add_paragraph(words)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_source("计划.docx", buffer.getvalue()).split("\n") == [
        "一、目标", "二、措施", "（一）财产", "1.登记", "2.清点", "（二）维修", "1.报修",
    ]  # fmt: skip


def test_numbers_that_come_from_a_paragraph_style_are_rebuilt() -> None:
    document = Document()
    document.add_paragraph("检查", style="List Number")
    document.add_paragraph("维修", style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_source("计划.docx", buffer.getvalue()) == "1.检查\n2.维修"


def test_a_workbook_with_a_column_of_months_is_a_schedule() -> None:
    rows: list[list[object]] = [
        ["某校2024—2025学年第一学期后勤工作计划", None, None, None],
        ["月份", "序号", "工作内容", "责任人"],
        ["九月", 1, "1、开学检查\n2、发放课本", "甲某"],
        [None, 2, "水电检修", None],
        [10, 1, "秋季绿化", "乙某"],
        ["11、12月", 1, "供暖检查", None],
    ]
    text = read_source("计划.xlsx", workbook(rows, ["A1:D1", "A3:A4"]))
    assert months_and_items(text) == [
        ((9,), [(1, "开学检查"), (2, "发放课本（责任人：甲某）"), (2, "水电检修")]),
        ((10,), [(1, "秋季绿化（责任人：乙某）")]),
        ((11, 12), [(1, "供暖检查")]),
    ]


def test_a_workbook_with_a_row_of_months_is_a_schedule() -> None:
    rows: list[list[object]] = [
        ["二月", "三月", "四月"],
        ["1、清查", "绿化", "防汛"],
        ["2、采购", None, "消防"],
    ]
    assert months_and_items(read_source("计划.xlsx", workbook(rows))) == [
        ((2,), [(1, "清查"), (2, "采购")]),
        ((3,), [(None, "绿化")]),
        ((4,), [(None, "防汛"), (None, "消防")]),
    ]


def test_a_workbook_by_weeks_takes_the_months_from_the_dates() -> None:
    rows: list[list[object]] = [
        ["周次", "日期", "工作安排"],
        [1, "9.1-9.7", "开学检查"],
        [2, "9.8-9.14", "发放课本"],
        [5, "9.29-10.5", "国庆值班"],
    ]
    assert months_and_items(read_source("行事历.xlsx", workbook(rows))) == [
        ((9,), [(None, "开学检查")]),
        ((9,), [(None, "发放课本")]),
        ((9, 10), [(None, "国庆值班")]),
    ]


def test_a_workbook_that_is_only_laid_out_text_is_read_as_text() -> None:
    rows: list[list[object]] = [
        ["某校后勤工作计划", None],
        ["一、目标", None],
        ["三月：", None],
        ["1、", "绿化"],
    ]
    assert read_source("计划.xlsx", workbook(rows)) == "某校后勤工作计划\n一、目标\n三月：\n1、\t绿化"


def test_a_text_in_a_single_column_is_no_table() -> None:
    rows: list[list[object]] = [["某校后勤工作计划"], ["2月"], ["1、发书"], ["3月"], ["1、植树"]]
    assert months_and_items(read_source("计划.xlsx", workbook(rows))) == [
        ((2,), [(1, "发书")]),
        ((3,), [(1, "植树")]),
    ]


def test_the_name_of_a_row_goes_before_its_tasks_where_months_stand_side_by_side() -> None:
    rows: list[list[object]] = [
        ["某校后勤工作安排"], ["项目", "1月", "2月", "3月"],
        ["绿化", "", "", "植树"], ["安全", "寒假值班", "查校舍\n查水电", ""],
    ]  # fmt: skip
    assert months_and_items(read_source("安排.xlsx", workbook(rows))) == [
        ((1,), [(None, "安全：寒假值班")]),
        ((2,), [(None, "安全：查校舍"), (None, "查水电")]),
        ((3,), [(None, "绿化：植树")]),
    ]


def test_a_week_without_tasks_stays_a_section_of_a_table() -> None:
    rows: list[list[object]] = [["周次", "日期", "工作内容"], [1, "2.17-2.23", "发书"], [2, "2.24-3.2", ""]]
    assert months_and_items(read_source("周历.xlsx", workbook(rows))) == [
        ((2,), [(None, "发书")]),
        ((2, 3), []),
    ]
