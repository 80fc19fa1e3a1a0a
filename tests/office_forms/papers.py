"""A bureau's papers, made in memory as an office makes them, and what is read back from a filled one."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from openpyxl import Workbook, load_workbook

HEAD = ("序号", "工作内容", "责任人")
ROW = ("{{明细.序号}}", "{{明细.内容}}", "{{明细.责任人}}")


def saved(file: Any) -> bytes:
    """The bytes of a document or workbook."""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def word_form(*paragraphs: str, row: tuple[str, ...] = ROW) -> bytes:
    """A Word form: `paragraphs`, a table of a head and the repeated `row`, a line for signatures."""
    document = Document()
    for text in paragraphs or ("{{部门}}{{年}}年{{月}}月工作计划表",):
        document.add_paragraph(text)
    table = document.add_table(rows=2, cols=len(row))
    for place, (title, name) in enumerate(zip(HEAD, row, strict=False)):
        table.cell(0, place).text, table.cell(1, place).text = title, name
    document.add_paragraph("校长（签字）：")
    return saved(document)


def sheet_form() -> bytes:
    """An Excel form: a merged title, a head, the repeated row with a merged cell, a merged foot."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["{{部门}}{{月}}月工作计划表"])
    sheet.merge_cells("A1:D1")
    sheet.append(["序号", "工作内容", "", "责任人"])
    sheet.append(["{{明细.序号}}", "{{明细.内容}}", None, "{{明细.责任人}}"])
    sheet.merge_cells("B3:C3")
    sheet.append(["校长（签字）："])
    sheet.merge_cells("A4:D4")
    sheet.row_dimensions[3].height, sheet.row_dimensions[4].height = 33, 44
    sheet.print_area = "A1:D4"
    return saved(book)


def words_of(data: bytes) -> list[str]:
    """The paragraphs of a Word file, then the rows of its tables."""
    document = Document(io.BytesIO(data))
    rows = ["|".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return [*(paragraph.text for paragraph in document.paragraphs), *rows]


def cells_of(data: bytes) -> list[list[Any]]:
    """The values of the first sheet of a workbook, row by row."""
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]
