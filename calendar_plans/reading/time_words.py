"""Month, week, quarter and date words: how they are spelt, where they stand, which months they name.

Every word found is only a candidate for a heading of the schedule; ``months`` decides (§E traps 5, 6, 7).
"""

import re
from dataclasses import dataclass
from typing import Literal

from .marks import Mark, han_number
from .plain import at_boundary, at_line_start

# 十 一 月: titles and headings are spread out with blanks.
_HAN_MONTH = "(?:十(?:[ \t]?[一二])?|元|正|[一二三四五六七八九])"
_MONTH = f"(?:{_HAN_MONTH}|1[0-2]|0?[1-9])"
_YEAR = (
    r"(?:(?:20[\dXx×*]{2}|[二2][0〇○零Oo][\d一二三四五六七八九〇○零Xx×]{2}|\d\d)\s?年度?\s?"
    r"|(?:次年|翌年|来年|明年|第二年|当年|今年)\s?)?"
)
_AND = r"\s?(?:月份?\s?)?(?:[、,/\-~.·]{1,2}|至|到|和|及|与)\s?(?:次年\s?|翌年\s?)?"
_SUFFIX = (
    r"(?:[上中下]旬|[初末底](?=\s?:))?"
    r"(?:的?(?:主要|重点|具体|后勤|总务){0,4}(?:工作)?(?:安排|重点|要点|计划|内容|任务|行事历|日程|工作)?(?:如下(?=\s?:))?)"
)
# (1) and (一) behind a month are its first task, not a note; a note stands in the same line.
_NOTE = r"(?:[ \t]?\((?![ \t]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[ \t]?\))[^()\n]{0,24}\))?"
# Longest match first (十一月份 contains 一月份): _HAN_MONTH is greedy and no numeral may stand before it.
_MONTH_WORD = re.compile(
    rf"(?<![\d一二三四五六七八九十.第每])(?P<open>[\[(<]\s?)?(?P<year>{_YEAR})"
    rf"(?P<months>{_MONTH}(?:{_AND}{_MONTH}|(?<=[一二三四五六七八九十]){_HAN_MONTH}){{0,11}})"
    rf"\s?月(?:份|分(?=\s?[:\n]))?(?P<suffix>{_SUFFIX})(?P<note>{_NOTE})(?:[ \t]?(?P<close>[\])>]))?"
    rf"(?P<colon>[ \t]?(?::|--{{1,3}}|[、,](?=\s)|;(?=[ \t]*\n)))?"
)
_COUNT = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_DAYS = r"\d{1,2}\s?[.月/]\s?\d{1,2}\s?日?\s?[-~至到]{1,2}\s?(?:\d{1,2}\s?[.月/]\s?)?\d{1,2}(?!\d)\s?日?"
_WEEK_WORD = re.compile(
    rf"(?P<open>[\[(<]\s?)?第\s?{_COUNT}(?:\s?周?[、,\-~至到]{{1,2}}\s?第?{_COUNT}){{0,5}}\s?(?:教学)?周"
    rf"(?P<note>(?:\s?\([^()\n]{{0,30}}\)|\s?(?::\s?)?{_DAYS})?)"
    rf"(?:[ \t]?(?P<close>[\])>]))?(?P<colon>[ \t]?:)?"
)
_SEASON_WORD = re.compile(
    r"(?P<open>[\[(<]\s?)?(?:开学初|开学前|学期初|期初|期中|期末|学期末|学期结束|寒假|暑假)(?:期间|前后|阶段|工作)?"
    rf"(?P<note>{_NOTE})(?:[ \t]?(?P<close>[\])>]))?(?P<colon>[ \t]?:)"
)
_QUARTER_WORD = re.compile(
    rf"(?P<open>[\[(<]\s?)?第\s?(?P<quarter>[一二三四1-4])\s?(?:季度|学月)(?P<note>{_NOTE})"
    rf"(?:[ \t]?(?P<close>[\])>]))?(?P<colon>[ \t]?:)?"
)
# 9月10日 教师节 heads a line of a schedule by days; 准备阶段(2月) one of a schedule by steps.
_DATE_WORD = re.compile(
    r"^[ \t]*(?P<open>[\[(<])?(?P<date>(?:20\d\d年)?\d{1,2}月\d{1,2}日"
    r"(?:\s?[-~至到]\s?(?:\d{1,2}月)?\d{1,2}日)?)"
    r"(?P<note>(?:\([^()\n]{1,8}\))?)(?:[ \t]?(?P<close>[\])>]))?(?P<colon>[ \t]?:)?",
    re.MULTILINE,
)
_PHASE_WORD = re.compile(
    r"(?P<open>[\[<])?(?P<phase>[^\s。;,:()\[\]<>、]{1,10}阶段)(?P<note>[ \t]?\([^()\n]{2,30}\))"
    r"(?P<close>[\]>])?(?P<colon>[ \t]?:)?"
)
_MONTHS_IN_NOTE = re.compile(rf"\([ \t]?(?:20\d\d年)?({_MONTH}(?:{_AND}{_MONTH}){{0,11}})\s?月份?[ \t]?\)")
_DATE_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s?(?:月|[./])\s?\d{1,2}")
_SCHEDULE_END = re.compile(r"(?:安排|行事历|进程|日程|计划表?|月历|如下|时间表|进度)\s*:?\s*\Z")

Ending = Literal["colon", "mark", "line", "blank", "none"]
Kind = Literal["month", "week", "season", "quarter", "date", "phase"]

_USUAL: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("month", _MONTH_WORD),
    ("week", _WEEK_WORD),
    ("season", _SEASON_WORD),
    ("quarter", _QUARTER_WORD),
)
_RARE: tuple[tuple[Kind, re.Pattern[str]], ...] = (("date", _DATE_WORD), ("phase", _PHASE_WORD))


@dataclass(frozen=True, slots=True)
class _Around:
    """The text in which month words are looked for, with its marks by their two ends."""

    uniform: str
    start: int
    end: int
    by_body: dict[int, Mark]
    by_start: dict[int, Mark]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A month, week or date word that may be a heading."""

    match: re.Match[str]
    kind: Kind
    start: int
    months: tuple[int, ...]
    ending: Ending
    boundary: bool
    line: bool
    after_schedule_word: bool
    mark: Mark | None
    """The number mark before it, or, where ``drop`` says so, at its beginning."""
    marked: bool
    drop: int
    """How many characters of the match are a number mark that only looks like a month (一、八月份)."""

    @property
    def week(self) -> bool:
        """A time that is no month: a week, a quarter, 期末, a date."""
        return self.kind != "month"

    @property
    def bracketed(self) -> bool:
        """Brackets stand around it: 【九月】."""
        return bool(self.match["open"] and self.match["close"])

    @property
    def firm(self) -> bool:
        """A heading by its looks alone."""
        place = self.boundary or self.after_schedule_word
        if self.ending == "line":
            return self.line or (place and self.bracketed)
        return place and (self.ending in ("colon", "mark") or (self.bracketed and self.line))


def time_words(uniform: str, marks: list[Mark], start: int, end: int) -> list[Candidate]:
    """Return the months, weeks, quarters and seasons named in ``[start, end)``, in order."""
    return _found(_around(uniform, marks, start, end), _USUAL)


def rare_time_words(uniform: str, marks: list[Mark], start: int, end: int) -> list[Candidate]:
    """Return the days and steps (准备阶段(2月)) that may head a schedule without month headings."""
    return [word for word in _found(_around(uniform, marks, start, end), _RARE) if word.months]


def _around(uniform: str, marks: list[Mark], start: int, end: int) -> _Around:
    return _Around(
        uniform, start, end, {mark.body: mark for mark in marks}, {mark.start: mark for mark in marks}
    )


def _found(around: _Around, patterns: tuple[tuple[Kind, re.Pattern[str]], ...]) -> list[Candidate]:
    found = [
        candidate
        for kind, pattern in patterns
        for match in pattern.finditer(around.uniform, around.start, around.end)
        if (candidate := _candidate(around, kind, match)) is not None
    ]
    return sorted(found, key=lambda candidate: candidate.start)


def _candidate(around: _Around, kind: Kind, match: re.Match[str]) -> Candidate | None:
    uniform, start = around.uniform, around.start
    months = _month_list(match["months"]) if kind == "month" else _months_of_dates(match.group())
    drop = 0
    if kind == "month" and not months:
        # 一、1、2月份 cannot be three months: the first numeral is the heading's own number.
        drop = leading_number(match)
        months = _month_list(match["months"][drop:]) if drop else ()
        if not months:
            return None
    before = match.start()
    while before > start and uniform[before - 1] in " \t":
        before -= 1
    mark = around.by_body.get(match.start()) or around.by_body.get(before)
    marked = mark is not None and mark.firm
    begin = mark.start if mark is not None and marked else match.start()
    return Candidate(
        match=match,
        kind=kind,
        start=begin,
        months=months,
        ending=_ending(around, match),
        boundary=at_boundary(uniform, begin, start),
        line=at_line_start(uniform, begin, start),
        after_schedule_word=_SCHEDULE_END.search(uniform, max(start, begin - 14), begin) is not None,
        mark=mark if marked else around.by_start.get(match.start()),
        marked=marked or drop > 0,
        drop=drop,
    )


def _ending(around: _Around, match: re.Match[str]) -> Ending:
    uniform, end = around.uniform, around.end
    if match["colon"]:
        return "colon"
    position = match.end()
    while position < end and uniform[position] in " \t":
        position += 1
    if position >= end or uniform[position] == "\n":
        return "line"
    mark = around.by_start.get(position)
    if mark is not None and not (mark.counting and mark.number != 1):
        return "mark"
    return "blank" if position > match.end() else "none"


def _month_list(words: str) -> tuple[int, ...]:
    """Return the months named: 五、六 → 5, 6; 11-1 → 11, 12, 1; 七八 → 7, 8; () where they make no sense."""
    parts = re.findall(rf"({_MONTH})|([-~至到]+)", re.sub(r"月份?|次年|翌年|[ \t]", "", words))
    months: list[int] = []
    reach = False
    for word, dash in parts:
        if dash:
            reach = True
            continue
        value = int(word) if word.isdigit() else han_number(word)
        if reach and months:
            months.extend(
                (month - 1) % 12 + 1
                for month in range(months[-1] + 1, months[-1] + (value - months[-1]) % 12)
            )
        months.append(value)
        reach = False
    return tuple(months) if len(set(months)) == len(months) <= 12 else ()


def _months_of_dates(words: str) -> tuple[int, ...]:
    """Return the months that a week, quarter or 学月 names: by its note (9月), its number or its dates."""
    noted = _MONTHS_IN_NOTE.search(words)
    if noted:
        return _month_list(noted[1])
    quarter = re.search(r"第\s?([一二三四1-4])\s?季度", words)
    if quarter:
        number = int(quarter[1]) if quarter[1].isdigit() else han_number(quarter[1])
        return (3 * number - 2, 3 * number - 1, 3 * number)
    days = [int(month) for month in _DATE_MONTH.findall(words)]
    if len(days) == 2:
        return _month_list(f"{days[0]}-{days[1]}") or (days[0],)
    return tuple(dict.fromkeys(days))


def leading_number(match: re.Match[str]) -> int:
    """Return the length of what may be a number mark before the months (一、 of 一、二月份), 0 for none."""
    first = re.match(rf"{_MONTH}\s?[、.,]\s?(?=\S)", match["months"])
    return first.end() if first else 0
