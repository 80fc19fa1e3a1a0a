"""A workbook written while it leaves: every text stays the text that it was, and none is a formula (U5)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from houqin.spreadsheets import workbook
from houqin.spreadsheets.cells import STARTERS
from houqin.spreadsheets.workbook import LONGEST_TEXT, workbook_chunks

# Everything that a text in the database can hold: no NUL and no halves of a pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
ODD = st.text(st.sampled_from([*STARTERS, *"'\"&<>_x000D_ \n\x01\x1f"]), min_size=1, max_size=9)


def written(*rows: Sequence[Any], heading: Sequence[str] = ("甲",)) -> bytes:
    return b"".join(workbook_chunks(heading, rows))


def read_again(content: bytes) -> list[list[list[Any]]]:
    """The sheets as our own reader sees them."""
    book = python_calamine.load_workbook(io.BytesIO(content))
    return [book.get_sheet_by_index(place).to_python() for place in range(len(book.sheet_names))]


def cells(content: bytes) -> list[Any]:
    """The first row under the heading, as openpyxl reads it."""
    return list(next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)))  # type: ignore[union-attr]


@settings(max_examples=100)
@given(text=TEXTS | ODD)
def test_every_text_is_read_back_as_it_was_written(text: str) -> None:
    # The reader leaves these two as they are coded; Excel reads them.
    read = read_again(written([text]))[0][1][0].replace("_xFFFE_", "\ufffe").replace("_xFFFF_", "\uffff")
    assert read == text


@settings(max_examples=100)
@given(text=TEXTS | ODD)
@example(text="=1+1")
@example(text="13800138000")
def test_no_cell_is_ever_a_formula_or_a_number(text: str) -> None:
    content = written([text])
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert (re.findall("<f[ >]", sheet), sheet.count("<c "), sheet.count('t="inlineStr"')) == ([], 2, 2)


def test_numbers_stay_numbers_and_days_days() -> None:
    # 17:30 in UTC is half past one of the next day at school.
    moment = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
    row = [7, 2.5, Decimal("1234.50"), date(2026, 5, 1), moment, True, None, "", "00123"]
    found = cells(written(row, heading=list("甲乙丙丁戊己庚辛壬")))
    assert [(cell.value, cell.data_type, cell.number_format) for cell in found] == [
        (7, "n", "General"),
        (2.5, "n", "General"),
        (1234.5, "n", "#,##0.00"),
        (datetime(2026, 5, 1), "d", r"yyyy\-mm\-dd"),  # noqa: DTZ001 - a workbook knows no time zone
        (datetime(2026, 5, 2, 1, 30), "d", r"yyyy\-mm\-dd\ hh:mm"),  # noqa: DTZ001
        ("是", "s", "General"),
        (None, "n", "General"),
        (None, "n", "General"),
        ("00123", "s", "General"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**15, "1000000000000000"),
        (Decimal("1e15"), "1,000,000,000,000,000"),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
        (date(1899, 1, 1), "1899-01-01"),
        (["甲", "乙"], "甲、乙"),
    ],
)
def test_what_excel_would_spoil_is_written_as_a_text(value: Any, text: str) -> None:
    assert read_again(written([value]))[0][1] == [text]


def test_a_text_longer_than_a_cell_is_cut_where_excel_would_refuse_the_file() -> None:
    assert read_again(written(["甲" * (LONGEST_TEXT + 1)]))[0][1] == ["甲" * LONGEST_TEXT]


def test_columns_after_z_have_two_letters_and_then_three() -> None:
    labels = [f"第{place}列" for place in range(703)]
    sheet = openpyxl.load_workbook(io.BytesIO(written(labels, heading=labels))).active
    names = ("A2", "Z2", "AA2", "ZZ2", "AAA2")
    assert [sheet[name].value for name in names] == ["第0列", "第25列", "第26列", "第701列", "第702列"]  # type: ignore[index]


def test_what_a_sheet_cannot_hold_goes_on_in_the_next_under_the_same_heading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_LINES", 3)
    content = written(*[[f"第{no}行"] for no in range(5)])
    assert read_again(content) == [
        [["甲"], ["第0行"], ["第1行"]],
        [["甲"], ["第2行"], ["第3行"]],
        [["甲"], ["第4行"]],
    ]
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Sheet1", "Sheet2", "Sheet3"]


def test_a_sheet_that_is_just_full_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_LINES", 3)
    assert read_again(written(["一"], ["二"])) == [[["甲"], ["一"], ["二"]]]


def test_a_table_without_rows_is_a_sheet_with_its_heading() -> None:
    assert read_again(written()) == [[["甲"]]]


def test_the_first_bytes_leave_before_the_first_row_is_read() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[str]]:
        read.append(1)
        yield ["甲"]

    chunks = workbook_chunks(["甲"], rows())
    assert (next(chunks)[:4], read) == (b"PK\x03\x04", [])


def test_a_table_that_breaks_off_is_no_workbook() -> None:
    def rows() -> Iterator[list[str]]:
        yield ["甲"]
        raise ConnectionError

    sent = []
    with pytest.raises(ConnectionError):
        sent.extend(workbook_chunks(["甲"], rows()))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))
