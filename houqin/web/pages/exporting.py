"""A list as a file: all filtered rows, exactly the columns shown, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from houqin.spreadsheets.writing import csv_chunks, write_workbook
from houqin.web.pages.columns import Column
from houqin.web.pages.paging import light

# What stands in the address, and what the office calls it.
FORMATS = {"xlsx": "Excel", "csv": "CSV"}
# A workbook is built whole before its first byte leaves; more than this takes longer than people wait.
MOST_WORKBOOK_ROWS = 20_000
ROWS_AT_ONCE = 2_000

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(kind: str, rows: Any, *, columns: Sequence[Column], name: str) -> HttpResponseBase:
    """`rows` (ordered) as a download called `name` and today's date; `kind` is one of `FORMATS`."""
    heading = [column.label for column in columns]
    file_name = f"{name}_{timezone.localdate():%Y%m%d}.{kind}"
    response: HttpResponseBase
    if kind == "xlsx":
        response = FileResponse(write_workbook(heading, _values(rows, columns)), content_type=XLSX)
    else:
        response = StreamingHttpResponse(
            csv_chunks(heading, _values(rows, columns)), content_type="text/csv; charset=utf-8"
        )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or ""
    response["Cache-Control"] = "no-store"
    return response


def _values(rows: Any, columns: Sequence[Column]) -> Iterator[list[Any]]:
    """Row by row through a server-side cursor, so that memory does not grow with the list."""
    for row in light(rows).iterator(chunk_size=ROWS_AT_ONCE):
        yield [column.read(row) for column in columns]
