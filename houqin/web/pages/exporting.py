"""A list as a file: all filtered rows, exactly the columns shown, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from houqin.spreadsheets.comma_separated import csv_chunks
from houqin.spreadsheets.workbook import workbook_chunks
from houqin.web.pages.columns import Column, field_of
from houqin.web.pages.paging import light

# What stands in the address, and what the office calls it.
FORMATS = {"xlsx": "Excel", "csv": "CSV"}
WRITERS: dict[str, tuple[str, Callable[[Sequence[str], Iterator[Sequence[Any]]], Iterator[bytes]]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook_chunks),
    "csv": ("text/csv; charset=utf-8", csv_chunks),
}
ROWS_AT_ONCE = 2_000


def export(kind: str, rows: Any, *, columns: Sequence[Column], name: str) -> HttpResponseBase:
    """`rows` (ordered) as a download called `name` and today's date; `kind` is one of `FORMATS`."""
    media, chunks = WRITERS[kind]
    heading = [column.label for column in columns]
    response = StreamingHttpResponse(chunks(heading, _cells(rows, columns)), content_type=media)
    file_name = f"{name}_{timezone.localdate():%Y%m%d}.{kind}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or ""
    response["Cache-Control"] = "no-store"
    return response


def _cells(rows: Any, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
    """Row by row through a server-side cursor, so that memory does not grow with the list.

    Only the fields that the columns are made of, where they are made of fields: records took as long as
    everything else together.
    """
    fields = [field_in(rows, path) for column in columns for path in column.paths]
    names = [name for name in fields if name is not None]
    if len(names) < len(fields) or not all(column.paths for column in columns):
        readers = [column.reader(rows.model) for column in columns]
        for row in light(rows).iterator(chunk_size=ROWS_AT_ONCE):
            yield [read(row) for read in readers]
        return
    makers, first = [], 0
    for column in columns:
        makers.append(column.maker(rows.model, first))
        first += len(column.paths)
    for values in rows.values_list(*names).iterator(chunk_size=ROWS_AT_ONCE):
        yield [make(values) for make in makers]


def field_in(rows: Any, path: str) -> str | None:
    """The name under which the query gives what `path` leads to: a column of its own, or a field."""
    return path if path in rows.query.annotations else field_of(rows.model, path)
