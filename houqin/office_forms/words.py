"""A bureau's Word form: its placeholders read, and filled in where they stand.

Word cuts a text into runs as it likes, so `{{部门}}` may lie in three of them: a paragraph's text is read as
one, and what is put in gets the looks of the first run that the placeholder stood in.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from houqin.office_forms.placeholders import (
    PLACEHOLDER,
    Content,
    clean,
    is_line,
    is_torn,
    names_in,
    of_line,
)

TEXT, PARAGRAPH, ROW = qn("w:t"), qn("w:p"), qn("w:tr")
# Marks that may stand in a document once only: a copied row must not bring them along.
ONCE_ONLY = (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
PARAGRAPH_IDS = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# Fields that fetch something from elsewhere when the form is opened.
FETCHING = ("DDE", "INCLUDETEXT", "INCLUDEPICTURE", "LINK")
HARMLESS_LINKS = {RELATIONSHIP_TYPE.HYPERLINK}


def inspect(data: bytes) -> tuple[list[str], str]:
    """The names of all placeholders, and why the form cannot be used (empty: it can)."""
    document = Document(io.BytesIO(data))
    names: list[str] = []
    refusal = _dangers(document)
    for paragraph in _paragraphs(document):
        text = _text_of(paragraph)
        names.extend(names_in(text))
        if is_torn(text):
            refusal = refusal or f"“{text.strip()[:40]}”里的占位符没有写完整，两边都要有两个花括号。"
        if is_line(text) and next(paragraph.iterancestors(ROW), None) is None:
            refusal = refusal or f"“{text.strip()[:40]}”是逐行填写的占位符，要放在表格的一行里。"
    return list(dict.fromkeys(names)), refusal


def fill(data: bytes, content: Content) -> bytes:
    """The form with everything filled in; a row of 明细 without lines stays once, empty."""
    document = Document(io.BytesIO(data))
    for row in _repeated_rows(document):
        _repeat(row, content)
    for paragraph in _paragraphs(document):
        _fill_paragraph(paragraph, content.texts)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _dangers(document: Any) -> str:
    """Why the form is not taken; what it would fetch from elsewhere never reaches an office's computer."""
    for part in document.part.package.iter_parts():
        for link in part.rels.values():
            if link.is_external and link.reltype not in HARMLESS_LINKS:
                return "这份表引用了别处的文件，没有收下。请在 Word 里把链接的模板、图片或对象去掉再上传。"
            if link.reltype in (RELATIONSHIP_TYPE.OLE_OBJECT, RELATIONSHIP_TYPE.PACKAGE):
                return "这份表里嵌有别的文件，没有收下。请在 Word 里把嵌入的对象去掉再上传。"
    for part in _parts(document):
        for code in part.element.iter(qn("w:instrText"), qn("w:fldSimple")):
            words = (code.text or code.get(qn("w:instr")) or "").upper().split()
            if words and words[0].startswith(FETCHING):
                return "这份表里有会读取别处内容的域，没有收下。请在 Word 里按 Ctrl+Shift+F9 变成文字再上传。"
    return ""


def _parts(document: Any) -> list[XmlPart]:
    """The body, the headers and the footers."""
    around = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    own = [link.target_part for link in document.part.rels.values() if link.reltype in around]
    return [document.part, *own]


def _paragraphs(document: Any) -> Iterator[Any]:
    for part in _parts(document):
        yield from list(part.element.iter(PARAGRAPH))


def _texts_of(paragraph: Any) -> list[Any]:
    """The pieces of text of `paragraph` itself, not those of a text box that hangs in it."""
    return [text for text in paragraph.iter(TEXT) if next(text.iterancestors(PARAGRAPH)) is paragraph]


def _text_of(paragraph: Any) -> str:
    return "".join(text.text or "" for text in _texts_of(paragraph))


def _repeated_rows(document: Any) -> list[Any]:
    """The innermost rows with a placeholder of 明细."""
    rows = []
    for paragraph in _paragraphs(document):
        row = next(paragraph.iterancestors(ROW), None)
        if row is not None and row not in rows and is_line(_text_of(paragraph)):
            rows.append(row)
    return rows


def _repeat(row: Any, content: Content) -> None:
    pattern = deepcopy(row)
    for element in list(pattern.iter()):
        if element.tag in ONCE_ONLY:
            element.getparent().remove(element)
        for name in [name for name in element.attrib if name.startswith(PARAGRAPH_IDS)]:
            del element.attrib[name]
    for line in content.lines or ({},):
        copy = deepcopy(pattern)
        for paragraph in copy.iter(PARAGRAPH):
            _fill_paragraph(paragraph, of_line(content.texts, line))
        row.addprevious(copy)
    row.getparent().remove(row)


def _fill_paragraph(paragraph: Any, texts: Mapping[str, str]) -> None:
    """Replace from the last placeholder to the first, so that the places of the others stay true."""
    pieces = _texts_of(paragraph)
    whole = "".join(piece.text or "" for piece in pieces)
    for found in reversed(list(PLACEHOLDER.finditer(whole))):
        _replace(pieces, found.start(), found.end(), clean(texts.get(found[1], "")))
    for piece in pieces:
        _break_lines(piece)


def _replace(pieces: list[Any], start: int, end: int, text: str) -> None:
    """Put `text` in place of the letters from `start` to `end` of all `pieces` together."""
    at = 0
    for piece in pieces:
        own = piece.text or ""
        first, last = max(start - at, 0), min(end - at, len(own))
        if first < last:
            piece.text = f"{own[:first]}{text}{own[last:]}"
            piece.set(qn("xml:space"), "preserve")
            text = ""
        at += len(own)


def _break_lines(piece: Any) -> None:
    """Turn the line ends of a text into breaks, which is what Word shows."""
    first, *others = (piece.text or "").splitlines() or [""]
    if not others:
        return
    piece.text, last = first, piece
    for line in others:
        wrapped = OxmlElement("w:t")
        wrapped.text = line
        wrapped.set(qn("xml:space"), "preserve")
        for added in (OxmlElement("w:br"), wrapped):
            last.addnext(added)
            last = added
