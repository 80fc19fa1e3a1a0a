"""Files of every kind, made in memory, and the rows of stored ones."""

from __future__ import annotations

import io
import zipfile
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from houqin.actors import Person
from houqin.attachments.checking import CheckedFile, check_file
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.services import attach_files, store_file
from houqin.attachments.storage import SMALL, place_of
from houqin.people.models import User
from houqin.writing import write

_numbers = count(1)


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A picture that no other call makes: its colour counts on."""
    number = next(_numbers)
    out = io.BytesIO()
    colour = (number % 251, number // 251 % 251, 90)
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def photo_with_gps(orientation: int = 6) -> bytes:
    """A JPEG as a phone makes it: turned by its EXIF, with the place and the phone's name."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 26.0), 3: "E", 4: (116.0, 23.0, 29.0)}
    return picture(exif=exif.tobytes(), comment=b"taken at home")


def pdf(content: bytes = b"") -> bytes:
    """A paper of one empty page; with `content`, which stands in front of everything, a hostile one."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 300)
    writer.add_metadata({"/Title": str(next(_numbers))})
    writer.write(out)
    first, rest = out.getvalue().split(b"\n", 1)
    return b"\n".join((first, content, rest)) if content else out.getvalue()


def office(part: str = "word/document.xml", **more: bytes | str) -> bytes:
    """An office file with the part by which its kind is told, and `more` members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{next(_numbers)}</Types>")
        archive.writestr(part, "<document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def upload(data: bytes | None = None, name: str = "现场.jpg") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, picture() if data is None else data)


def checked(data: bytes | None = None, name: str = "合同.pdf") -> CheckedFile:
    """A file that may be kept; a PDF by default, because that costs no child process."""
    return check_file(name, pdf() if data is None else data)


def stored(by: User, file: CheckedFile | None = None) -> Attachment:
    """A file that `by` uploaded and nobody linked yet."""
    return write(store_file, file=file or checked(), by=Person(by))


def laid(of: User, file: CheckedFile | None = None) -> Attachment:
    """A row and its file as if `of`, who may hold no right at all, had uploaded it."""
    file = file or checked()
    made: Attachment = Attachment.objects.create(
        name=file.name, kind=file.kind, size=len(file.data), sha256=file.sha256, width=file.width,
        height=file.height, created_by=of,
    )  # fmt: skip
    for key, data in ((made.public_id, file.data), (f"{made.public_id}{SMALL}", file.thumbnail)):
        place = place_of(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return made


def linked(to: Any, by: User, file: CheckedFile | None = None) -> AttachmentLink:
    """A file that `by` attached to the record `to`."""
    return write(attach_files, to=to, files=[stored(by, file)], by=Person(by))[0]
