"""A workbook that somebody handed in, opened in the limited child: `open_book`, and `Book` to walk over it.

What a file is, is told by its content, never by its name.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from houqin.errors import RuleBroken
from houqin.foreign import MIB, ChildFailed, ChildTooSlow, in_child
from houqin.spreadsheets.package import Refused, check_directory

CHILD = "houqin.spreadsheets.child"
OLD_CHILD = "houqin.spreadsheets.old_format"
LARGEST_FILE = 20 * MIB
SECONDS = 20

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
SAVE_AS = "请用 Excel 或 WPS 打开它，选“文件 → 另存为”，类型选“Excel 工作簿 (*.xlsx)”，再上传新文件。"
STRANGERS = (
    (b"%PDF", "是 PDF，读不出表格。请上传原来的表格文件。"),
    (b"\xff\xd8\xff", "是一张图片。请上传原来的表格文件。"),
    (b"\x89PNG", "是一张图片。请上传原来的表格文件。"),
    (b"Rar!", "是压缩包。请解开后上传里面的表格。"),
    (b"7z\xbc\xaf", "是压缩包。请解开后上传里面的表格。"),
)
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Book:
    """The visible sheets of a workbook, every cell a text; `cells` is packed and unpacked row by row.

    `dropped` says how many numbers of ID cards were left out on reading.
    """

    sheets: tuple[Sheet, ...]
    cells: bytes
    dropped: int = 0

    def rows(self) -> Iterator[list[str]]:
        """All rows, sheet after sheet; empty cells at the end of a row are not there."""
        unpacker, rest = zlib.decompressobj(), b""
        for start in range(0, len(self.cells), PIECE):
            *lines, rest = (rest + unpacker.decompress(self.cells[start : start + PIECE])).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def by_sheet(self) -> Iterator[tuple[Sheet, Iterator[list[str]]]]:
        """Each sheet with its rows, which must be walked to their end before the next sheet is asked for."""
        rows = self.rows()
        for sheet in self.sheets:
            yield sheet, (next(rows) for _ in range(sheet.rows))


def open_book(name: str, data: bytes) -> Book:
    """What is in the file `data`, called `name`: .xlsx, .xls, WPS .et in that format, .csv.

    Costs a process, and up to 20 s for a hostile file: call it outside a transaction. Raises `RuleBroken`
    with a sentence that says what is wrong and what to do.
    """
    try:
        kind = _kind_of(data)
        child = OLD_CHILD if kind == "old" else CHILD
        answer = in_child(child, kind, data=data, seconds=SECONDS)
        head, _, cells = answer.partition(b"\n")
        told = json.loads(head)
    except Refused as refusal:
        raise _refusal(name, str(refusal)) from refusal
    except ChildTooSlow as error:
        raise _refusal(name, f"读了 {SECONDS} 秒还没有读完，已停止。请删去不需要的工作表再上传。") from error
    except ChildFailed as error:
        raise _refusal(name, "打不开：文件已损坏、太复杂或设了密码。请另存一份新文件，再上传。") from error
    if "refused" in told:
        raise _refusal(name, told["refused"])
    sheets = tuple(Sheet(each["name"], each["rows"]) for each in told["sheets"])
    if not any(sheet.rows for sheet in sheets):
        raise _refusal(name, "里面没有内容。请检查是否选错了文件。")
    return Book(sheets, cells, told["dropped"])


def _kind_of(data: bytes) -> str:
    """`workbook`, `old` or `text`; raises `Refused` for everything else that can be told at a glance."""
    if not data:
        raise Refused("是空文件，里面没有内容。请检查是否选错了文件。")
    if len(data) > LARGEST_FILE:
        raise Refused(f"超过 {LARGEST_FILE // MIB} MB，太大了。请删去里面的图片，或分成几个文件。")
    if data.startswith(ZIP):
        check_directory(data)
        return "workbook"
    if data.startswith(OLE):
        return _ole(data)
    for magic, sentence in STRANGERS:
        if data.startswith(magic):
            raise Refused(sentence)
    beginning = data[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise Refused(f"其实是网页，只是名字像表格。{SAVE_AS}")
    return "text"


def _ole(data: bytes) -> str:
    """Old office files are told apart by the entries of their directory."""
    if _has_entry(data, "EncryptedPackage"):
        raise Refused("设了打开密码，读不了。请先去掉密码，再上传。")
    if any(_has_entry(data, name) for name in ("Workbook", "Book")):
        return "old"
    if _has_entry(data, "WordDocument"):
        raise Refused("是 Word 文档，不是表格。请把里面的表格复制到 Excel 或 WPS 表格里，存好再上传。")
    raise Refused(f"不是 Excel 或 WPS 表格。{SAVE_AS}")


def _has_entry(data: bytes, name: str) -> bool:
    """Whether an OLE file names such a part: in 64 bytes of UTF-16, then how many of them are used."""
    written = name.encode("utf-16-le")
    return written.ljust(64, b"\0") + (len(written) + 2).to_bytes(2, "little") in data


def _refusal(name: str, sentence: str) -> RuleBroken:
    shown = "".join(char for char in name if char.isprintable())[-60:] or "这个文件"
    return RuleBroken(f"“{shown}”{sentence}", field="file")
