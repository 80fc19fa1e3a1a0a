"""What web pages and chat programs add to pasted text: tags, entities, **bold**, | tables |, boxes, rules.

Markup says how words look and is no part of them. Every length is bounded: pasted text is foreign, and a
stray sign must not be sought to its end.
"""

import html
import re

_BOLD = re.compile(r"(?<!\*)\*\*([^*\n]{1,60})\*\*(?!\*)")
_SLANTED_LINE = re.compile(r"^\*([^*\n]{2,60})\*$", re.MULTILINE)
_BOX = re.compile(r"^([ \t]*[-*] )\[[ xX]\] ", re.MULTILINE)
_BARS = r"\|?[ \t]*:?-{2,40}:?[ \t]*\|[-:| \t]{0,400}"
_RULE = re.compile(rf"^[ \t]{{0,3}}(?:-{{3,20}}|\*{{3,20}}|_{{3,20}}|{_BARS})$\n?", re.MULTILINE)
_BARRED_RULE = re.compile(rf"^[ \t]{{0,3}}{_BARS}$", re.MULTILINE)
_PIPED_LINE = re.compile(r"^[ \t]{0,3}\|([^\n]{1,2000})\|[ \t]*$", re.MULTILINE)
# The outer bars may be left out where a rule (---|---) shows that it is a table.
_OPEN_LINE = re.compile(r"^[ \t]{0,3}([^|\n]{1,60}\|[^\n]{1,2000})$", re.MULTILINE)

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,500})?/?>")
_LINE_TAG = re.compile(r"<br\s{0,3}/?>|</(?:p|div|li|tr|h[1-6]|table|ul|ol|section)\s{0,3}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_CELL_TAG = re.compile(r"</t[dh]\s{0,3}>(?=\s{0,20}<t[dh])", re.IGNORECASE)
_STYLE = re.compile(r"<(script|style)\b[^<>]{0,200}>[^<]{0,5000}</\1>", re.IGNORECASE)


def without_markup(text: str) -> str:
    """Return ``text`` as the page or the program shows it; a table's rows have tabs between the cells."""
    if _BARRED_RULE.search(text):
        text = _OPEN_LINE.sub(lambda line: "|" + line[1] + "|", text)
    text = _RULE.sub("", text)
    text = _PIPED_LINE.sub(lambda line: "\t".join(_cell(cell) for cell in line[1].split("|")), text)
    text = _without_tags(text)
    return _SLANTED_LINE.sub(r"\1", _BOX.sub(r"\1", _BOLD.sub(r"\1", text)))


def _cell(words: str) -> str:
    """Return a cell as Excel copies it: in quotes when it has several lines."""
    lines = [line.strip() for line in _BREAK.split(words)]
    return lines[0] if len(lines) == 1 else '"' + "\n".join(lines).replace('"', '""') + '"'


def _without_tags(text: str) -> str:
    """Take off HTML where there is some; a plan that only says a < b stays as it is."""
    if _LINE_TAG.search(text):
        text = _CELL_TAG.sub("\t", _LINE_TAG.sub("\n", _STYLE.sub("", text)))
        text = _TAG.sub("", text)
    return html.unescape(text) if re.search(r"&(?:[a-z]{2,8}|#\d{1,6});", text) else text
