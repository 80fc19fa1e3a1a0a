"""The source text made uniform without moving a single character.

Plans mix full-width and ASCII punctuation, digits and blanks (§E trap 9). Every rule of this package looks at
the uniform text; every offset it finds is an offset into the source, because one character becomes exactly
one.
"""

import re

SENTENCE_END = "。;!?:…"
"""Characters (of the uniform text) after which something new may begin."""

RUNS_ON = tuple("对把将和与及的在为向从到以于给按由,、")
"""A blank after these tears a sentence (对 绿化带进行修剪); nothing new begins behind it."""

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS = dict.fromkeys(
    (0x3000, 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x2002, 0x2003, 0x0B, 0x0C), " "
)
_LINE_ENDS = dict.fromkeys((0x0D, 0x85, 0x2028, 0x2029), "\n")
# Plans from the web come in traditional characters as well; the rules know their words in simplified ones.
# Only what those rules look for stands here, one character for one.
_TRADITIONAL = str.maketrans(
    "計畫劃總務處後導標歷曆學進項內點舉現狀況體結語關閱讀載責編輯發佈時間實記簡監園級長週兩號頁類題層們來對於過從"
    "則應須業費報檢查設備準開門訂擬",
    "计划划总务处后导标历历学进项内点举现状况体结语关阅读载责编辑发布时间实记简监园级长周两号页类题层们来对于过从"
    "则应须业费报检查设备准开门订拟",
)
_BRACKETS = str.maketrans("【】〔〕〖〗「」『』《》〈〉", "[]()[][][]<><>")
_TABLE: dict[int, str | int | None] = {**_FULL_WIDTH, **_BLANKS, **_LINE_ENDS, **_BRACKETS, **_TRADITIONAL}
_TABLE.update(dict(zip(map(ord, "—–―〜﹣︰﹕∶"), "---~-:::", strict=True)))


# Signs of emphasis that text from chat programs carries along: "### 一、工作目标", "**1月**".
_HASHES = re.compile(r"^[ \t]*#{1,6}(?=[ \t])", re.MULTILINE)
_STARS = re.compile(r"(?<!\*)\*\*([^*\n]{1,60})\*\*(?!\*)")


def plain(text: str) -> str:
    """Return ``text`` with uniform punctuation, digits and blanks, of the same length."""
    uniform = _HASHES.sub(lambda match: " " * len(match.group()), text.translate(_TABLE))
    return _STARS.sub(r"  \1  ", uniform)


def is_chinese(char: str) -> bool:
    """Say whether ``char`` is a Chinese character."""
    return "一" <= char <= "鿿"


def at_line_start(uniform: str, position: int, floor: int = 0) -> bool:
    """Say whether only blanks stand between ``position`` and the beginning of its line (or ``floor``)."""
    before = position - 1
    while before >= floor and uniform[before] in " \t":
        before -= 1
    return before < floor or uniform[before] == "\n"


def at_boundary(uniform: str, position: int, floor: int = 0) -> bool:
    """Say whether something new may begin here: text start, after a blank, or after the end of a sentence."""
    if position <= floor:
        return True
    before = uniform[position - 1]
    return before.isspace() or before in SENTENCE_END or before in ')]"”’>'


def skip_blanks(uniform: str, position: int, end: int) -> int:
    """Return the first position from ``position`` that is no blank, ``end`` at most."""
    while position < end and uniform[position].isspace():
        position += 1
    return position


def trimmed(uniform: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the blanks at both its ends."""
    start = skip_blanks(uniform, start, end)
    while end > start and uniform[end - 1].isspace():
        end -= 1
    return start, end
