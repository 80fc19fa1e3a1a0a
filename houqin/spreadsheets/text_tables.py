"""Tables that were saved as text (.csv, .txt), read as the office has them; `comma_separated` writes them.

Read in the child of foreign files, so nothing here imports Django: its models alone cost a process 0.6 s.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from houqin.spreadsheets.cells import as_written
from houqin.spreadsheets.package import Refused

LONGEST_CELL = 100_000
UNREADABLE = "不是文字表格，或文字编码认不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"


def lines_in(data: bytes) -> Iterator[list[str]]:
    """The lines of a .csv or of a table that was saved as text, as Excel, WPS and this house write them.

    UTF-8, UTF-16 or GBK; commas, tabs or semicolons, whichever the first lines have most. Raises `Refused`.
    """
    text = _decoded(data)
    sample = text[:4_000]
    separator = max(",\t;", key=sample.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        for line in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            yield [as_written(cell) for cell in line]
    except csv.Error as error:
        raise Refused(UNREADABLE) from error


def _decoded(data: bytes) -> str:
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A program or a picture decodes to something too, but nobody types its characters.
        if not any(char < "\t" for char in text[:4_000]):
            return text
    raise Refused(UNREADABLE)
