"""Goals and measures as lines of a text box, and back: what the office types is what it reads again.

A goal is `目标 | 目标值` or `目标（95%）`. A measure is `序号、标题 | 内容`, two blanks in front for each
level below the first; number, heading and content may each be missing. Both bars, | and ｜, are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_plans.proposals import ProposedGoal, ProposedMeasure

BAR = re.compile(r"\s*[|｜]\s*")
# A target in brackets at the end: a figure, maybe with what it is measured in.
IN_BRACKETS = re.compile(r"(?P<said>.*[^（(\s])\s*[（(]\s*(?P<target>[≥≤＞＜><]?\d[\d.,]*\s*[%％‰]?)\s*[）)]")
NUMBERED = re.compile(r"(?P<number>[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?)[、.．]\s*")
BREAK_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])")
BLANKS_A_LEVEL = 2
DEEPEST = 6
LONGEST_HEADING = 300


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of `text` that say something, without blanks around them."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def unwrapped(text: str) -> str:
    """`text` as one line: the line breaks of a narrow page are taken out.

    What was read as one thing stays one thing on a page where a new line begins another. Between Chinese
    characters nothing is put in the place of the break, between words and numbers a blank.
    """
    return BREAK_BETWEEN_WORDS.sub(" ", "\n".join(lines_of(text))).replace("\n", "")


def goals_from(text: str) -> tuple[ProposedGoal, ...]:
    """The goals that `text` lists, one a line."""
    goals = []
    for line in lines_of(text):
        said, bar, target = _parted(line)
        found = None if bar else IN_BRACKETS.fullmatch(line)
        if found:
            said, target = found["said"], found["target"]
        goals.append(ProposedGoal(said or target, target if said else ""))
    return tuple(goals)


def goals_to_text(goals: Iterable[tuple[str, str]]) -> str:
    """Goals as (text, target) in the form that `goals_from` reads."""
    return "\n".join(_goal_line(_one_line(said), target) for said, target in goals)


def _goal_line(said: str, target: str) -> str:
    """One goal; a bar says of brackets in its text that they are no target."""
    if target:
        return f"{said} | {target}"
    return f"{said} |" if IN_BRACKETS.fullmatch(said) else said


def measures_from(text: str) -> tuple[ProposedMeasure, ...]:
    """The measures that `text` lists, one a line, with their depths."""
    measures = []
    for line in text.replace("　", "  ").replace("\t", "  ").splitlines():
        if not line.strip():
            continue
        depth = min((len(line) - len(line.lstrip())) // BLANKS_A_LEVEL, DEEPEST)
        rest = line.strip()
        found = NUMBERED.match(rest)
        number = found["number"] if found else ""
        heading, bar, content = _parted(rest[found.end() :] if found else rest)
        if not bar and (depth or len(heading) > LONGEST_HEADING):
            heading, content = "", heading
        measures.append(ProposedMeasure(depth, number, heading[:LONGEST_HEADING], content))
    return tuple(measures)


def measures_to_text(measures: Iterable[tuple[int, str, str, str]]) -> str:
    """Measures as (depth, number, heading, text) in the form that `measures_from` reads."""
    lines = []
    for depth, number, heading, content in measures:
        words = _one_line(heading)
        if content and (heading or not depth):
            words = f"{words} | {_one_line(content)}".strip()
        elif content:
            words = _one_line(content)
        elif depth:
            words = f"{words} |"
        lines.append(" " * BLANKS_A_LEVEL * depth + (f"{number}、" if number else "") + words)
    return "\n".join(lines)


def _parted(line: str) -> tuple[str, str, str]:
    """What stands before the first bar, the bar, and what stands behind it."""
    found = BAR.search(line)
    if found is None:
        return line, "", ""
    return line[: found.start()].strip(), "|", line[found.end() :].strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
