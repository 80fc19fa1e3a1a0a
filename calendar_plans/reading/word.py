"""A Word document as text: the body in its own order, automatic numbers rebuilt, table cells read once."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from .grid import grid_lines
from .numbering import Numbering

# lxml elements have no usable static types here; every access goes through qualified names.
Element = Any

_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_WRAPPERS = {
    qn("w:sdt"),
    qn("w:sdtContent"),
    qn("w:ins"),
    qn("w:moveTo"),
    qn("w:smartTag"),
    qn("w:customXml"),
}


def document_text(data: bytes) -> str:
    """Return the document's text, a paragraph or table row a line."""
    document = Document(io.BytesIO(data))
    numbering = Numbering(document)
    return "\n".join(_block_lines(document.element.body, numbering))


def _block_lines(container: Element, numbering: Numbering) -> Iterator[str]:
    for block in _unwrapped(container):
        if block.tag == qn("w:p"):
            yield numbering.mark_of(block) + _paragraph_text(block)
        elif block.tag == qn("w:tbl"):
            yield from grid_lines(_table_rows(block, numbering))


def _unwrapped(container: Element) -> Iterator[Element]:
    for child in container.iterchildren():
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        elif child.tag not in _SKIPPED:
            yield child


def _paragraph_text(paragraph: Element) -> str:
    parts: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag in _SKIPPED:
            continue
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag == qn("w:tab"):
            parts.append("\t" if element.getparent().tag == qn("w:r") else "")
        elif element.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif element.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        waiting.extend(reversed(list(element.iterchildren())))
    return "".join(parts)


def _table_rows(table: Element, numbering: Numbering) -> list[list[str]]:
    """Return the cells; a merged cell appears once, at its top left, and leaves blanks elsewhere."""
    rows: list[list[str]] = []
    for row in _unwrapped(table):
        if row.tag != qn("w:tr"):
            continue
        cells: list[str] = []
        for cell in _unwrapped(row):
            if cell.tag != qn("w:tc"):
                continue
            properties = cell.find(qn("w:tcPr"))
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            continued = merge is not None and merge.get(qn("w:val")) != "restart"
            cells.append("" if continued else "\n".join(_block_lines(cell, numbering)).strip())
            width = span.get(qn("w:val"), "1") if span is not None else "1"
            cells += [""] * (min(int(width), 63) - 1 if width.isdigit() else 0)
        rows.append(cells)
    return rows
