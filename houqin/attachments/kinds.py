"""The short list of what may be attached, and how each kind is served: everything else is refused.

Told by content, never by the name or by what the browser says. A kind is on the list because an office needs
it as a record: photos and scans (JPEG, PNG, WEBP), finished papers (PDF) and the office files that the bureau
sends round (docx, xlsx, pptx). None of them runs in a browser, and none with macros is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class FileKind(TextChoices):
    """What a stored file is."""

    JPEG = "jpeg", "照片"
    PNG = "png", "图片"
    WEBP = "webp", "图片（WebP）"
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 表格"
    PPTX = "pptx", "PPT 演示"


PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})


@dataclass(frozen=True, slots=True)
class Served:
    """How a kind travels: the ending of its name and the media type of the answer."""

    ending: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
SERVED: dict[str, Served] = {
    FileKind.JPEG: Served(".jpg", "image/jpeg"),
    FileKind.PNG: Served(".png", "image/png"),
    FileKind.WEBP: Served(".webp", "image/webp"),
    FileKind.PDF: Served(".pdf", "application/pdf"),
    FileKind.DOCX: Served(".docx", f"{_OFFICE}.wordprocessingml.document"),
    FileKind.XLSX: Served(".xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    FileKind.PPTX: Served(".pptx", f"{_OFFICE}.presentationml.presentation"),
}

# What the file chooser of a browser offers; the server looks for itself.
ACCEPT = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.pptx"
