"""Looking at the parts of an .xlsx before a reader opens it: bombs bounce here, at little cost.

`check_directory` looks at nothing but the list of parts and runs in the program itself; the others unpack and
run in the limited child.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from houqin.foreign import MIB
from houqin.zipped import Fault, NotOpened, members_of

PIECE = MIB
OVERLAP = 256

TOO_LARGE = "解开后异常地大，可能有害，没有打开。请新建一个表格，只复制需要的内容，再上传。"
NOT_OPENED = {
    Fault.TORN: "已损坏，打不开。请在原来的电脑上重新保存一份，再上传。",
    Fault.TOO_LARGE: TOO_LARGE,
    Fault.LOCKED: "设了密码，打不开。请先去掉密码，再上传。",
}
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<\x00!\x00D\x00O\x00C", b"\x00<\x00!\x00D\x00O\x00C")
# Column ZZ: no list of an office goes further.
MOST_COLUMNS = 702
CELLS = (b"<c ", b"<c>")
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
STYLED = re.compile(rb'<c r="([A-Z]{1,2})([0-9]{1,6})" s="([0-9]+)"')
ZEROS = re.compile(r"0{2,20}")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# Row, column (both from 0): how many places its number shows.
Zeros = dict[int, dict[int, int]]


class Refused(Exception):
    """Why a file is not read; the sentence goes on behind its name."""


def check_directory(data: bytes) -> None:
    """Raise `Refused` for a zip whose directory promises more than a table of an office holds."""
    try:
        members = members_of(data)
    except NotOpened as error:
        raise Refused(NOT_OPENED[error.fault]) from error
    if not {member.filename for member in members} & {"xl/workbook.xml", "xl/workbook.bin"}:
        raise Refused("不是 Excel 或 WPS 表格。请上传 .xlsx、.xls、.et 或 .csv 文件。")


def check_parts(data: bytes, *, most_cells: int, most_rows: int) -> None:
    """Raise `Refused` for parts that declare entities, for more than `most_cells` in all sheets together, and
    for a cell with something in it below row `most_rows` or behind column ZZ.
    """
    cells = 0
    may_be_far = _may_be_far(most_rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            is_sheet = SHEET.fullmatch(member.filename) is not None
            for kept, piece in _pieces(archive, member):
                if any(word in piece for word in DECLARATIONS):
                    raise Refused("里面有不该有的声明，可能有害，没有打开。请另存一份新文件，再上传。")
                if not is_sheet:
                    continue
                for column, row in may_be_far.findall(piece):
                    if len(column) > 2 or int(row) > most_rows:
                        raise Refused(
                            f"在 {(column + row).decode()} 格有内容，离表格太远。请删去那一格再上传；"
                            f"一张表最多 {most_rows:,} 行、{MOST_COLUMNS} 列。"
                        )
                # What stands whole in `kept` was counted with the piece before.
                cells += sum(piece.count(word) - kept.count(word) for word in CELLS)
                if cells > most_cells:
                    raise Refused(f"超过 {most_cells:,} 格。请分成几个文件，一个一个导入。")


def _may_be_far(most_rows: int) -> re.Pattern[bytes]:
    """Finds the column and the row of cells with something in them that may lie too far out: three letters,
    or a row of as many figures as `most_rows` has.
    """
    more = len(str(most_rows)) - 1
    return re.compile(rb'<c r="([A-Z]{3}|[A-Z]{1,2}(?=[1-9][0-9]{%d,}))([0-9]+)"(?:[^>]*[^/>])?>' % more)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """A part, a piece at a time; each begins with the end of the one before, which is told with it: no word
    is cut in two.
    """
    kept = b""
    with archive.open(member) as part:
        while piece := part.read(PIECE):
            yield kept, kept + piece
            kept = piece[-OVERLAP:]


def zero_formats(data: bytes) -> dict[str, Zeros]:
    """By sheet, row and column, how many places a format such as 0000 shows: 12 reads 0012 on screen.

    A damaged part has no formats; whether it can be read at all, the reader of the workbook says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            widths = _widths(archive)
            if not widths:
                return {}
            return {name: _zeros_in(archive, part, widths) for name, part in _sheets(archive)}
    except (KeyError, ValueError, ParseError, zipfile.BadZipFile):
        return {}


def _widths(archive: zipfile.ZipFile) -> dict[bytes, int]:
    """The styles whose number format is nothing but zeros, and how many."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = fromstring(archive.read("xl/styles.xml"))
    formats = {
        each.get("numFmtId"): len(each.get("formatCode", ""))
        for each in root.iter(f"{MAIN}numFmt")
        if ZEROS.fullmatch(each.get("formatCode", ""))
    }
    styles = root.find(f"{MAIN}cellXfs")
    if styles is None or not formats:
        return {}
    return {
        str(place).encode(): formats[style.get("numFmtId")]
        for place, style in enumerate(styles)
        if style.get("numFmtId") in formats
    }


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name and the part of each sheet."""
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "").removeprefix("/xl/") for each in links}
    for sheet in fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        part = f"xl/{targets.get(sheet.get(LINK), '')}"
        if part in archive.namelist():
            yield sheet.get("name", ""), part


def _zeros_in(archive: zipfile.ZipFile, part: str, widths: dict[bytes, int]) -> Zeros:
    found: Zeros = {}
    for _, piece in _pieces(archive, archive.getinfo(part)):
        for letters, row, style in STYLED.findall(piece):
            if style in widths:
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                found.setdefault(int(row) - 1, {})[column - 1] = widths[style]
    return found
