"""What a handed-in file is, by its content, and whether it may be kept; nothing of it is stored here.

Pictures are drawn anew in a child process. PDF and office files are kept as they are, because a signed paper
must stay what was signed; they only ever leave as downloads, never as something that a browser runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from houqin.attachments.kinds import PICTURES, FileKind
from houqin.attachments.limits import LARGEST_FILE, MOST_PIXELS
from houqin.attachments.names import clean_name
from houqin.errors import RuleBroken
from houqin.foreign import MIB, ChildFailed, in_child
from houqin.zipped import END_OF_ZIP, Fault, NotOpened, members_of

REDRAWING = "houqin.attachments.redrawing"

MOST_MEMBERS = 5_000
NOT_OPENED = {
    Fault.TORN: "已损坏，打不开。请重新另存一份再上传。",
    Fault.TOO_LARGE: "解开后异常地大，可能有害，没有收下。请另存一份再上传。",
    Fault.LOCKED: "设了打开密码。请先去掉密码，再上传。",
}

# What a part of the office formats is told by; the first two bytes alone would take any zip.
OFFICE_PARTS = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "ppt/presentation.xml": FileKind.PPTX,
}
MACROS = ("vbaproject.bin", "vbadata.xml", "xl/macrosheets/")
# Scripts, programs to start and files inside a paper have no place in a record.
PDF_ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")

PICTURE_BEGINNINGS = {b"\xff\xd8\xff": FileKind.JPEG, b"\x89PNG\r\n\x1a\n": FileKind.PNG}
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypheim")

IS_HEIC = "是 HEIC 照片，这里打不开。请在手机“设置 → 相机 → 格式”里选“兼容性最佳”，或把它另存为 JPEG。"
IS_OLD_OFFICE = "是旧版 Office 文件。请用 Word、Excel 或 WPS 打开，另存为 docx、xlsx 或 PDF 再上传。"
IS_STRANGE = (
    "不是可以附上的文件。可以附照片（JPG、PNG、WEBP）、PDF、Word（docx）、Excel（xlsx）和 PPT（pptx）。"
)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: what it is, its clean name, and its bytes as they will be stored."""

    name: str
    kind: str
    data: bytes
    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def check_upload(upload: UploadedFile[bytes]) -> CheckedFile:
    """`check_file` for what a browser sent; a file that is too big is not read at all."""
    name = upload.name or ""
    if upload.size is not None and upload.size > LARGEST_FILE:
        raise _too_big(name)
    return check_file(name, upload.read())


def check_file(name: str, data: bytes) -> CheckedFile:
    """What `data` is, ready to be stored. Raises `RuleBroken` with the reason; may take 20 s.

    Call it outside a transaction.
    """
    if not data:
        raise _refusal(name, "是空的。请重新选择，或重新拍一张。")
    if len(data) > LARGEST_FILE:
        raise _too_big(name)
    kind = _kind_of(name, data)
    if kind in PICTURES:
        return _picture(name, data, kind)
    return CheckedFile(clean_name(name, kind), kind, data)


def check_files(uploads: Sequence[UploadedFile[bytes]]) -> tuple[list[CheckedFile], list[str]]:
    """Every upload that may be kept, and the sentences about those that may not."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(check_upload(upload))
        except RuleBroken as refusal:
            refused.append(refusal.message)
    return kept, refused


def _kind_of(name: str, data: bytes) -> FileKind:
    if data.startswith(b"%PDF-"):
        return _pdf(name, data)
    if data.startswith(b"PK\x03\x04"):
        return _office(name, data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    for magic, kind in PICTURE_BEGINNINGS.items():
        if data.startswith(magic):
            return kind
    if data[4:12] in HEIC:
        raise _refusal(name, IS_HEIC)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refusal(name, IS_OLD_OFFICE)
    raise _refusal(name, IS_STRANGE)


def _picture(name: str, data: bytes, kind: FileKind) -> CheckedFile:
    try:
        answer = in_child(REDRAWING, str(kind), data=data)
        line, _, drawn = answer.partition(b"\n")
        head = json.loads(line)
    except (ChildFailed, ValueError):
        head = {"refused": "broken"}
    if head.get("refused") == "large":
        raise _refusal(name, f"太大：超过 {MOST_PIXELS // 1_000_000} 百万像素。请把照片缩小后再传。")
    if "refused" in head:
        raise _refusal(name, "打不开：图片已损坏，或者不是真正的图片。请重新拍一张，或换一个文件。")
    length = head["length"]
    return CheckedFile(
        clean_name(name, kind), kind, drawn[:length], drawn[length:], head["width"], head["height"]
    )


def _pdf(name: str, data: bytes) -> FileKind:
    if b"%%EOF" not in data[-1024:] or END_OF_ZIP in data[-70_000:]:
        raise _refusal(name, "不是完整的 PDF。请重新导出或重新扫描，再上传。")
    if any(act in data for act in PDF_ACTS):
        raise _refusal(name, "里面有脚本或夹带的文件，没有收下。请用“打印 → 另存为 PDF”重新生成一份。")
    return FileKind.PDF


def _office(name: str, data: bytes) -> FileKind:
    """Tell an office file by the directory of its zip; nothing is unpacked."""
    # The directory stands at the very end: a comment, or another file behind it, would hide what this is.
    if data[-22:-18] != END_OF_ZIP:
        raise _refusal(name, "不是完整的 Office 文件。请重新另存一份再上传。")
    try:
        members = members_of(data, most=MOST_MEMBERS)
    except NotOpened as error:
        raise _refusal(name, NOT_OPENED[error.fault]) from error
    names = {member.filename for member in members}
    if any(_escapes(member) for member in names) or min(member.header_offset for member in members) != 0:
        raise _refusal(name, "里面有可疑的内容，没有收下。请用 Word、Excel 或 WPS 打开后另存一份。")
    if any(macro in member.lower() for member in names for macro in MACROS):
        raise _refusal(name, "带有宏（程序），没有收下。请另存为不带宏的 docx、xlsx 或 pptx。")
    kinds = [kind for part, kind in OFFICE_PARTS.items() if part in names]
    if len(kinds) != 1 or "[Content_Types].xml" not in names:
        raise _refusal(name, "是压缩包，不是 Word、Excel 或 PPT 文件。请解开后，把里面的文件一个一个附上。")
    return kinds[0]


def _escapes(member: str) -> bool:
    """Whether a member's name would leave the folder into which somebody unpacks it."""
    parts = member.replace("\\", "/").split("/")
    return ".." in parts or member.startswith(("/", "\\")) or ":" in parts[0] or "\x00" in member


def _sentence(name: str, reason: str) -> str:
    shown = "".join(char for char in name if char.isprintable())[-60:] or "这个文件"
    return f"“{shown}”{reason}"


def _refusal(name: str, reason: str) -> RuleBroken:
    return RuleBroken(_sentence(name, reason), field="attachments")


def _too_big(name: str) -> RuleBroken:
    return _refusal(name, f"超过 {LARGEST_FILE // MIB} MB，太大了。请压缩后再传，或分成几个文件。")
