"""The items of one section of the schedule (§E traps 9, 10, 13): one numbered item is one task."""

import re
from itertools import pairwise

from .marks import Mark, marks_between
from .pieces import Piece
from .plain import RUNS_ON, is_chinese, skip_blanks, trimmed

_UPPER = ("part", "han", "han_bracket")


# 重点工作: before a count from one groups a month's tasks; the count begins again behind it.
_GROUP_LINE = re.compile(r"^[ \t]*([^\s\d,。;:()、]{2,12}):[ \t]*", re.MULTILINE)
_SHORT_GROUP = 8
_FULL_LINE = 28
"""A line of so many characters that ends without a stop was broken by the width of the page."""
# 常规工作:保洁 is a task of its own below such a group.
_LABELLED_LINE = re.compile(r"^[ \t]*[^\s\d,。;:()、]{1,8}(?:工作|活动):(?=[ \t]*\S)", re.MULTILINE)
# 1 发放 2 检查: numbers that lost their points on the way.
_BARE_NUMBER = re.compile(r"(?:(?<=\s)|\A)\d{1,2}[ \t]+(?=[一-鿿]{2})(?![个名台次米]|元(?!旦))")
_ONE_IS = re.compile(r"一是")
_FURTHER_IS = re.compile(r"(?<=[,;。])\s*(?=[二三四五六七八九]是)")
_SPLIT_WORD = re.compile(r"[^\s,。;:!?、]{4,30}")


def section_pieces(uniform: str, marks: list[Mark], start: int, end: int) -> list[Piece]:
    """Return the items of the section whose heading ends at ``start``; ``marks`` are those inside it."""
    pieces: list[Piece] = []
    begin = start
    for match in _group_lines(uniform, marks, start, end):
        pieces += _labelled_pieces(uniform, marks, begin, match.start())
        pieces.append(Piece(match.start(), "heading", match.start(1), words=match.span(1), label="分组"))
        begin = match.end()
    return pieces + _labelled_pieces(uniform, marks, begin, end)


def _group_lines(uniform: str, marks: list[Mark], start: int, end: int) -> list[re.Match[str]]:
    firsts = {mark.start for mark in marks if mark.number == 1}
    found = []
    for match in _GROUP_LINE.finditer(uniform, start, end):
        body = skip_blanks(uniform, match.end(), end)
        own_line = "\n" in uniform[match.end() : body]
        if body in firsts and (own_line or len(match[1]) <= _SHORT_GROUP):
            found.append(match)
    return found


def _labelled_pieces(uniform: str, marks: list[Mark], start: int, end: int) -> list[Piece]:
    """Return the items of one group; below a count, 常规工作:保洁 begins a task of its own."""
    labels = [match.start() for match in _LABELLED_LINE.finditer(uniform, start + 1, end)]
    if not labels or not marks_between(marks, start, labels[0]):
        labels = []
    return [
        piece
        for begin, stop in pairwise([start, *labels, end])
        for piece in _group_pieces(uniform, marks_between(marks, begin, stop), begin, stop)
    ]


def _group_pieces(uniform: str, marks: list[Mark], start: int, end: int) -> list[Piece]:
    first = next((mark for mark in marks if _may_open(mark)), None)
    if first is None:
        marks = _bare_numbers(uniform, start, end)
        if marks:
            return [Piece(mark.start, "item", mark.body, number=mark.number) for mark in marks]
        return [Piece(begin, "item", begin) for begin in _unnumbered(uniform, start, end)]
    groups = _groups(uniform, marks, first, end)
    counted = _count_below_sign(marks, first)
    if counted is not None:
        own = [mark for mark in marks if mark.family == counted.family and mark.start >= counted.start]
        signs = [mark for mark in marks if mark.family == first.family]
        chosen = sorted([*signs, *_chosen(uniform, own, end)], key=lambda mark: mark.start)
    elif groups:
        chosen = _chosen_in_groups(uniform, marks, groups, end)
    else:
        chosen = _chosen(uniform, [mark for mark in marks if mark.family == first.family], end)
    pieces = [Piece(mark.start, "item", mark.body, number=mark.number) for mark in chosen]
    pieces += [Piece(mark.start, "heading", mark.body, label="分组") for mark in groups]
    lead = min((piece.start for piece in pieces), default=end)
    return [Piece(begin, "item", begin) for begin in _unnumbered(uniform, start, lead)] + pieces


def _count_below_sign(marks: list[Mark], first: Mark) -> Mark | None:
    """Return where a count from one begins on a line below ★重点:开学保障; both are tasks."""
    if first.family != "bullet":
        return None
    return next((mark for mark in marks if mark.number == 1 and mark.line and mark.family == "digit"), None)


def _may_open(mark: Mark) -> bool:
    opens = mark.firm or (mark.number == 1 and mark.family != "letter")
    return opens and not (mark.counting and mark.number != 1)


def _groups(uniform: str, marks: list[Mark], first: Mark, end: int) -> list[Mark]:
    """Return the marks that only head a group: (一)校产 1、… 2、…, short, with a count from one behind."""
    if first.family not in _UPPER:
        return []
    places = [place for place, mark in enumerate(marks) if mark.family == first.family and mark.firm]
    for place in places:
        mark = marks[place]
        after = (
            marks[place + 1] if place + 1 < len(marks) and marks[place + 1].family != first.family else None
        )
        name = uniform[mark.body : after.start].strip() if after else ""
        if after is None or after.number != 1 or not 0 < len(name) <= 20 or re.search("[。;!?]", name):
            return []
    return [marks[place] for place in places]


def _chosen_in_groups(uniform: str, marks: list[Mark], groups: list[Mark], end: int) -> list[Mark]:
    chosen: list[Mark] = []
    for group, after in zip(groups, [*(g.start for g in groups[1:]), end], strict=True):
        inner = marks_between(marks, group.body, after)
        opener = next((mark for mark in inner if mark.number == 1), None)
        if opener is not None:
            chosen += _chosen(uniform, [mark for mark in inner if mark.family == opener.family], after)
    return chosen


def _chosen(uniform: str, marks: list[Mark], end: int) -> list[Mark]:
    """Choose the marks that begin an item: the count goes on, with gaps; an inner count stays inside."""
    chosen: list[Mark] = []
    index = 0
    while index < len(marks):
        mark = marks[index]
        last = chosen[-1].number if chosen else 0
        if mark.number is None or last is None:
            chosen.append(mark)
        elif mark.number == 1 and chosen:
            index = _after_inner_count(uniform, marks, index, chosen)
            continue
        elif _goes_on(uniform, mark, last):
            chosen.append(mark)
        index += 1
    return chosen


def _goes_on(uniform: str, mark: Mark, last: int) -> bool:
    number = mark.number or 0
    if number == last + 1:
        return mark.firm or not mark.counting
    if number <= last:
        return mark.line and not mark.counting
    if mark.counting:
        return False
    if mark.firm:
        return number <= last + 10 or mark.line
    before = uniform[mark.start - 1] if mark.start else ""
    return number == last + 2 and is_chinese(before) and last > 0


def _after_inner_count(uniform: str, marks: list[Mark], index: int, chosen: list[Mark]) -> int:
    """Handle a count that begins again at one; return the index to go on from.

    It lies inside the current item when the item announces it (…布置以下工作:) or when the outer count is
    taken up again afterwards; otherwise the section simply has a second list.
    """
    outer = chosen[-1].number or 0
    start = marks[index]
    if start.counting or not (start.firm or uniform[start.start - 1 : start.start] in ":,"):
        return index + 1
    run, cursor = 1, index + 1
    while cursor < len(marks) and marks[cursor].number == run + 1 and not _resumes(marks, cursor, outer, run):
        run, cursor = run + 1, cursor + 1
    resumed = (
        cursor < len(marks) and marks[cursor].number is not None and _near(marks[cursor].number or 0, outer)
    )
    announced = uniform[chosen[-1].body : start.start].rstrip().endswith((":", "如下", "以下工作"))
    if resumed or announced:
        return cursor
    chosen.append(start)
    return index + 1


def _near(number: int, outer: int) -> bool:
    return outer < number <= outer + 2


def _resumes(marks: list[Mark], cursor: int, outer: int, run: int) -> bool:
    """Say whether a mark that fits both counts is the outer one: nothing later takes that up."""
    if marks[cursor].number != outer + 1:
        return False
    return not any(mark.number == outer + 1 for mark in marks[cursor + 1 :])


def _unnumbered(uniform: str, start: int, end: int) -> list[int]:
    """Return where each task begins in text without numbers: by lines, else by ；, else by sentences."""
    first = skip_blanks(uniform, start, end)
    if first >= end:
        return []
    if _ONE_IS.match(uniform, first, end):
        cuts = [match.end() for match in _FURTHER_IS.finditer(uniform, first, end)]
        return [first, *cuts]
    for pattern in (r"\n\s*", r"(?<=[。;!])\s+", r";(?![^()\n]{0,200}\))\s*", r"(?<=。)\s*"):
        cuts = [match.end() for match in re.compile(pattern).finditer(uniform, first, end)]
        cuts = [
            cut
            for cut in cuts
            if cut < end and uniform[cut:end].strip() and not _wrapped(uniform, cut, first)
        ]
        if cuts:
            return [first, *(cut for cut in dict.fromkeys(cuts) if cut > first)]
    return _words(uniform, first, end)


def _wrapped(uniform: str, cut: int, first: int) -> bool:
    """Say whether the line above ``cut`` goes on below: it ends in a comma, or is full and breaks off."""
    stop = cut
    while stop > first and uniform[stop - 1].isspace():
        stop -= 1
    last = uniform[stop - 1] if stop > first else ""
    line_start = max(first, uniform.rfind("\n", first, stop) + 1)
    begin, stop = trimmed(uniform, line_start, stop)
    return last in (",", "、") or (stop - begin >= _FULL_LINE and is_chinese(last))


def _words(uniform: str, first: int, end: int) -> list[int]:
    """Split 校产清点 制度上墙 at its blanks, unless a blank only tears a sentence (对 绿化带进行修剪)."""
    words = list(re.compile(r"\S+").finditer(uniform, first, end))
    whole = all(
        _SPLIT_WORD.fullmatch(word.group())
        and not word.group().endswith(RUNS_ON)
        and is_chinese(word.group()[0])
        for word in words
    )
    return [word.start() for word in words] if whole else [first]


def _bare_numbers(uniform: str, start: int, end: int) -> list[Mark]:
    """Return the marks of a count 1 … 2 … 3 … without any points; none unless it opens the section."""
    found: list[Mark] = []
    for match in _BARE_NUMBER.finditer(uniform, start, end):
        if int(match.group()) == len(found) + 1:
            found.append(
                Mark(
                    match.start(),
                    match.end(),
                    "digit_loose",
                    len(found) + 1,
                    firm=True,
                    counting=False,
                    line=False,
                )
            )
    opens = found and found[0].start == skip_blanks(uniform, start, end)
    return found if opens else []
