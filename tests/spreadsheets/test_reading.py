"""Any workbook of an office: what is read out of it, trap by trap, and what bounces."""

from __future__ import annotations

from typing import Any

import pytest

from houqin.errors import RuleBroken
from houqin.people.importing import StaffImport
from houqin.spreadsheets.child import MOST_CELLS, MOST_ROWS
from houqin.spreadsheets.opening import open_book
from houqin.spreadsheets.package import PIECE, Refused, check_parts
from houqin.spreadsheets.tables import Finder, column_letters
from tests.spreadsheets import old_workbooks, workbooks


def lines(data: bytes, name: str = "名册.xlsx") -> tuple[list[tuple[str, int, dict[str, str]]], Finder]:
    finder = Finder(StaffImport.known())
    found = [(line.table.sheet, line.row, line.cells) for line in finder.lines(open_book(name, data))]
    return found, finder


def cells(data: bytes) -> list[dict[str, str]]:
    return [each for _, _, each in lines(data)[0]]


def test_a_table_under_a_title_is_found_and_its_sums_and_signatures_are_left_out() -> None:
    found, finder = lines(workbooks.titled())
    assert [(row, each["工 号"], each["联系 电话"], each["所在部门"]) for _, row, each in found] == [
        (5, "ZW001", "13800138001", "总务处"),
        (6, "ZW002", "13800138002", "总务处"),
        (8, "JW001", "13800138003", "教务处"),
    ]
    assert dict(finder.found.left_out) == {"合计行": 2, "说明行": 2}


def test_a_head_of_two_rows_is_one_head_and_a_merged_cell_speaks_for_all_its_rows() -> None:
    assert cells(workbooks.merged_heads()) == [
        {"部门": part, "工号": no, "姓名": name, "联系方式/手机": phone, "联系方式/办公电话": office}
        for part, no, name, phone, office in (
            ("总务处", "ZW001", "王芳", "13800138001", "8001"),
            ("总务处", "ZW002", "李强", "13800138002", "8002"),
            ("教务处", "JW001", "赵敏", "13800138003", "8003"),
        )
    ]


def test_of_two_columns_under_one_head_the_one_that_is_known_is_meant() -> None:
    finder = Finder(StaffImport.known())
    assert finder.column_of("联系方式/手机") == "phone"
    assert finder.column_of("基本情况/姓名") == "name"


def test_two_tables_side_by_side_are_two_tables() -> None:
    found, finder = lines(workbooks.side_by_side())
    assert [(row, each["工号"], each["姓名"]) for _, row, each in found] == [
        (3, "ZW001", "王芳"), (3, "JW001", "赵敏"), (4, "ZW002", "李强"), (4, "JW002", "钱进"),
        (5, "JW003", "孙立"),
    ]  # fmt: skip
    assert [table.number for table in finder.found.tables] == [1, 2]


def test_every_sheet_with_a_table_is_read_and_says_where_it_stands() -> None:
    assert [(sheet, row, each["工号"]) for sheet, row, each in lines(workbooks.one_sheet_each())[0]] == [
        ("总务处", 2, "ZW001"), ("总务处", 3, "ZW002"), ("教务处", 3, "JW001"),
    ]  # fmt: skip


def test_a_head_that_comes_again_is_no_row_and_another_head_begins_another_table() -> None:
    found, finder = lines(workbooks.repeated_heads())
    assert [(row, each.get("工号"), each.get("部门")) for _, row, each in found if "工号" in each] == [
        (2, "ZW001", "总务处"), (4, "ZW002", "总务处"), (5, "ZW003", "总务处"), (9, "LS001", None),
    ]  # fmt: skip
    assert [table.head_row for table in finder.found.tables] == [1, 8]
    assert finder.found.left_out["重复的表头"] == 1


def test_numbers_days_and_codes_are_read_as_a_person_sees_them() -> None:
    first, second = cells(workbooks.formats())
    assert first == {
        "工号": "0012", "姓名": "王\u3000芳", "手机号": "13800138001", "入职日期": "2019-09-01", "工龄": "7"
    }  # fmt: skip
    assert second == {
        "工号": "00123", "姓名": "李强", "手机号": "138-0013-8002", "入职日期": "2019.9", "工龄": "0.3"
    }  # fmt: skip


def test_the_numbers_of_id_cards_are_dropped_on_reading_and_counted() -> None:
    book = open_book("x.xlsx", workbooks.formats())
    assert (book.dropped, b"11010119900101" in b"".join(str(row).encode() for row in book.rows())) == (
        2,
        False,
    )


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (workbooks.titled, "名册.xls"),
        (workbooks.merged_heads, "名册.et"),
        (workbooks.formats, "名册.et"),
        (workbooks.hidden, "名册.xls"),
    ],
)
def test_a_workbook_of_the_old_format_is_read_like_its_twin(make: Any, name: str) -> None:
    old, new = open_book(name, make(old_workbooks.xls)), open_book("名册.xlsx", make())
    assert (old.sheets, list(old.rows()), old.dropped) == (new.sheets, list(new.rows()), new.dropped)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (old_workbooks.locked, "“表.xls”设了密码，打不开。请先去掉密码，再上传。"),
        (
            old_workbooks.word_document,
            "“表.xls”是 Word 文档，不是表格。请把里面的表格复制到 Excel 或 WPS 表格里，存好再上传。",
        ),
        (
            old_workbooks.damaged,
            "“表.xls”打不开：文件已损坏、太复杂或设了密码。请另存一份新文件，再上传。",
        ),
    ],
    ids=["password", "doc", "damaged"],
)
def test_what_cannot_be_read_of_the_old_format_is_refused_in_words_that_help(
    data: Any, sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        open_book("表.xls", data())
    assert refusal.value.message == sentence


def test_hidden_sheets_are_not_read() -> None:
    assert [each["工号"] for each in cells(workbooks.hidden())] == ["ZW001"]


def test_of_a_formula_its_last_result_is_read() -> None:
    assert cells(workbooks.formulas()) == [{"工号": "ZW001", "姓名": "王芳"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_are_read_in_the_encodings_and_with_the_separators_of_offices(
    encoding: str, separator: str
) -> None:
    text = separator.join(("工号", "姓名")) + "\n" + separator.join(("001", '"王\n芳"')) + "\n"
    assert cells(text.encode(encoding)) == [{"工号": "001", "姓名": "王\n芳"}]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "“表.xlsx”是空文件，里面没有内容。请检查是否选错了文件。"),
        (b"%PDF-1.7", "“表.xlsx”是 PDF，读不出表格。请上传原来的表格文件。"),
        (b"\xff\xd8\xff\xe0", "“表.xlsx”是一张图片。请上传原来的表格文件。"),
        (b"PK\x03\x04" + b"0" * 40, "“表.xlsx”已损坏，打不开。请在原来的电脑上重新保存一份，再上传。"),
        (
            bytes(range(8)) * 9,
            "“表.xlsx”不是文字表格，或文字编码认不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
        ),
        (workbooks.sheets(空=[]), "“表.xlsx”里面没有内容。请检查是否选错了文件。"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words_that_help(data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        open_book("表.xlsx", data)
    assert refusal.value.message == sentence


def test_a_page_of_the_web_that_calls_itself_a_table_is_refused() -> None:
    with pytest.raises(RuleBroken, match="其实是网页"):
        open_book("导出.xls", b"\n<html><table><tr><td>1</td></tr></table></html>")


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        (workbooks.far_cell, "在 XFD1048576 格有内容"),
        (lambda: workbooks.far_cell("ZZ4300"), "的工作表“Sheet1”太大"),
        (lambda: workbooks.far_cell("IV12000", old_workbooks.xls), "的工作表“Sheet1”太大"),
        (workbooks.cells_bomb, "解开后异常地大|超过 3,000,000 格"),
        (workbooks.entities, "有不该有的声明"),
        (workbooks.many_members, "解开后异常地大"),
        (lambda: b"ZW001\n" * (MOST_ROWS + 1), "超过 100,000 行"),
        (lambda: workbooks.sheets(**{f"表{number}": () for number in range(101)}), "超过 100 张工作表"),
    ],
)
def test_u4_bombs_bounce(bomb: Any, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        open_book("炸弹.xlsx", bomb())


def test_u4_too_many_cells_are_refused_however_badly_they_pack() -> None:
    """What packs well bounces at the directory; these are counted one by one."""
    data = workbooks.sheets(名册=[(1, 2, 3), (4, 5, 6)])
    check_parts(data, most_cells=6, most_rows=MOST_ROWS)
    with pytest.raises(Refused, match="超过 5 格"):
        check_parts(data, most_cells=5, most_rows=MOST_ROWS)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (workbooks.far_cell("A100001"), "在 A100001 格有内容.*一张表最多 100,000 行、702 列。"),
        (workbooks.far_cell("AAA1"), "在 AAA1 格有内容.*一张表最多 100,000 行、702 列。"),
        (workbooks.far_cell("KN10001"), "（10,001 行 × 300 列）。一张表最多 100,000 行、3,000,000 格。"),
        ("一,二\n".encode() * (MOST_ROWS + 1), "超过 100,000 行。"),
    ],
)
def test_one_row_or_column_more_than_a_table_may_have_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        open_book("名册.xlsx", data)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (workbooks.far_cell("B100000"), MOST_ROWS),
        (workbooks.far_cell("ZZ2"), 2),
        pytest.param(workbooks.far_cell("KN10000"), 10_000, marks=pytest.mark.long),
        ("一,二\n".encode() * MOST_ROWS, MOST_ROWS),
    ],
)
def test_as_many_rows_and_columns_as_a_table_may_have_are_read(data: bytes, rows: int) -> None:
    assert [sheet.rows for sheet in open_book("名册.xlsx", data).sheets] == [rows]


def test_cells_at_the_end_of_a_piece_are_counted_once() -> None:
    def moved(content: bytes) -> bytes:
        return b" " * (PIECE - len(content)) + content + b" "

    data = workbooks.rewritten(
        workbooks.sheets(名册=[(1, 2, 3), (4, 5, 6)]), "xl/worksheets/sheet1.xml", moved
    )
    check_parts(data, most_cells=6, most_rows=MOST_ROWS)
    with pytest.raises(Refused, match="超过 5 格"):
        check_parts(data, most_cells=5, most_rows=MOST_ROWS)


@pytest.mark.parametrize(
    ("hidden", "words"),
    [(b"<!DOCTYPE x>", "不该有的声明"), (b'<c r="XFD1048576"><v>1</v></c>', "在 XFD1048576 格有内容")],
)
def test_u4_what_lies_across_two_pieces_of_a_part_is_seen(hidden: bytes, words: str) -> None:
    data = workbooks.rewritten(
        workbooks.staff(), "xl/worksheets/sheet1.xml", lambda content: b" " * (PIECE - 5) + hidden + content
    )
    with pytest.raises(Refused, match=words):
        check_parts(data, most_cells=MOST_CELLS, most_rows=MOST_ROWS)


def test_a_column_is_called_as_every_spreadsheet_calls_it() -> None:
    assert [column_letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
