"""Exports: all filtered rows, the columns shown, and never a formula (U5)."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from houqin.spreadsheets.cells import STARTERS, as_written
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/departments/"
HOSTILE = [f"{starter}cmd|'/C calc'!A0" for starter in STARTERS]


def downloaded(desk: Client, kind: str, **address: str) -> bytes:
    response = desk.get(LIST, {**address, "export": kind})
    assert (response.status_code, response.streaming) == (200, True)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def csv_table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_a_csv_has_every_filtered_row_and_the_columns_shown(desk: Client) -> None:
    for number in range(60):
        factories.department(f"第{number:02}处", order=number)
    factories.department("办公室")
    table = csv_table(downloaded(desk, "csv", q="处", size="25", page="2"))
    assert table[0] == ["部门名称", "负责人", "排序", "建立时间"]
    assert ([row[0] for row in table[1:]], table[1][1:3]) == ([f"第{n:02}处" for n in range(60)], ["", "0"])


def test_a_csv_begins_with_the_mark_that_excel_needs_and_has_a_chinese_name(desk: Client) -> None:
    response = desk.get(LIST, {"export": "csv"})
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[arg-type]
    assert "filename*=utf-8''%E9%83%A8%E9%97%A8_" in response["Content-Disposition"]


def test_no_csv_cell_begins_like_a_formula_and_our_reader_gets_the_text_back(desk: Client) -> None:
    for name in HOSTILE:
        factories.department(name, order=1)
    cells = [row[0] for row in csv_table(downloaded(desk, "csv", sort="order"))[1:]]
    assert [cell[:1] for cell in cells] == ["'"] * len(HOSTILE)
    assert sorted(as_written(cell) for cell in cells) == sorted(HOSTILE)


def test_no_workbook_cell_is_a_formula_and_the_text_is_the_same(desk: Client) -> None:
    for name in HOSTILE:
        factories.department(name, order=1)
    rows = list(sheet(downloaded(desk, "xlsx", sort="order")).iter_rows(min_row=2))
    assert [cell.data_type for row in rows for cell in row if cell.data_type == "f"] == []
    # This reader leaves a carriage return as the file codes it; Excel and our own reader read it.
    read = sorted(str(row[0].value).replace("_x000D_", "\r") for row in rows)
    assert read == sorted(HOSTILE)


def test_a_workbook_keeps_numbers_as_numbers_and_days_as_days(desk: Client) -> None:
    factories.department("00123", order=7)
    row = next(sheet(downloaded(desk, "xlsx")).iter_rows(min_row=2))
    assert [cell.data_type for cell in row] == ["s", "n", "n", "d"]
    assert (row[0].value, row[2].value) == ("00123", 7)


def test_a_workbook_has_every_filtered_row_however_many_there_are(desk: Client) -> None:
    for number in range(60):
        factories.department(f"第{number:02}处", order=number)
    factories.department("办公室")
    rows = list(sheet(downloaded(desk, "xlsx", q="处", size="25", page="2")).iter_rows(values_only=True))
    assert rows[0] == ("部门名称", "负责人", "排序", "建立时间")
    assert [row[0] for row in rows[1:]] == [f"第{n:02}处" for n in range(60)]


def test_an_export_holds_only_the_rows_of_its_reader(staff_desk: Client) -> None:
    factories.person(name="外人")
    response = staff_desk.get("/people-list/", {"export": "csv"})
    table = csv_table(b"".join(response.streaming_content))  # type: ignore[arg-type]
    assert [row[0] for row in table] == ["姓名", "沈老师"]
