"""The limited child process that opens pictures: ``python -m houqin.attachments.redrawing``.

A picture comes on standard input; what goes out is drawn anew from its pixels, so that nothing else of the
file travels on: no EXIF with the place and the telephone's number, no comment, no profile, no second file
behind the end. The answer is a line of JSON, then the bytes of the picture and of its thumbnail.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

from PIL import Image, ImageOps

from houqin.attachments.limits import MOST_PIXELS
from houqin.foreign import confine

# By the `FileKind` of a picture, as a text: the class is Django's, and Django has no place in a child.
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
# A4 at 400 dpi is 3,307 × 4,677; nobody prints an office photo larger.
LONGEST_SIDE = 4_700
THUMBNAIL_SIDE = 320
QUALITY, THUMBNAIL_QUALITY = 85, 75
MEMORY = 900 * 1024 * 1024

# The size is tested below, before decoding, and refused with a sentence; Pillow's own limit only warns.
Image.MAX_IMAGE_PIXELS = None


class Unsafe(Exception):
    """The picture is refused; `code` says why: `large` (too many pixels) or `broken`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: its bytes, its size in pixels after turning it upright, and a thumbnail."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes


def redrawn(data: bytes, kind: str) -> Picture:
    """Draw the picture `data` of `kind` anew, upright and without anything but its pixels.

    Raises `Unsafe`: more than `MOST_PIXELS` are refused by the header, before a single one is decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=(FORMATS[kind],)) as opened:
            pixels = _decoded(opened, keeps_alpha=kind != "jpeg")
    except Unsafe:
        raise
    except Exception as error:  # Whatever a decoder stumbles over, the file is not kept.
        raise Unsafe("broken") from error
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = _bare(pixels, keeps_alpha=False)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(
        data=_encoded(pixels, FORMATS[kind], QUALITY),
        width=pixels.width,
        height=pixels.height,
        thumbnail=_encoded(small, "JPEG", THUMBNAIL_QUALITY),
    )


def _decoded(opened: Image.Image, *, keeps_alpha: bool) -> Image.Image:
    if opened.width * opened.height > MOST_PIXELS:
        raise Unsafe("large")
    opened.load()
    return _bare(ImageOps.exif_transpose(opened), keeps_alpha=keeps_alpha)


def _bare(picture: Image.Image, *, keeps_alpha: bool) -> Image.Image:
    """The pixels alone on a new sheet; what was transparent becomes white where it may not stay."""
    has_alpha = picture.has_transparency_data
    if has_alpha and keeps_alpha:
        sheet = Image.new("RGBA", picture.size)
        sheet.paste(picture.convert("RGBA"))
        return sheet
    sheet = Image.new("RGB", picture.size, "white")
    if has_alpha:
        whole = picture.convert("RGBA")
        sheet.paste(whole, mask=whole.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


def _encoded(picture: Image.Image, form: str, quality: int) -> bytes:
    out = io.BytesIO()
    options = {"optimize": True} if form == "PNG" else {"quality": quality}
    picture.save(out, form, **options)
    return out.getvalue()


def main() -> None:
    """Redraw what comes in; the answer begins with a line of JSON."""
    confine(memory=MEMORY)
    out = sys.stdout.buffer
    try:
        picture = redrawn(sys.stdin.buffer.read(), sys.argv[1])
    except Unsafe as refusal:
        out.write(json.dumps({"refused": refusal.code}).encode() + b"\n")
        return
    head = {"width": picture.width, "height": picture.height, "length": len(picture.data)}
    out.write(json.dumps(head).encode() + b"\n" + picture.data + picture.thumbnail)


if __name__ == "__main__":
    main()
