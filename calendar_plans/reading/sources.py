"""Files and pasted text in, plain text out; whatever cannot be read is refused with a sentence for the user.

What a file is, is told by its content, never by its name. Office files are foreign: their zip directory is
looked at first, and they are parsed in a child process with limited memory and time (``child``).
"""

import json
from typing import Literal

from houqin.foreign import CHILD_SECONDS, MIB, ChildFailed, ChildTooSlow, in_child
from houqin.zipped import Fault, NotOpened, members_of

from .markup import without_markup
from .mojibake import put_right
from .pasted import tables_as_lines, tabs_for_blanks, tabs_for_lines

MAX_BYTES = 5 * 1024 * 1024
MAX_CHARACTERS = 200_000

_MOST_UNPACKED = 60 * MIB
_NOT_OPENED = {
    Fault.TORN: "已损坏，打不开。请在原来的电脑上重新保存后再上传，或粘贴文字。",
    Fault.TOO_LARGE: "解开后异常地大，可能有害，没有打开。请另存一份只含计划文字的文件，或粘贴文字。",
    Fault.LOCKED: "设了密码，打不开。请先去掉密码再上传，或粘贴文字。",
}

OfficeKind = Literal["docx", "workbook"]

_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TO_DOCX = (
    "请用 Word 或 WPS 打开它，选“文件 → 另存为”，类型选“Word 文档 (*.docx)”，再上传新文件；"
    "也可以全选复制，直接粘贴到文本框。"
)
_PASTE = "请打开原文件，全选复制后粘贴到文本框。"


class UnreadableSource(Exception):
    """The file or text cannot be read; ``message`` is a Chinese sentence that says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_source(name: str, data: bytes) -> str:
    """Return the text of a file: .txt (UTF-8, UTF-16, GBK), .docx, .xlsx or .xls (also WPS .et in that
    format).

    ``name`` is only used in sentences. Line ends become ``\\n``, a byte order mark goes. Raises
    ``UnreadableSource``.
    """
    if not data:
        raise UnreadableSource(f"“{name}”是空文件，里面没有内容。请检查是否选错了文件，或重新保存后再上传。")
    if len(data) > MAX_BYTES:
        raise UnreadableSource(
            f"“{name}”超过 5 MB，太大了。请只保留计划的文字部分（删去图片），或复制文字后粘贴。"
        )
    office = _office_kind(name, data)
    text = _in_child(name, data, office) if office else _decoded(name, data)
    return read_paste(text)


def read_paste(text: str) -> str:
    """Return pasted text ready for reading: no markup, a pasted month table as lines.

    Raises ``UnreadableSource`` when it is empty or too long.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        raise UnreadableSource("没有文字可读。请粘贴计划全文，或选择 .txt、.docx、.xlsx 文件。")
    if len(text) > MAX_CHARACTERS:
        raise UnreadableSource(
            f"文字有 {len(text):,} 字，超过一次能读的 {MAX_CHARACTERS:,} 字。请只粘贴计划本身，或分几次导入。"
        )
    return tables_as_lines(tabs_for_lines(tabs_for_blanks(without_markup(put_right(text)))))


def _office_kind(name: str, data: bytes) -> OfficeKind | None:
    """Tell the kind of file; None is text. Raises ``UnreadableSource`` for kinds that are not read."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(name, data)
    if data.startswith(_OLE):
        return _kind_of_ole(name, data)
    picture = next((kind for magic, kind in _PICTURES if data.startswith(magic)), None)
    if picture is None and data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        picture = "HEIC"
    if picture is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        picture = "WEBP"
    if picture:
        raise UnreadableSource(
            f"“{name}”其实是一张图片（{picture}），里面没有文字可读。请上传计划的原文件，或把文字粘贴进来。"
        )
    if data.startswith(b"%PDF"):
        raise UnreadableSource(f"“{name}”是 PDF，本页不读 PDF。{_PASTE}")
    if data.startswith(b"{\\rtf"):
        raise UnreadableSource(f"“{name}”是 RTF 文档，本页不读。{_TO_DOCX}")
    return None


def _kind_of_zip(name: str, data: bytes) -> OfficeKind:
    """Look at the zip directory before anything is unpacked: bombs bounce here."""
    try:
        members = members_of(data, most_unpacked=_MOST_UNPACKED)
    except NotOpened as error:
        raise UnreadableSource(f"“{name}”{_NOT_OPENED[error.fault]}") from error
    names = {member.filename for member in members}
    if "word/document.xml" in names:
        return "docx"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "workbook"
    raise UnreadableSource(
        f"“{name}”不是 Word 文档，也不是 Excel 表格，读不了。请上传 .txt、.docx 或 .xlsx 文件，或粘贴文字。"
    )


def _kind_of_ole(name: str, data: bytes) -> OfficeKind:
    """Tell old office files apart by the stream names in their directory (UTF-16)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableSource(
            f"“{name}”设了打开密码，读不了。请先用 Excel 或 Word 打开，去掉密码后另存，再上传。"
        )
    if "WordDocument".encode("utf-16-le") in data:
        raise UnreadableSource(f"“{name}”是旧版 Word 文档（.doc 或 .wps），本页读不了。{_TO_DOCX}")
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return "workbook"
    raise UnreadableSource(f"“{name}”是旧版或 WPS 格式的文件，本页读不了。{_TO_DOCX}")


def _decoded(name: str, data: bytes) -> str:
    """Decode text: by its byte order mark, else UTF-8, else GB18030 (which contains GBK)."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text
    raise UnreadableSource(
        f"“{name}”不是文本文件，或文字编码认不出来。"
        f"请上传 .txt（UTF-8 或 GBK）、.docx 或 .xlsx 文件，或{_PASTE[1:]}"
    )


def _looks_like_text(text: str) -> bool:
    strange = sum(
        (char < " " and char not in "\t\n\r\x0b\x0c") or "\ue000" <= char <= "\uf8ff" for char in text
    )
    return strange * 50 <= len(text)


def _in_child(name: str, data: bytes, kind: OfficeKind) -> str:
    """Parse an office file in a child process that may die of it."""
    try:
        answer = json.loads(in_child("calendar_plans.reading.child", kind, data=data, seconds=CHILD_SECONDS))
    except ChildTooSlow as error:
        raise UnreadableSource(
            f"“{name}”读了 {CHILD_SECONDS} 秒还没有读完，已停止。请粘贴计划的文字部分。"
        ) from error
    except ChildFailed as error:
        raise UnreadableSource(
            f"“{name}”打不开：文件已损坏、太复杂或设了密码。请重新另存一份（去掉密码），或复制文字后粘贴。"
        ) from error
    if "refused" in answer:
        raise UnreadableSource(f"“{name}”{answer['refused']}")
    return str(answer["text"])
