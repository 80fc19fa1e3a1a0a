"""Month and week words, and which of them are headings of the schedule.

The traps of §E: headings are spelt in many ways (5), combined months begin like top-level sections and 十一
contains 一 (6), and many month words are no headings at all (7). What decides is the place before the word,
what stands behind it, and the order of the months.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from .marks import Mark, han_number
from .plain import at_boundary, at_line_start, is_chinese

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
    r"(?:的?(?:主要|重点|具体|后勤|总务){0,4}(?:工作)?(?:安排|重点|要点|计划|内容|任务|行事历|日程|工作)?)"
)
# (1) and (一) behind a month are its first task, not a note; a note stands in the same line.
_NOTE = r"(?:[ \t]?\((?![ \t]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[ \t]?\))[^()\n]{0,24}\))?"
# Longest match first (十一月份 contains 一月份): _HAN_MONTH is greedy and no numeral may stand before it.
_MONTH_WORD = re.compile(
    rf"(?<![\d一二三四五六七八九十.第每])(?P<open>[\[(<]\s?)?(?P<year>{_YEAR})"
    rf"(?P<months>{_MONTH}(?:{_AND}{_MONTH}|(?<=[一二三四五六七八九十]){_HAN_MONTH}){{0,11}})"
    rf"\s?月(?:份)?(?P<suffix>{_SUFFIX})(?P<note>{_NOTE})(?:[ \t]?(?P<close>[\])>]))?"
    rf"(?P<colon>[ \t]?(?::|--{{1,3}}|[、,](?=\s)))?"
)
_COUNT = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_WEEK_WORD = re.compile(
    rf"(?P<open>[\[(<]\s?)?第\s?{_COUNT}(?:\s?周?[、,\-~至到]{{1,2}}\s?第?{_COUNT}){{0,5}}\s?(?:教学)?周"
    rf"(?P<note>(?:\s?\([^()\n]{{0,30}}\)|\s?\d{{1,2}}[.月/]\d{{1,2}}日?\s?[-~至到]{{1,2}}\s?(?:\d{{1,2}}[.月/])?\d{{1,2}}日?)?)"
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
_MONTHS_IN_NOTE = re.compile(rf"\([ \t]?({_MONTH}(?:{_AND}{_MONTH}){{0,11}})\s?月份?[ \t]?\)")
_DATE_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s?(?:月|[./])\s?\d{1,2}")
_SCHEDULE_END = re.compile(r"(?:安排|行事历|进程|日程|计划表?|月历|如下|时间表|进度)\s*:?\s*\Z")

# Before a glued heading (…准备工作二月份:) these characters show that the month is part of the sentence.
_NO_HEADING_AFTER = set("在于到至从自的每今明本年前后第及和与个上下这该、,日旬同按将约近因为")

Ending = Literal["colon", "mark", "line", "blank", "none"]


@dataclass(frozen=True, slots=True)
class TimeHeading:
    """A heading of the schedule, ``[start, body)``, with its months; a mere week has none."""

    start: int
    body: int
    name: tuple[int, int]
    """The span of the heading's words, without number mark, brackets and colon."""
    months: tuple[int, ...]
    week: bool


@dataclass(frozen=True, slots=True)
class _Around:
    """The text in which month words are looked for, with its marks by their two ends."""

    uniform: str
    start: int
    end: int
    by_body: dict[int, Mark]
    by_start: dict[int, Mark]


@dataclass(frozen=True, slots=True)
class _Candidate:
    match: re.Match[str]
    start: int
    months: tuple[int, ...]
    ending: Ending
    boundary: bool
    line: bool
    after_schedule_word: bool
    marked: bool
    week: bool
    drop: int
    """How many characters of the match are a number mark that only looks like a month (一、八月份)."""

    @property
    def bracketed(self) -> bool:
        return bool(self.match["open"] and self.match["close"])

    @property
    def firm(self) -> bool:
        """A heading by its looks alone."""
        place = self.boundary or self.after_schedule_word
        if self.ending == "line":
            return self.line or (place and self.bracketed)
        return place and (self.ending in ("colon", "mark") or (self.bracketed and self.line))


def time_headings(uniform: str, marks: list[Mark], start: int, end: int) -> list[TimeHeading]:
    """Return the schedule's headings in ``[start, end)``; none for a plan without months (§E trap 12)."""
    candidates = _candidates(uniform, marks, start, end)
    chosen = _choose(candidates)
    if not chosen:
        chosen = _lines_that_begin_with_months(candidates)
    if len(chosen) == 1 and not _stands_alone(chosen[0]):
        return []
    return _headings(chosen)


def follows(earlier: int, later: int, reach: int = 3) -> bool:
    """Say whether ``later`` comes soon after ``earlier``; January follows December (§E trap 8)."""
    return 1 <= (later - earlier) % 12 <= reach


def _candidates(uniform: str, marks: list[Mark], start: int, end: int) -> list[_Candidate]:
    around = _Around(
        uniform, start, end, {mark.body: mark for mark in marks}, {mark.start: mark for mark in marks}
    )
    found = []
    for pattern in (_MONTH_WORD, _WEEK_WORD, _SEASON_WORD, _QUARTER_WORD):
        for match in pattern.finditer(uniform, start, end):
            candidate = _candidate(around, match)
            if candidate is not None:
                found.append(candidate)
    found.sort(key=lambda candidate: candidate.start)
    return _tell_marks_from_months(found)


def _candidate(around: _Around, match: re.Match[str]) -> _Candidate | None:
    uniform, start = around.uniform, around.start
    is_month = "months" in match.re.groupindex
    months = _month_list(match["months"]) if is_month else _months_of_dates(match.group())
    drop = 0
    if is_month and not months:
        # 一、1、2月份 cannot be three months: the first numeral is the heading's own number.
        drop = _leading_number(match)
        months = _month_list(match["months"][drop:]) if drop else ()
        if not months:
            return None
    before = match.start()
    while before > start and uniform[before - 1] in " \t":
        before -= 1
    mark = around.by_body.get(match.start()) or around.by_body.get(before)
    marked = mark is not None and mark.firm
    begin = mark.start if mark is not None and marked else match.start()
    return _Candidate(
        match=match,
        start=begin,
        months=months,
        ending=_ending(around, match),
        boundary=at_boundary(uniform, begin, start),
        line=at_line_start(uniform, begin, start),
        after_schedule_word=_SCHEDULE_END.search(uniform, max(start, begin - 14), begin) is not None,
        marked=marked or drop > 0,
        week=not is_month,
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
    return tuple(dict.fromkeys(int(month) for month in _DATE_MONTH.findall(words)))


def _consecutive(months: tuple[int, ...]) -> bool:
    return all(later == earlier % 12 + 1 for earlier, later in pairwise(months))


def _tell_marks_from_months(candidates: list[_Candidate]) -> list[_Candidate]:
    """Decide whether 一、二月份 is "January and February" or heading number one (§E trap 6).

    It is a number when the months do not follow each other (一、八月份), or when the candidates count 一、
    二、 三、 on and would name the same month twice (一、二月份 二、三月份).
    """
    told = []
    combined = [c for c in candidates if len(c.months) > 1 and not c.week and c.ending != "none"]
    neighbours = {
        id(here): (before, after)
        for before, here, after in zip([None, *combined], combined, [*combined[1:], None], strict=False)
    }
    for candidate in candidates:
        drop = 0 if candidate.week or candidate.drop else _leading_number(candidate.match)
        if drop and len(candidate.months) > 1:
            before, after = neighbours.get(id(candidate), (None, None))
            overlaps = (before is not None and before.months[-1] == candidate.months[0]) or (
                after is not None and after.months[0] == candidate.months[-1]
            )
            if overlaps or not _consecutive(candidate.months):
                told.append(replace(candidate, months=candidate.months[1:], marked=True, drop=drop))
                continue
        told.append(candidate)
    return told


def _leading_number(match: re.Match[str]) -> int:
    """Return the length of what may be a number mark before the months (一、 of 一、二月份), 0 for none."""
    first = re.match(rf"{_MONTH}\s?[、.,]\s?(?=\S)", match["months"])
    return first.end() if first else 0


def _choose(candidates: list[_Candidate]) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    last_month: int | None = None
    in_weeks = False
    for index, candidate in enumerate(candidates):
        if chosen and candidate.start < chosen[-1].match.end():
            continue
        fits = (
            _week_fits(candidate, in_weeks) if candidate.week else _month_fits(candidates, index, last_month)
        )
        if candidate.firm or fits:
            chosen.append(candidate)
            in_weeks = in_weeks or candidate.week
            last_month = last_month if candidate.week else candidate.months[-1]
    return chosen


def _week_fits(candidate: _Candidate, in_weeks: bool) -> bool:
    return candidate.ending == "blank" and candidate.boundary and (candidate.line or in_weeks)


def _month_fits(candidates: list[_Candidate], index: int, last: int | None) -> bool:
    """Accept a month heading that looks weak because it stands in the right order."""
    candidate = candidates[index]
    in_order = last is not None and follows(last, candidate.months[0])
    if candidate.ending == "blank" and (candidate.boundary or candidate.after_schedule_word):
        later = candidates[index + 1 : index + 5]
        opens = last is None and any(
            c.firm and c.months and follows(candidate.months[-1], c.months[0]) for c in later[:3]
        )
        many = candidate.line and sum(c.line and c.ending == "blank" for c in later) >= 2
        return in_order or ((opens or many) and (candidate.line or candidate.after_schedule_word))
    glued = candidate.ending in ("colon", "mark") and not candidate.boundary
    before = candidate.match.string[candidate.start - 1] if candidate.start else ""
    return glued and in_order and is_chinese(before) and before not in _NO_HEADING_AFTER


def _lines_that_begin_with_months(candidates: list[_Candidate]) -> list[_Candidate]:
    """Take 九月做好… / 十月开展… / 十一月检查… for headings when three lines or more run in order."""
    lines = [
        c for c in candidates if c.line and not c.week and c.ending in ("none", "blank") and not c.marked
    ]
    in_order = [
        c
        for before, c in zip([None, *lines], lines, strict=False)
        if before is None or follows(before.months[-1], c.months[0])
    ]
    return lines if len(lines) >= 3 and len(in_order) == len(lines) else []


def _stands_alone(candidate: _Candidate) -> bool:
    return (
        (candidate.line and not candidate.marked)
        or candidate.after_schedule_word
        or candidate.ending == "mark"
    )


def _headings(chosen: list[_Candidate]) -> list[TimeHeading]:
    """Finish the headings; a week without a date of its own belongs to the month heading above it."""
    found: list[TimeHeading] = []
    month_above: tuple[int, ...] = ()
    for candidate in chosen:
        match, months = candidate.match, candidate.months
        name_start = match.start("months") + candidate.drop if candidate.drop else match.start()
        if match["open"] and not candidate.drop:
            name_start = match.end("open")
        name_end = (
            match.start("close")
            if match["close"]
            else match.start("colon")
            if match["colon"]
            else match.end()
        )
        if not candidate.week:
            month_above = months
        elif set(months) & set(month_above):
            months = month_above  # 九月 / 第一周(8月31日-9月6日): the month above is what the writer means
        found.append(
            TimeHeading(
                candidate.start, match.end(), (name_start, name_end), months or month_above, candidate.week
            )
        )
    return found
