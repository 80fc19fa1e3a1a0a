"""Word's automatic numbers, rebuilt: "1、" and "（一）" stand in numbering.xml, not in the text."""

from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

Element = Any

_HAN_DIGITS = "零一二三四五六七八九"
_HAN_FORMATS = {
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "chineseLegalSimplified",
}
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Numbering:
    """Counts the numbered paragraphs of a document in reading order."""

    def __init__(self, document: Document) -> None:
        self._abstract: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[str] = set()
        self._styles = {
            style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))
        }
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for element in root.findall(qn("w:abstractNum")):
            self._abstract[element.get(qn("w:abstractNumId"))] = element
        for element in root.findall(qn("w:num")):
            self._lists[element.get(qn("w:numId"))] = element

    def mark_of(self, paragraph: Element) -> str:
        """Return the mark printed before ``paragraph`` ("" for none) and count it."""
        list_id, level = self._list_and_level(paragraph)
        number_list = self._lists.get(list_id)
        if number_list is None:
            return ""
        abstract_id = number_list.find(qn("w:abstractNumId")).get(qn("w:val"))
        abstract = self._abstract.get(abstract_id)
        levels = (
            {int(e.get(qn("w:ilvl"))): e for e in abstract.findall(qn("w:lvl"))}
            if abstract is not None
            else {}
        )
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract_id, {})
        self._restart(list_id, number_list, counts)
        counts[level] = counts[level] + 1 if level in counts else _start(levels[level])
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _printed(levels, level, counts)

    def _list_and_level(self, paragraph: Element) -> tuple[str, int]:
        """Find the list in the paragraph itself or in its style and the styles that one is based on."""
        properties = paragraph.find(qn("w:pPr"))
        style_id = None
        if properties is not None and (style := properties.find(qn("w:pStyle"))) is not None:
            style_id = style.get(qn("w:val"))
        seen: set[str] = set()
        while True:
            numbered = properties.find(qn("w:numPr")) if properties is not None else None
            if numbered is not None and (list_id := numbered.find(qn("w:numId"))) is not None:
                level = numbered.find(qn("w:ilvl"))
                return list_id.get(qn("w:val"), "0"), int(
                    level.get(qn("w:val"), "0")
                ) if level is not None else 0
            if style_id is None or style_id in seen or style_id not in self._styles:
                return "0", 0
            seen.add(style_id)
            style = self._styles[style_id]
            properties = style.find(qn("w:pPr"))
            based_on = style.find(qn("w:basedOn"))
            style_id = based_on.get(qn("w:val")) if based_on is not None else None

    def _restart(self, list_id: str, number_list: Element, counts: dict[int, int]) -> None:
        """Lists of one kind count on together, unless the list begins with an override of its own."""
        if list_id in self._restarted:
            return
        self._restarted.add(list_id)
        for override in number_list.findall(qn("w:lvlOverride")):
            start = override.find(qn("w:startOverride"))
            if start is not None:
                counts[int(override.get(qn("w:ilvl")))] = int(start.get(qn("w:val"))) - 1


def _start(level: Element) -> int:
    start = level.find(qn("w:start"))
    return int(start.get(qn("w:val"))) if start is not None else 1


def _format(level: Element) -> str:
    found = level.find(qn("w:numFmt"))
    return str(found.get(qn("w:val"))) if found is not None else "decimal"


def _printed(levels: dict[int, Element], level: int, counts: dict[int, int]) -> str:
    if _format(levels[level]) == "bullet":
        return "● "
    text = levels[level].find(qn("w:lvlText"))
    words = str(text.get(qn("w:val")) or "") if text is not None else ""
    for number in range(level + 1):
        if number in levels:
            value = counts.get(number, _start(levels[number]))
            words = words.replace(f"%{number + 1}", _spelt(value, _format(levels[number])))
    return words


def _spelt(value: int, style: str) -> str:
    if style == "none":
        return ""
    if style in _HAN_FORMATS and 0 < value < 100:
        tens, ones = divmod(value, 10)
        return ("" if tens == 0 else "十" if tens == 1 else _HAN_DIGITS[tens] + "十") + (
            _HAN_DIGITS[ones] if ones else ""
        )
    if style in ("upperLetter", "lowerLetter") and 0 < value <= 26:
        return chr((65 if style == "upperLetter" else 97) + value - 1)
    if style.startswith("decimalEnclosedCircle") and 0 < value <= 20:
        return chr(ord("①") + value - 1)
    if style in ("upperRoman", "lowerRoman") and 0 < value < 40:
        roman, rest = "", value
        for amount, sign in _ROMAN:
            roman, rest = roman + sign * (rest // amount), rest % amount
        return roman if style == "upperRoman" else roman.lower()
    return str(value)
