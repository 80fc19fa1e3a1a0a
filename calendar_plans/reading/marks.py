"""Number marks: 一、 (一) 1、 1. 1) (1) ① A、 and bullets, with how sure their place is.

A mark is only a *candidate*. Whether "2、" begins a second item or belongs to "第1、2周" is decided by
whoever knows which number comes next (``outline`` and ``schedule``).
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from .plain import at_boundary, at_line_start, is_chinese

_CN = "一二三四五六七八九十"
_NUMERAL = f"[{_CN}]{{1,3}}"

# The order matters: (1) before 1), 1) before 1、 — the longer spelling first.
_MARK = re.compile(
    rf"""
      (?P<part>第{_NUMERAL}(?:(?:章|部分|方面)[、:\s]?|,)|任务[ \t]?(?:\d{{1,2}}|{_NUMERAL})[ \t]?[:、])
    | (?P<han_bracket>\(\s?{_NUMERAL}\s?\)\s?[、.:]?)
    | (?P<digit_bracket>\(\s?\d{{1,2}}\s?\)\s?[、.]?)
    | (?P<han>(?<![第{_CN}\d]){_NUMERAL}\s?[、.])
    | (?P<digit_paren>(?<![\d.(A-Za-z])\d{{1,2}}\s?\)\s?[、.]?)
    | (?P<pair>(?<![\d./-])\d{{1,2}}\.\d{{1,2}}(?:\.\d{{1,2}})?(?![\d.月日号:%~-])[ \t]?、?
      (?=[ \t]*[一-鿿]{{2}}))
    | (?P<digit_dot>(?<![\d.第/-])(?<!\d:)\d{{1,3}}\s?(?:\.(?!\d)|\.(?=\d{{1,2}}[月日号])))
    | (?P<digit>(?<![\d.第/-])(?<!\d:)\d{{1,3}}\s?、)
    | (?P<ring>[①-⑳]\s?[、.]?)
    | (?P<small_bracket>[⑴-⒇]\s?[、.]?)
    | (?P<small_dot>[⒈-⒛]\s?)
    | (?P<han_ring>[㈠-㈩]\s?[、.]?)
    | (?P<roman>[ⅰ-ⅻⅠ-Ⅻ]\s?[、.:])
    | (?P<sign>[●■□◆◇▲△★☆※►➢▶◎√✓✔✅][ \t]*(?=[^\s●■□◆◇▲△★☆※►➢▶◎√✓✔✅]))
    | (?P<letter>(?<![A-Za-z])(?:[A-H]\s?、|(?<![一-鿿])[A-Ha-h]\s?[、.)]))
    """,
    re.VERBOSE,
)
# Marks that mean something only at the start of a line: "1，做好" "一：总则" "3 检查水电" and bullets.
_LINE_MARK = re.compile(
    rf"""
      (?P<digit_loose>\d{{1,2}}(?:[,:](?!\d)|[ \t]+(?=[一-鿿])(?![年月日周号])))
    | (?P<han_loose>{_NUMERAL}[,:])
    | (?P<bullet>[●○■□◆◇▲△★☆※•·▪►➢▶▷◎√✓✔✅📅📌\uf06c\uf0b7]\s*|[*-]\s+)
    """,
    re.VERBOSE,
)

# Styles of one family may be mixed on one level: "1." and then "6、" (§E trap 9).
_FAMILIES = {
    "part": "part",
    "han": "han",
    "han_loose": "han",
    "han_bracket": "han_bracket",
    "han_ring": "han_bracket",
    "digit": "digit",
    "digit_dot": "digit",
    "digit_loose": "digit",
    "small_dot": "digit",
    "digit_paren": "digit_paren",
    "digit_bracket": "digit_bracket",
    "small_bracket": "digit_bracket",
    "ring": "ring",
    "letter": "letter",
    "roman": "part",
    "pair": "pair",
    "sign": "bullet",
    "bullet": "bullet",
}
_ONE_SIGN = {"ring": "①", "small_bracket": "⑴", "small_dot": "⒈", "han_ring": "㈠", "roman": "Ⅰ"}
_OPENING = ("digit", "digit_bracket", "ring", "letter")
_ONLY_FIRM = ("part", "bullet", "pair")
_COUNTED = "年班级号楼层组次周月日栋室届期人个、,及和与至"


@dataclass(frozen=True, slots=True)
class Mark:
    """A candidate number mark: ``[start, body)`` is the mark itself, the task begins at ``body``."""

    start: int
    body: int
    style: str
    number: int | None
    firm: bool
    """It stands where something new may begin; a loose one is glued to the text before it."""
    counting: bool
    """It looks like counting (1、2年级 or 五、六月份); only the awaited number may use it."""
    line: bool
    """It is the first thing in its line."""

    @property
    def family(self) -> str:
        """The level's spelling, whatever the punctuation behind the number."""
        return _FAMILIES[self.style]


def han_number(word: str) -> int:
    """Return the value of a Chinese numeral from 一 to 九十九; 元 and 正 are the first month."""
    if word in ("元", "正"):
        return 1
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return _CN.index(word[-1]) + 1
    return (_CN.index(tens[-1]) + 1 if tens else 1) * 10 + (_CN.index(ones[0]) + 1 if ones else 0)


def find_marks(uniform: str, start: int, end: int) -> list[Mark]:
    """Return every candidate mark that begins in ``[start, end)`` of the uniform text, in order."""
    found = [_mark(uniform, match, start) for match in _MARK.finditer(uniform, start, end)]
    taken = {mark.start for mark in found}
    position = start
    while position < end:
        line_end = uniform.find("\n", position, end)
        line_end = end if line_end < 0 else line_end
        indent = position
        while indent < line_end and uniform[indent] in " \t":
            indent += 1
        match = _LINE_MARK.match(uniform, indent, line_end)
        if match and indent not in taken:
            found.append(_mark(uniform, match, start))
        position = line_end + 1
    found = [mark for mark in found if mark.firm or mark.family not in _ONLY_FIRM]
    return _without_measures(uniform, sorted(found, key=lambda mark: mark.start))


def marks_between(marks: list[Mark], start: int, end: int) -> list[Mark]:
    """Return the marks that begin in ``[start, end)``; ``marks`` is in order."""
    low = bisect_left(marks, start, key=lambda mark: mark.start)
    return marks[low : bisect_left(marks, end, low, key=lambda mark: mark.start)]


def opens_count(uniform: str, marks: list[Mark], mark: Mark) -> bool:
    """Say whether a mark glued to a word opens a count: number two of its kind follows (财务管理1、…2、…)."""
    if mark.number != 1 or mark.firm or mark.counting or mark.family not in _OPENING:
        return False
    if not is_chinese(uniform[mark.start - 1 : mark.start]):
        return False
    low = bisect_left(marks, mark.body, key=lambda other: other.start)
    after = next((other for other in marks[low : low + 12] if other.family == mark.family), None)
    follows = after is not None and after.number == 2 and not after.counting
    return follows and after is not None and after.start > mark.body + 1


def _mark(uniform: str, match: re.Match[str], floor: int) -> Mark:
    style = match.lastgroup or "bullet"
    number = _number(style, match.group())
    return Mark(
        start=match.start(),
        body=match.end(),
        style=style,
        number=number,
        firm=at_boundary(uniform, match.start(), floor),
        counting=_is_counting(uniform, match.end(), number, style),
        line=at_line_start(uniform, match.start(), floor),
    )


def _without_measures(uniform: str, marks: list[Mark]) -> list[Mark]:
    """Drop 1.5米 and 9.1开学: pairs count where 1.1 and 1.2 stand one after the other, or 1.1 below 1."""
    pairs = [mark for mark in marks if mark.family == "pair"]
    kept: set[int] = set()
    heads = {mark.number for mark in marks if mark.family != "pair" and mark.firm}
    run: list[Mark] = []
    for mark in [*pairs, None]:
        if mark is not None and run and mark.number == (run[-1].number or 0) + 1:
            run.append(mark)
            continue
        if len(run) > 1 or (run and run[0].line and _upper_number(uniform, run[0]) in heads):
            kept |= {one.start for one in run}
        run = [mark] if mark is not None and mark.number == 1 and mark.firm else []
    return [mark for mark in marks if mark.family != "pair" or mark.start in kept]


def _upper_number(uniform: str, mark: Mark) -> int:
    return int(uniform[mark.start : mark.body].partition(".")[0])


def _number(style: str, word: str) -> int | None:
    if style in ("bullet", "sign"):
        return None
    if style in _ONE_SIGN:
        return ord(word[0].upper()) - ord(_ONE_SIGN[style]) + 1
    if style == "letter":
        return ord(word[0].lower()) - ord("a") + 1
    digits = re.findall(r"\d+", word)
    if digits:
        return int(digits[-1])
    numeral = re.search(f"[{_CN}]+", word)
    return han_number(numeral.group()) if numeral else None


def _is_counting(uniform: str, body: int, number: int | None, style: str) -> bool:
    """Say whether what follows counts on: 1、2年级, 一、二楼, 七(2)班, 5、6月 (§E traps 6, 7, 11)."""
    if style in ("digit_bracket", "han_bracket", "small_bracket", "ring"):
        return uniform[body : body + 1] in ("班", "号", "、")
    following = re.compile(rf"(?:(\d{{1,2}})|({_NUMERAL}))([{_COUNTED}])").match(uniform, body)
    if following is None or number is None:
        return False
    value = int(following[1]) if following[1] else han_number(following[2])
    return value == number + 1 or (style == "digit" and following[3] == "、")
