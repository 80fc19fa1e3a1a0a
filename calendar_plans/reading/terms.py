"""Terms inside a schedule: 第一学期 and 第二学期 stand over the months of a school year and are no tasks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .marks import Mark
from .months import TimeHeading
from .plain import at_boundary, at_line_start

_TERM = re.compile(
    r"(?P<name>[\[(]?(?:第[一二]学期|[上下]学期|[上下]半?期|[秋春]季?学期|[上下]半年)(?:工作)?(?:安排|计划|部分)?"
    r"[\])]?(?:[ \t]?\([^()\n]{1,30}\))?)\s*:?\s*\Z"
)
_REACH = 60


@dataclass(frozen=True, slots=True)
class TermHeading:
    """A term's heading: it begins at ``start`` and ends with the month heading behind it."""

    start: int
    name: tuple[int, int]
    body: int


def term_headings(
    uniform: str, marks: Sequence[Mark], times: Sequence[TimeHeading], floor: int
) -> list[TermHeading]:
    """Return the terms that stand right before a month heading, on a line of their own or before a colon."""
    by_body = {mark.body: mark for mark in marks if mark.firm}
    found = []
    for time in times:
        match = _TERM.search(uniform, max(floor, time.start - _REACH), time.start)
        if match is not None:
            begin = match.start()
            mark = by_body.get(begin)
            start = mark.start if mark else begin
            ends = uniform[match.end("name") : time.start]
            own_line = at_line_start(uniform, start, floor) and "\n" in ends
            if own_line or (at_boundary(uniform, start, floor) and (":" in ends or mark is not None)):
                found.append(TermHeading(start, match.span("name"), time.start))
        floor = time.body
    return found
