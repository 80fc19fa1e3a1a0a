"""Month and week words, and which of them are headings of the schedule.

The traps of §E: headings are spelt in many ways (5), combined months begin like top-level sections and 十一
contains 一 (6), and many month words are no headings at all (7). What decides is the place before the word,
what stands behind it, and the order of the months.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from .marks import Mark
from .plain import is_chinese
from .time_words import Candidate, leading_number, rare_time_words, time_words

# Before a glued heading (…准备工作二月份:) these characters show that the month is part of the sentence.
_NO_HEADING_AFTER = set("在于到至从自的每今明本年前后第及和与个上下这该、,日旬同按将约近因为")


@dataclass(frozen=True, slots=True)
class TimeHeading:
    """A heading of the schedule, ``[start, body)``, with its months; a mere week has none."""

    start: int
    body: int
    name: tuple[int, int]
    """The span of the heading's words, without number mark, brackets and colon."""
    months: tuple[int, ...]
    week: bool
    mark: Mark | None = None
    """The number mark that the heading carries (二、十月)."""


def time_headings(uniform: str, marks: list[Mark], start: int, end: int) -> list[TimeHeading]:
    """Return the schedule's headings in ``[start, end)``; none for a plan without months (§E trap 12)."""
    candidates = _tell_marks_from_months(time_words(uniform, marks, start, end))
    chosen = _choose(candidates)
    if not chosen:
        chosen = _lines_that_begin_with_months(candidates) or _run_of_months(candidates)
    if not chosen:
        rare = rare_time_words(uniform, marks, start, end)
        chosen = _days(rare) or _phases(rare)
    if len(chosen) == 1 and not _stands_alone(chosen[0]):
        return []
    return _headings(chosen)


def month_of_title(uniform: str, start: int, end: int) -> TimeHeading | None:
    """Return the month that a title names (三月份后勤工作计划); None where it names none or a period."""
    words = [word for word in time_words(uniform, [], start, end) if word.kind == "month"]
    if len(words) != 1 or len(words[0].months) > 2:
        return None
    word = words[0]
    if uniform.startswith(("-", "~", "至", "到"), word.match.end()):
        return None
    name = (word.match.start(), word.match.start("suffix"))
    return TimeHeading(start, end, name, word.months, week=False)


def follows(earlier: int, later: int, reach: int = 3) -> bool:
    """Say whether ``later`` comes soon after ``earlier``; January follows December (§E trap 8)."""
    return 1 <= (later - earlier) % 12 <= reach


def _consecutive(months: tuple[int, ...]) -> bool:
    return all(later == earlier % 12 + 1 for earlier, later in pairwise(months))


def _tell_marks_from_months(candidates: list[Candidate]) -> list[Candidate]:
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
        drop = 0 if candidate.week or candidate.drop else leading_number(candidate.match)
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


def _choose(candidates: list[Candidate]) -> list[Candidate]:
    chosen: list[Candidate] = []
    last_month: int | None = None
    in_weeks = False
    for index, candidate in enumerate(candidates):
        if chosen and candidate.start < chosen[-1].match.end():
            continue
        if candidate.kind == "season" and last_month is not None and "工作" in candidate.match.group():
            continue  # 期末工作: below a month names a group of its tasks
        fits = (
            _week_fits(candidate, in_weeks) if candidate.week else _month_fits(candidates, index, last_month)
        )
        if candidate.firm or fits:
            chosen.append(candidate)
            in_weeks = in_weeks or candidate.week
            last_month = last_month if candidate.week else candidate.months[-1]
    return chosen


def _week_fits(candidate: Candidate, in_weeks: bool) -> bool:
    return candidate.ending == "blank" and candidate.boundary and (candidate.line or in_weeks)


def _month_fits(candidates: list[Candidate], index: int, last: int | None) -> bool:
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


def _lines_that_begin_with_months(candidates: list[Candidate]) -> list[Candidate]:
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


def _run_of_months(candidates: list[Candidate]) -> list[Candidate]:
    """Take 九月份 1 发放 … 十月份 1 绿化 … in one line for headings when three or more run in order."""
    words = [c for c in candidates if not c.week and c.boundary and c.ending == "blank" and not c.marked]
    run: list[Candidate] = []
    for word in words:
        if not run or follows(run[-1].months[-1], word.months[0]):
            run.append(word)
    return run if len(run) >= 3 and len(run) == len(words) else []


def _days(words: list[Candidate]) -> list[Candidate]:
    """Take 9月10日 教师节 … for headings when three lines or more begin with a day, in order."""
    days = [word for word in words if word.kind == "date" and word.ending in ("colon", "blank", "line")]
    in_order = all((b.months[0] - a.months[-1]) % 12 <= 3 for a, b in pairwise(days))
    return days if len(days) >= 3 and in_order else []


def _phases(words: list[Candidate]) -> list[Candidate]:
    """Take (一)准备阶段(2月) … for headings when there are two steps or more, in order."""
    steps = [
        word
        for word in words
        if word.kind == "phase" and (word.marked or word.line) and word.ending in ("colon", "mark", "line")
    ]
    in_order = all((b.months[0] - a.months[-1]) % 12 <= 3 for a, b in pairwise(steps))
    return steps if len(steps) >= 2 and in_order else []


def _stands_alone(candidate: Candidate) -> bool:
    return (
        (candidate.line and not candidate.marked)
        or candidate.after_schedule_word
        or candidate.ending == "mark"
    )


def _headings(chosen: list[Candidate]) -> list[TimeHeading]:
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
                start=candidate.start,
                body=match.end(),
                name=(name_start, name_end),
                months=months or month_above,
                week=candidate.week,
                mark=candidate.mark if candidate.marked else None,
            )
        )
    return found
