"""What a part of a plan is for, told by the words of its heading.

The usual form is 标题 → 指导思想 → 工作目标 → 主要工作及措施 → 月安排 → 结语; schools name each part in their
own way (§E trap 4). The words are data here, so that a new spelling is one more line.
"""

import re
from typing import Literal

from .marks import Mark, marks_between
from .plain import skip_blanks

Role = Literal["引言", "指导思想", "工作目标", "主要措施", "月安排", "情况分析", "结语"]

_OWN = r"(?:(?:本|新)?(?:学期|学年|年度|学年度|年|校)|学校|后勤|总务处?|我校|今年|全年)*(?:的)?"
_WORK = r"(?:后勤|总务)?(?:工作|管理)?(?:的)?"

_WORDS: tuple[tuple[Role, str], ...] = (
    ("结语", r"结语|结束语|结尾"),
    ("引言", r"引言|前言|序言|导言"),
    (
        "指导思想",
        (
            rf"{_OWN}{_WORK}(?:指导思想|指导方针|指导原则|工作思路|基本思路|总体思路|总的思路|思路|工作理念|工作方针|工作宗旨"
            r"|总体要求|总要求|工作原则|办学理念|服务宗旨)(?:(?:和|与|及|、)(?:总体|工作|基本)*(?:思路|理念|原则|方针|要求|目标))?"
        ),
    ),
    (
        "工作目标",
        (
            rf"{_OWN}{_WORK}(?:总体|总|主要|具体|基本|年度|学期|奋斗|预期|管理|服务)*{_WORK}目标(?:任务)?"
            r"(?:(?:和|与|及|、)(?:要求|任务|指标))?"
        ),
    ),
    (
        "月安排",
        (
            rf"{_OWN}{_WORK}(?:主要|具体|重点|每个?月|各个?月|逐月|分月|月份|月度|按月|月|每周|各周|周次|周|时间|日程|进度|学期)*(?:的)?{_WORK}"
            r"(?:安排表?|实施步骤|推进步骤|步骤安排|计划进程|进程|行事历|日程表?|月历|计划表|时间表|推进表|进度表?|活动安排)(?:如下)?"
            rf"|{_OWN}(?:每个?月|各个?月|逐月|分月|月份|月度|按月)份?(?:的)?(?:主要|重点)?{_WORK}(?:要点|重点|内容|任务|计划)"
            rf"|{_OWN}(?:每个?月|各个?月|逐月|分月|按月)(?:的)?工作"
        ),
    ),
    (
        "情况分析",
        rf"{_OWN}{_WORK}(?:基本情况|情况分析|现状分析|现状|形势分析|概况|工作回顾|存在的?(?:主要)?问题|背景分析)",
    ),
    (
        "主要措施",
        (
            rf"{_OWN}{_WORK}(?:主要|重点|具体|常规|基本|日常|几项)*(?:的)?{_WORK}(?:措施|举措|任务|内容|重点|要点|做法|工作)"
            rf"(?:(?:和|与|及|、)?(?:主要|具体|工作|重点)*(?:措施|举措|任务|要求|内容|做法|安排))?(?:如下)?"
        ),
    ),
)
_SHORT_HEADING = 16
_SHORT_LINE = re.compile(r"^[ \t]*([^\s。;!?:()\d]{4,20})[ \t]*$", re.MULTILINE)
_PATTERNS = tuple((role, re.compile(words)) for role, words in _WORDS)
# Guiding ideas and goals are also written straight on: 一、指导思想以……为中心.
_RUN_ON = re.compile(r"(?:指导思想|工作思路|基本思路|工作目标|总体目标|奋斗目标)(?=[一-鿿])")
# 二、工作目标1、安全 — a count may begin right behind the name.
_GLUED_COUNT = re.compile(r"(?:1|一)\s?[、.)](?!\d)|[①⑴]")
# Without a number mark only the plain names count, so that no sentence is taken for a heading.
_UNMARKED = re.compile(
    r"(?P<指导思想>(?:工作)?指导思想|工作思路|基本思路|总体思路|指导方针)"
    r"|(?P<工作目标>(?:总体)?(?:工作|奋斗|总体|主要)目标)"
    r"|(?P<主要措施>(?:主要|重点|具体)?工作(?:任务|内容|重点|要点)?(?:及|和|与)?(?:具体)?(?:工作)?措施|(?:主要|具体|工作)措施"
    r"|主要工作|重点工作|工作重点|工作任务|工作要点|具体措施|保障措施)"
    r"|(?P<月安排>(?:每月|各月|逐月|分?月份?)工作(?:要点|重点|安排)|(?:具体|每月|各月|逐月|月份|主要|重点){0,4}工作(?:具体)?安排表?|具体安排|各月安排|每月安排|月份安排|月度安排"
    r"|工作(?:计划)?进程|工作行事历|行事历|工作日程|日程安排|时间安排|工作计划表|工作进度)"
    r"|(?P<结语>结语|结束语)"
)


def role_of(uniform: str, body: int, end: int) -> tuple[Role, int] | None:
    """Return what the heading at ``body`` introduces and where its words end, or None if it is a matter of
    its own.

    The words must fill the heading: they end at a colon, a blank, a full stop, or with the text. So 工作目标:
    is a goal's heading while 目标管理责任制 is a measure.
    """
    while body < end and uniform[body] in " \t":  # 二、 工作重点
        body += 1
    for role, pattern in _PATTERNS:
        match = pattern.match(uniform, body, min(end, body + 40))
        if match and (
            match.end() >= end
            or uniform[match.end()] in " \t\n:。;!("
            or _GLUED_COUNT.match(uniform, match.end(), end)
        ):
            return role, match.end()
    run_on = _RUN_ON.match(uniform, body, end)
    if run_on:
        return ("工作目标" if "目标" in run_on.group() else "指导思想"), run_on.end()
    return None


def unmarked_headings(uniform: str, start: int, end: int) -> list[tuple[int, int, Role]]:
    """Return the ``(start, end, role)`` of headings that carry no number: on a line of their own or before a
    colon.

    具体工作安排 may also stand in the middle of a line, right after the last measure (§E trap 4).
    """
    found = []
    for match in _UNMARKED.finditer(uniform, start, end):
        begin = match.start()
        before = uniform[begin - 1] if begin > start else "\n"
        after = uniform[match.end()] if match.end() < end else "\n"
        if before in "[<" and after in "]>":  # 【指导思想】
            begin, after = begin - 1, ":"
            before = uniform[begin - 1] if begin > start else "\n"
        begins = before.isspace() or before in "。;!?>])"
        line_start = before == "\n" or not uniform[uniform.rfind("\n", start, begin) + 1 : begin].strip()
        if match.lastgroup == "月安排":
            accepted = begins and after in " \t\n:"
        else:
            accepted = (line_start and after in "\n:") or (begins and after == ":")
        if accepted and match.lastgroup:
            found.append((begin, match.end(), _role_named(match.lastgroup)))
    return found


def heading_lines(uniform: str, marks: list[Mark], start: int, end: int) -> list[int]:
    """Return where lines without number begin that head a count of their own (勤俭办学,严格管理 over 1、).

    One such line may be a remark; two or more are a habit of the plan.
    """
    firsts = {mark.start for mark in marks if mark.line and mark.number == 1 and mark.family == "digit"}
    starts = {mark.start for mark in marks}
    found = []
    for match in _SHORT_LINE.finditer(uniform, start, end):
        above = uniform[max(start, match.start() - 20) : match.start()].rstrip()[-1:]
        fresh = above in "。;!:" or _below_heading(uniform, marks, match.start(), start)
        fresh = fresh and match.start(1) not in starts
        if fresh and skip_blanks(uniform, match.end(), end) in firsts and not _is_named(uniform, match, end):
            found.append(match.start(1))
    return found if len(found) > 1 else []


def _below_heading(uniform: str, marks: list[Mark], position: int, floor: int) -> bool:
    """Say whether the line above is a short heading with an upper number (二、具体工作)."""
    above_end = uniform.rfind("\n", floor, position)
    above_start = uniform.rfind("\n", floor, max(above_end, floor)) + 1
    heads = marks_between(marks, above_start, max(above_end, above_start))
    return 0 < above_end - above_start <= _SHORT_HEADING and any(mark.family == "han" for mark in heads)


def _is_named(uniform: str, match: re.Match[str], end: int) -> bool:
    return role_of(uniform, match.start(1), end) is not None


def _role_named(name: str) -> Role:
    return next(role for role, _ in _WORDS if role == name)
