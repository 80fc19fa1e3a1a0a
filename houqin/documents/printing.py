"""From a template to a finished document: HTML here, layout in its own process, the result kept."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

import segno
from django.template import loader
from django.template.backends.django import Template
from django.utils import timezone

from houqin.documents import cache
from houqin.documents.availability import available
from houqin.documents.process import LAYOUT, SECONDS, Laid, PrintingFailed

PAPER = Path(__file__).with_name("paper.css")
# Part of every key: raise it when layout.py or the QR code changes what comes out of the same HTML.
KIT = "1"
BACK_CODE = "houqin:back.svg"
NUMBER_LABEL = "编号"


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF, its number of pages, and whether it was laid out just now or kept from before."""

    pdf: bytes
    pages: int
    was_kept: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What every sheet carries around its content; templates read it as `paper`."""

    title: str
    school: str
    printed_by: str
    number: str = ""
    back_url: str = ""
    is_landscape: bool = False
    number_label: str = NUMBER_LABEL

    @property
    def back_code(self) -> str:
        """The name of the picture of the QR code, or empty without an address."""
        return BACK_CODE if self.back_url else ""


@dataclass(frozen=True, slots=True)
class Signature:
    """An empty box for wet ink; `note` is what the system knows (系统审批: 姓名 时间)."""

    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is to be printed, before anything is drawn; the fields are the arguments of `render_pdf`."""

    template: str
    context: Mapping[str, object]
    title: str
    school: str
    printed_by: str
    number: str = ""
    back_url: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    is_landscape: bool = False
    number_label: str = NUMBER_LABEL


def render_pdf(
    template: str,
    context: Mapping[str, object],
    *,
    title: str,
    school: str,
    printed_by: str,
    number: str = "",
    back_url: str = "",
    codes: Mapping[str, str] | None = None,
    is_landscape: bool = False,
    number_label: str = NUMBER_LABEL,
    at: datetime | None = None,
    is_kept: bool = True,
) -> Document:
    """Print `template`, which extends `documents/base.html`, as a tagged PDF (PDF/UA-1) on A4.

    `title` names the file to readers and screen readers; `back_url` is the absolute address that the QR code
    leads to; `number_label` says what `number` is; `codes` are more QR codes, by the name (ending with
    `.svg`) under which the template shows them as pictures, with the address that each leads to; `at` is the
    time printed in the foot (now). The same content printed by the same person on the same day is the same
    file, with the time of its first printing.
    A style sheet beside the template with its name (`month_plan.html`, `month_plan.css`) is used after the
    kit's own.

    Call it outside a transaction, after the permission check. Side effect: keeps the PDF in the data folder,
    unless `is_kept` is False, for a sheet that holds a secret.
    Raises `PrintingFailed` when this machine cannot print, or the document is too big or takes too long.
    """
    sheet = Sheet(
        template=template, context=context, title=title, school=school, printed_by=printed_by, number=number,
        back_url=back_url, codes=codes or {}, is_landscape=is_landscape, number_label=number_label,
    )  # fmt: skip
    return print_sheet(sheet, at=at, is_kept=is_kept)


def print_sheet(
    sheet: Sheet, *, at: datetime | None = None, is_kept: bool = True, seconds: float = SECONDS
) -> Document:
    """`render_pdf` for a sheet that is at hand; the layout may take `seconds`, in a job more than a page."""
    at = timezone.localtime(at)
    html, styles, addresses = _content(sheet)
    said = {"html": html, "styles": styles, "addresses": addresses}

    def lay_out() -> Laid:
        codes = {name: _code(address) for name, address in addresses.items()}
        printed_at = f"{at:%Y-%m-%d %H:%M}"
        order: dict[str, object] = {"html": html, "styles": styles, "names": codes, "printed_at": printed_at}
        return LAYOUT.lay_out(order, seconds=seconds)

    return _printed(_key(said, day=f"{at:%Y-%m-%d}"), lay_out) if is_kept else _printed_once(lay_out)


def fingerprint(sheets: Iterable[Sheet]) -> str:
    """What tells whether two documents say the same: a hash of all that is printed but the minute.

    No QR code is drawn for it: its address stands for it.
    """
    summed = hashlib.sha256(KIT.encode())
    for sheet in sheets:
        summed.update(json.dumps(_content(sheet), sort_keys=True).encode())
    return summed.hexdigest()


def _content(sheet: Sheet) -> tuple[str, list[str], dict[str, str]]:
    """The HTML of `sheet`, its style sheets, and the QR codes with the addresses behind them."""
    paper = Paper(
        sheet.title,
        sheet.school,
        sheet.printed_by,
        sheet.number,
        sheet.back_url,
        sheet.is_landscape,
        sheet.number_label,
    )
    chosen = cast("Template", loader.get_template(sheet.template))
    addresses = {**sheet.codes, **({BACK_CODE: sheet.back_url} if sheet.back_url else {})}
    styles = [_text(PAPER), *_own_style(Path(chosen.origin.name))]
    return chosen.render({**sheet.context, "paper": paper}), styles, addresses


def _printed_once(lay_out: Callable[[], Laid]) -> Document:
    """A new document of which nothing stays on the disk."""
    possible = available()
    if not possible:
        raise PrintingFailed(possible.reason)
    with LAYOUT.turn():
        laid = lay_out()
    return Document(laid.pdf, laid.pages, was_kept=False)


def _printed(key: str, lay_out: Callable[[], Laid]) -> Document:
    """The kept document of `key`, or a new one that is kept from now on."""
    kept = cache.read(key)
    if kept is not None:
        return Document(*kept, was_kept=True)
    possible = available()
    if not possible:
        raise PrintingFailed(possible.reason)
    with LAYOUT.turn():
        # Two people ask for one sheet at the same time: the second waited for the lock and finds it done.
        kept = cache.read(key)
        if kept is not None:
            return Document(*kept, was_kept=True)
        laid = lay_out()
        cache.keep(key, laid.pdf, laid.pages)
    return Document(laid.pdf, laid.pages, was_kept=False)


def _key(said: Mapping[str, object], *, day: str) -> str:
    """What is kept under: all that is printed but the minute; a QR code's address stands for its drawing."""
    return hashlib.sha256(json.dumps([KIT, day, said], sort_keys=True).encode()).hexdigest()


def _own_style(template: Path) -> list[str]:
    """The style sheet that lies beside `template`, if there is one."""
    beside = template.with_suffix(".css")
    return [_text(beside)] if beside.exists() else []


@lru_cache(maxsize=64)
def _read(path: Path, modified: int) -> str:
    return path.read_text(encoding="utf-8")


def _text(path: Path) -> str:
    """A style sheet as it is now; read again only when it was edited."""
    return _read(path, path.stat().st_mtime_ns)


def _code(address: str) -> str:
    """The QR code of `address` as SVG; plain, so that WeChat's and the phone's own scanner read it."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False, unit="mm")
    return drawing.getvalue().decode()
