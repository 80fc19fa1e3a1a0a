"""U2: what may be attached is told by content; hostile files bounce, photos lose their secrets."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from houqin.attachments.checking import check_file, check_upload
from houqin.attachments.kinds import FileKind
from houqin.attachments.limits import LARGEST_FILE, MOST_PIXELS
from houqin.attachments.names import clean_name
from houqin.attachments.redrawing import Unsafe, redrawn
from houqin.errors import RuleBroken
from tests.attachments.factories import office, pdf, photo_with_gps, picture, upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises `width` × `height`, with a few bytes of pixels behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def zipped(*names: str, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x")
        archive.comment = comment
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    return out.getvalue()


WHOLE = ("[Content_Types].xml", "word/document.xml")

# What no office needs, under every name that somebody may give it.
CONTENTS: dict[str, bytes] = {
    "svg": SVG,
    "svg behind a declaration": b'<?xml version="1.0"?>' + SVG,
    "html": HTML,
    "html behind blanks": b"\n\n   " + HTML,
    "html behind GIF's first letters": b"GIF89a/*" + HTML,
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "icon": b"\0\0\1\0\1\0",
    "program of Windows": b"MZ\x90\0" + b"\0" * 100,
    "program of Linux": b"\x7fELF" + b"\0" * 100,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']); ?>",
    "text": "普通文字".encode(),
    "zip": zipped("a.txt"),
    "zip that climbs": zipped(*WHOLE, "../../etc/cron.d/x"),
    "zip from the root": zipped(*WHOLE, "/etc/passwd"),
    "zip that climbs the Windows way": zipped(*WHOLE, "..\\..\\windows\\x"),
    "zip of a drive": zipped(*WHOLE, "C:\\x"),
    "zip with macros": zipped(*WHOLE, "word/vbaProject.bin"),
    "zip with a comment behind it": zipped(*WHOLE, comment=b"<script>alert(1)</script>"),
    "zip of two kinds": zipped(*WHOLE, "xl/workbook.xml"),
    "zip without types": zipped("word/document.xml"),
    "zip behind a page": b"PK\x03\x04" + HTML + zipped(*WHOLE),
    "torn zip": zipped(*WHOLE)[:-30],
    "zip bomb": bomb(),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "pdf with a script": pdf(b"<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf that starts something": pdf(b"<</S/Launch/F(cmd.exe)>>"),
    "pdf with a file inside": pdf(b"<</Type/EmbeddedFile>>"),
    "pdf and zip in one": pdf() + zipped("evil.html"),
    "half a pdf": pdf()[:20],
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "jpeg of three bytes": b"\xff\xd8\xff",
    "jpeg that is a page": b"\xff\xd8\xff\xe0" + HTML,
    "png that is a page": b"\x89PNG\r\n\x1a\n" + HTML,
    "webp that is a page": b"RIFF\0\0\0\0WEBP" + HTML,
    "png bomb of 177 million pixels": png_of(13_300, 13_300),
    "png one line too large": png_of(1, MOST_PIXELS + 1),
    "png of no height": png_of(100, 0),
}
NAMES = (
    "现场.jpg",
    "x.html.jpg",
    "../../../etc/passwd.jpg",
    "合同\u202egpj.exe",
    "nul\x00.png",
)
HOSTILE = [(kind, name) for kind in CONTENTS for name in NAMES]


def test_there_are_two_hundred_hostile_files() -> None:
    assert len(HOSTILE) == 200


@pytest.mark.parametrize("kind", CONTENTS)
def test_u2_a_hostile_file_is_refused_under_every_name(kind: str) -> None:
    """Every refusal is a sentence that names the file without what turns or hides writing."""
    for name in NAMES:
        with pytest.raises(RuleBroken) as refusal:
            check_file(name, CONTENTS[kind])
        assert re.fullmatch(r"“[^“”]+”.+。", refusal.value.message), refusal.value.message
        assert not set(refusal.value.message) & {"\x00", "\u202e"}


OTHER_FORMATS = ("gif", "bmp", "tiff", "icon")


@pytest.mark.parametrize(
    "kind", [kind for kind in CONTENTS if kind.startswith(("jpeg", "png", "webp", *OTHER_FORMATS))]
)
def test_u2_a_hostile_picture_is_refused_by_the_drawing_itself(kind: str) -> None:
    """Also a whole one of a format that is not taken: each has a decoder of its own, and its own holes."""
    for form in (FileKind.JPEG, FileKind.PNG, FileKind.WEBP):
        with pytest.raises(Unsafe):
            redrawn(CONTENTS[kind], form)


def test_u2_too_many_pixels_are_refused_before_one_is_decoded() -> None:
    """The pixels behind this header do not exist: decoding would have said `broken`."""
    with pytest.raises(Unsafe) as refusal:
        redrawn(png_of(13_300, 13_300), FileKind.PNG)
    assert refusal.value.code == "large"
    with pytest.raises(RuleBroken, match="超过 40 百万像素"):
        check_file("大图.png", png_of(13_300, 13_300))


def test_u2_a_photo_loses_its_place_its_phone_and_its_comment_and_stands_upright() -> None:
    before = photo_with_gps(orientation=6)
    assert b"SecretPhone" in before
    kept = check_file("IMG_2034.JPG", before)
    with Image.open(io.BytesIO(kept.data)) as shown, Image.open(io.BytesIO(kept.thumbnail)) as small:
        assert (shown.format, shown.size, dict(shown.getexif()), "comment" in shown.info) == (
            "JPEG",
            (30, 40),
            {},
            False,
        )
        assert (small.format, dict(small.getexif())) == ("JPEG", {})
    assert (kept.width, kept.height, b"SecretPhone" in kept.data) == (30, 40, False)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_u2_what_hangs_behind_a_picture_does_not_travel_on(form: str) -> None:
    polyglot = picture(form) + zipped("evil.html") + HTML
    drawn = redrawn(polyglot, form.lower())
    assert (b"evil.html" in drawn.data, b"<script" in drawn.data, b"PK\x03\x04" in drawn.data) == (
        False,
        False,
        False,
    )


def test_texts_inside_a_png_do_not_travel_on() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretPerson")
    info.add_itxt("XML:com.adobe.xmp", "<script>SecretPerson</script>")
    before = picture("PNG", pnginfo=info)
    assert (b"SecretPerson" in before, b"SecretPerson" in redrawn(before, "png").data) == (True, False)


def test_what_is_transparent_stays_so_and_is_white_in_the_thumbnail() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (200, 0, 0, 0)).save(out, "PNG")
    drawn = redrawn(out.getvalue(), "png")
    with Image.open(io.BytesIO(drawn.data)) as shown, Image.open(io.BytesIO(drawn.thumbnail)) as small:
        assert (shown.mode, small.convert("RGB").getpixel((5, 5))) == ("RGBA", (255, 255, 255))


def test_a_huge_scan_becomes_as_large_as_a_print_needs() -> None:
    drawn = redrawn(picture(size=(6000, 3000)), "jpeg")
    with Image.open(io.BytesIO(drawn.thumbnail)) as small:
        assert ((drawn.width, drawn.height), small.size) == ((4700, 2350), (320, 160))


@pytest.mark.parametrize(
    ("data", "kind", "name"),
    [
        (pdf(), FileKind.PDF, "合同.pdf"),
        (office("word/document.xml"), FileKind.DOCX, "合同.docx"),
        (office("xl/workbook.xml"), FileKind.XLSX, "合同.xlsx"),
        (office("ppt/presentation.xml"), FileKind.PPTX, "合同.pptx"),
    ],
)
def test_papers_are_kept_byte_for_byte(data: bytes, kind: FileKind, name: str) -> None:
    """A signed paper stays what was signed."""
    kept = check_file("合同.jpg", data)
    assert (kept.kind, kept.name, kept.data, kept.thumbnail, kept.width) == (kind, name, data, b"", None)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("现场.jpg", "现场.jpg"),
        ("IMG_1.JPEG", "IMG_1.jpg"),
        ("C:\\Users\\王芳\\照片.png", "照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("合同\u202egpj.exe", "合同gpj.exe.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "abSet-Cookie_ x.jpg"),
        ("   ...   ", "未命名.jpg"),
        ("", "未命名.jpg"),
        ("会议纪要v2.1", "会议纪要v2.1.jpg"),
        ("长" * 300, "长" * 96 + ".jpg"),
        ("\u200b\ufeff.jpg", "未命名.jpg"),
        ('<b>"x"|?*.jpg', "_b__x____.jpg"),
    ],
)
def test_a_name_is_what_one_sees(raw: str, clean: str) -> None:
    assert clean_name(raw, FileKind.JPEG) == clean


def test_an_empty_file_and_one_that_is_too_big_are_refused() -> None:
    with pytest.raises(RuleBroken, match="是空的"):
        check_file("空.jpg", b"")
    with pytest.raises(RuleBroken, match="超过 15 MB"):
        check_file("大.pdf", b"%PDF-" + b"0" * LARGEST_FILE)


def test_a_file_that_is_too_big_is_not_even_read() -> None:
    sent = upload(b"x" * 10)
    sent.size = LARGEST_FILE + 1
    with pytest.raises(RuleBroken, match="超过 15 MB"):
        check_upload(sent)
    assert sent.tell() == 0


def torn(data: bytes, draw: st.DataObject) -> bytes:
    """`data` with some bytes changed, cut out or doubled, its beginning left as it is."""
    out = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        place = draw.draw(st.integers(4, max(4, len(out) - 1)))
        match draw.draw(st.sampled_from(("change", "cut", "double"))):
            case "change":
                out[place : place + 1] = bytes([draw.draw(st.integers(0, 255))])
            case "cut":
                del out[place : place + draw.draw(st.integers(1, 40))]
            case "double":
                out[place:place] = out[place : place + draw.draw(st.integers(1, 40))]
    return bytes(out)


def assert_redrawn_or_refused(data: bytes, kind: str) -> None:
    try:
        drawn = redrawn(data, kind)
    except Unsafe:
        return
    with Image.open(io.BytesIO(drawn.data)) as shown:
        shown.load()
        assert (shown.size, dict(shown.getexif())) == ((drawn.width, drawn.height), {})


SOURCES = ((photo_with_gps(), "jpeg"), (picture("PNG", size=(64, 64)), "png"))


@given(data=st.data())
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
def test_u2_a_mutated_picture_is_drawn_anew_or_refused(data: st.DataObject) -> None:
    for source, kind in SOURCES:
        assert_redrawn_or_refused(torn(source, data), kind)


@pytest.mark.long
@given(data=st.data())
@settings(max_examples=5_000, deadline=None, database=None)
def test_u2_ten_thousand_mutated_pictures_are_drawn_anew_or_refused(data: st.DataObject) -> None:
    for source, kind in SOURCES:
        assert_redrawn_or_refused(torn(source, data), kind)
