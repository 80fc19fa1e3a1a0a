"""The limit: the same rows by hand-written SQL and the least template; no login, no rights, no navigation."""

from __future__ import annotations

import csv
import os
import secrets
import tempfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path

ROWS = """
SELECT i.public_id, i.content, i.month, c.name AS category, u.name AS owner, i.due_on, i.state
FROM calendar_plans_item i
LEFT JOIN calendar_plans_category c ON c.id = i.category_id
LEFT JOIN houqin_user u ON u.id = i.owner_id
ORDER BY i.month DESC, i.id DESC
"""
COUNT = "SELECT count(*) FROM (SELECT 1 FROM calendar_plans_item LIMIT 10001) AS counted"
HEADING = ["工作内容", "月份", "类别", "责任人", "完成时限", "状态"]
ROWS_AT_ONCE = 2_000


def listed(request: HttpRequest) -> HttpResponse:
    """The first page: fifty rows and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        total = cursor.fetchone()[0]
        cursor.execute(f"{ROWS} LIMIT 50")
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return render(request, "bare_list.html", {"rows": rows, "total": total})


def written(request: HttpRequest) -> HttpResponse:
    """A note of progress inserted and committed: the row that ours leaves, in the same table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calendar_plans_progressnote"
            " (public_id, version, created_at, occurred_on, item_id, text, act)"
            " SELECT %s, 0, now(), current_date, id, %s, 'report'"
            " FROM calendar_plans_item WHERE public_id = %s",
            [secrets.token_hex(5), request.POST["text"], request.POST["item"]],
        )
    return HttpResponse(status=303, headers={"Location": "/"})


def exported_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All rows, streamed from a cursor of the server's."""
    return StreamingHttpResponse(_lines(), content_type="text/csv")


def exported_xlsx(request: HttpRequest) -> FileResponse:
    """All rows through xlsxwriter with constant memory."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(_rows(ROWS)):
            for place, value in enumerate(row):
                sheet.write_string(line, place, str(value))
    file.seek(0)
    return FileResponse(file)


def exported_sheet(request: HttpRequest) -> FileResponse:
    """All rows as the XML of one sheet and nothing around it: what a workbook's writer must at least do."""
    file = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 - the response closes it
    with (
        ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as package,
        package.open("sheet1.xml", "w") as sheet,
    ):
        for row in _rows(ROWS):
            cells = "".join([f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>' for value in row])
            sheet.write(f"<row>{cells}</row>".encode())
    file.seek(0)
    return FileResponse(file)


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DECLARE bare NO SCROLL CURSOR FOR {query}")
        while True:
            cursor.execute(f"FETCH {ROWS_AT_ONCE} FROM bare")
            rows = cursor.fetchall()
            yield from (row[1:] for row in rows)
            if not rows:
                return


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines() -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(HEADING)
    lines = []
    for row in _rows(ROWS):
        lines.append(writer.writerow(row))
        if len(lines) == ROWS_AT_ONCE:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


urlpatterns = [
    path("", lambda request: HttpResponse("bare")),
    path("items/", listed),
    path("note/", written),
    path("items.csv", exported_csv),
    path("items.xlsx", exported_xlsx),
    path("items-sheet.xlsx", exported_sheet),
]

if os.environ.get("DJANGO_SETTINGS_MODULE") == "tests.bench.bare_settings":
    application = get_wsgi_application()
