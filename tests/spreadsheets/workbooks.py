"""Workbooks as offices have them: one for each trap, made in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

Row = Sequence[Any]
Into = Callable[[io.BytesIO], Any]
STAFF = ("工号", "姓名", "手机号", "部门")


def xlsx(out: io.BytesIO) -> Any:
    """A workbook of today's format, written into `out`; `old_workbooks.xls` is one of the old."""
    return xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})


def workbook(draw: Callable[[Any], None], into: Into = xlsx) -> bytes:
    """What `draw` draws into an empty workbook."""
    out = io.BytesIO()
    with into(out) as book:
        draw(book)
    return out.getvalue()


def sheets(**rows: Sequence[Row]) -> bytes:
    """A workbook of sheets by name, each with its rows from A1 on."""

    def draw(book: Any) -> None:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, line)

    return workbook(draw)


def staff(*rows: Row, heading: Row = STAFF) -> bytes:
    """The plainest staff list: a heading in row 1, people under it."""
    return sheets(名册=[heading, *rows])


def titled(into: Into = xlsx) -> bytes:
    """A title merged over the table, a line with the date, the heading in row 4, sums and signatures."""

    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range("A1:E1", "青溪镇中心小学教职工花名册")
        sheet.write("A2", "填表日期：2026年9月1日")
        sheet.write_row("A4", ["序号", "工 号", "姓名", "联系\n电话", "所在部门"])
        sheet.write_row("A5", [1, "ZW001", "王芳", 13800138001, "总务处"])
        sheet.write_row("A6", [2, "ZW002", "李强", 13800138002, "总务处"])
        sheet.write_row("A7", ["小计", "", 2])
        sheet.write_row("A8", [3, "JW001", "赵敏", 13800138003, "教务处"])
        sheet.write_row("A9", ["合  计", "", 3])
        sheet.write("A11", "制表人：孙小圣　审核人：周主任")
        sheet.write_row("A12", ["制 表：", "孙小圣", "", "审核："])

    return workbook(draw, into)


def merged_heads(into: Into = xlsx) -> bytes:
    """A heading of two rows, and a department merged over its people."""

    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        for cells, text in (("A1:A2", "部门"), ("B1:B2", "工号"), ("C1:C2", "姓名"), ("D1:E1", "联系方式")):
            sheet.merge_range(cells, text)
        sheet.write_row("D2", ["手机", "办公电话"])
        sheet.merge_range("A3:A4", "总务处")
        sheet.write_row("B3", ["ZW001", "王芳", "13800138001", "8001"])
        sheet.write_row("B4", ["ZW002", "李强", "13800138002", "8002"])
        sheet.write_row("A5", ["教务处", "JW001", "赵敏", "13800138003", "8003"])

    return workbook(draw, into)


def side_by_side() -> bytes:
    """Two lists beside each other, as they fit on one sheet of paper."""
    heading = ["序号", "工号", "姓名"]
    return sheets(
        名册=[
            ["教职工名册"],
            [*heading, "", *heading],
            [1, "ZW001", "王芳", "", 3, "JW001", "赵敏"],
            [2, "ZW002", "李强", "", 4, "JW002", "钱进"],
            ["", "", "", "", 5, "JW003", "孙立"],
        ]
    )


def one_sheet_each() -> bytes:
    """A sheet for every department, which the table itself does not name."""
    heading = ["工号", "姓名"]
    return sheets(
        总务处=[heading, ["ZW001", "王芳"], ["ZW002", "李强"]],
        教务处=[["教务处人员"], heading, ["JW001", "赵敏"]],
        说明=[["请在八月底前交总务处"]],
    )


def two_hands(phone: str = "13800138002") -> bytes:
    """Two sheets of two offices, which call the same columns by different words."""
    return sheets(
        在编=[["职工号", "姓　名", "手机号码"], ["ZW001", "王芳", "13800138001"]],
        外聘=[["姓名", "联系电话", "工号", "工种"], ["李强", phone, "WP001", "保安"]],
    )


def repeated_heads() -> bytes:
    """The heading again on every printed page, and another table with its own heading below."""
    return sheets(
        名册=[
            ["工号", "姓名", "部门"],
            ["ZW001", "王芳", "总务处"],
            ["工号", "姓名", "部门"],
            ["ZW002", "李强", "同上"],
            ["ZW003", "周正", "〃"],
            [],
            ["临时人员"],
            ["姓名", "工号", "电话"],
            ["赵敏", "LS001", "13800138003"],
        ]
    )


def formats(into: Into = xlsx) -> bytes:
    """Numbers, days and codes in every form that a cell may have."""

    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        day, zeros = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0000"})
        sheet.write_row("A1", ["工号", "姓名", "手机号", "身份证号", "入职日期", "工龄"])
        sheet.write_number("A2", 12, zeros)
        sheet.write_string("A3", "00123")
        sheet.write_row("B2", [" 王\u3000芳 ", 13800138001, "11010119900101123X"])
        sheet.write_row("B3", ["李强", "138-0013-8002", 110101199001011234])
        sheet.write_datetime("E2", date(2019, 9, 1), day)
        sheet.write_string("E3", "2019.9")
        sheet.write_number("F2", 7.0)
        sheet.write_number("F3", 0.1 + 0.2)

    return workbook(draw, into)


def hidden(into: Into = xlsx) -> bytes:
    """A hidden sheet with last year's people."""

    def draw(book: Any) -> None:
        book.add_worksheet("今年").write_row("A1", STAFF)
        book.get_worksheet_by_name("今年").write_row("A2", ["ZW001", "王芳"])
        last = book.add_worksheet("去年")
        last.write_row("A1", STAFF)
        last.write_row("A2", ["ZW999", "已经走了"])
        last.hide()

    return workbook(draw, into)


def formulas() -> bytes:
    """What a formula came to is read, never the formula."""

    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row("A1", ["工号", "姓名"])
        sheet.write_formula("A2", '="ZW"&"001"', None, "ZW001")
        sheet.write_string("B2", "王芳")

    return workbook(draw)


def far_cell(at: str = "XFD1048576", into: Into = xlsx) -> bytes:
    """A blank that somebody left far out, in the very last cell perhaps."""

    def draw(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row("A1", ["工号", "姓名"])
        sheet.write(at, "x")

    return workbook(draw, into)


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook `data` with one part changed by hand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def cells_bomb(count: int = 4_000_000) -> bytes:
    """A few kilobytes that unpack to millions of cells."""
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    return rewritten(
        staff(),
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b"</sheetData>", row * (count // 100) + b"</sheetData>"),
    )


def entities() -> bytes:
    """The billion laughs."""
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return rewritten(
        staff(), "xl/sharedStrings.xml", lambda content: content.replace(b"<sst", laughs + b"<sst", 1)
    )


def many_members(count: int = 10_000) -> bytes:
    """A workbook with as many parts as a small disk has files."""
    out = io.BytesIO(staff())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/x{number}.xml", "")
    return out.getvalue()


def everyone(count: int, wrong: int = 0) -> bytes:
    """A staff list of `count` people, the first `wrong` of them with half a phone number."""
    rows = [
        (
            f"Y{count}-{number:06}",
            f"职工{number}",
            "138001" if number < wrong else f"1{30 + count % 7}{number:08}",
            f"部门{number % 30}",
        )
        for number in range(count)
    ]
    return staff(*rows)


def replaced(data: bytes, old: str, new: str) -> bytes:
    """A workbook of our own with a text in it changed, as somebody would in Excel."""
    return rewritten(
        data, "xl/worksheets/sheet1.xml", lambda content: content.replace(old.encode(), new.encode())
    )
