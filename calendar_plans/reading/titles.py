"""Where each plan of a file begins, and what it is called (§E traps 1, 2, 3)."""

import re
from dataclasses import dataclass

from .plain import at_line_start, trimmed

_COUNT = "[一二三四五六七八九十]{1,3}?"
_KIND = r"(?:计划书?|计划表|工作安排|工作要点|行事历|工作方案|工作历)"
# 学校后勤工作计划篇一 · 篇二:中学总务处工作计划 · 第三篇 — the lookahead splits 篇一一、指导思想 rightly.
_PIECE = re.compile(
    r"(?P<name>[^\s。;!?:,|]{0,40}?)[ \t]{0,2}[\[(]?"
    rf"(?:篇(?:{_COUNT}|\d{{1,2}})|第(?:{_COUNT}|\d{{1,2}})篇|范文(?:{_COUNT}|\d{{1,2}})(?=\s?:)"
    rf"|(?<=[案划文板本结][\[(])(?:{_COUNT}|\d{{1,2}})(?=[\])](?:\s|$)))[\])]?"
    rf"(?=\s|$|:|[一1]\s?[、.]|[(（]一)(?:\s?:\s?(?P<own>[^\s。;!?:,|]{{2,40}}?{_KIND}(?:\([^()\n]{{1,12}}\))?)(?=\s|$|一\s?、))?"
)
_TITLE = re.compile(
    rf"[^\s。;!?,:|、]{{0,40}}?{_KIND}(?:\([^()\n]{{1,24}}\)|\[[^\[\]\n]{{1,12}}\]|[一二三四五六七八九十]|\d{{1,2}})*(?=\s|$|:\s*\n)"
)
_FIRST_TITLE_RUN_ON = re.compile(rf"[^\s。;!?,:|、]{{2,40}}?{_KIND}(?=一\s?[、.])")
# A plan that is to be made is a task, not a title: 1、拟定学期后勤工作计划.
_DOING = re.compile(
    r"[(\[]?[\d一二三四五六七八九十]{1,2}[)\]]?[、.]|(?:拟定?|制定|制订|完成|做好|上交|撰写|编制|编写|落实|检查|提交|修订|讨论|执行|按|根据"
    r"|学习|召开|认真|审定|完善|协助|配合|布置|上报|填写|订好|交|写|定出?|出台|实施|确定|安排|草拟|报送|公布|传达|形成)"
)
_SCHEDULE_NAME = re.compile(
    r"[(\[]?(?:具体|每月|各月|逐月|月份|时间|主要|重点|本学期|日程|工作|活动|学期|各月份|月度|分月)*(?:工作)?(?:安排|计划|行事历|计划表|工作安排|要点|工作要点)(?:表)?\Z"
)
_STRUCTURE = re.compile(
    r"[一1]\s?[、.]|\([一1]\)|指导思想|工作思路|工作目标|(?:十[一二]?|[元正一二三四五六七八九]|\d{1,2})月(?:份)?\s*[:\n]|第一周"
)
# 二月份工作要点 heads a month of the plan; alone in a file it may be a month's own plan.
_MONTH_NAMED = re.compile(
    r"[(\[]?(?:20[\dXx×]{2}年)?(?:十[一二]?|[元正一二三四五六七八九]|\d{1,2})(?:[、,\-~至和]\S{1,2})?月份?\S{0,8}\Z"
)
_COVER_LINE = re.compile(
    r"学年|学期|年度|小学|中学|学校|幼儿园|学院|职高|一中|二中|三中|总校|校区|20[\dXx×]{2}"
)


# 2023-2024学年第二学期 后勤工作计划
_COVER_WORDS = re.compile(
    r"(?:[^\s。;!?,:|、()]{2,20}[ \t]{1,4})?"
    r"(?:20[\dXx]{2}[^\s。;!?,:|、()]{0,6}(?:学年度?|年度?)[^\s。;!?,:|、()]{0,6}|[^\s。;!?,:|、()]{0,12}(?:学期|学校|小学|中学|幼儿园))"
    r"[ \t]{1,4}\Z"
)


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """One plan of the file: it runs over ``[start, end)`` and is called by the words at ``title``."""

    start: int
    end: int
    title_start: int
    """Where the title begins, 篇二: in front of it included; what stands before it is left out."""
    title: tuple[int, int]
    """Span of the title's words; empty where no title was found."""
    title_end: int
    """Where the text after the title (and its colon) begins."""


def plan_places(uniform: str) -> list[PlanPlace]:
    """Return the plans of the file in order; together they cover it without a gap."""
    titles = _without_contents(uniform, _pieces(uniform)) or _plain_titles(uniform) or _first_line(uniform)
    if not titles:
        return [PlanPlace(0, len(uniform), 0, (0, 0), 0)]
    places = []
    for index, (begin, name, title_end) in enumerate(titles):
        start = 0 if index == 0 else begin
        end = titles[index + 1][0] if index + 1 < len(titles) else len(uniform)
        places.append(PlanPlace(start, end, begin, name, title_end))
    return places


_Found = tuple[int, tuple[int, int], int]
"""Where the title begins, the span of its words, where the text after it begins."""


def _pieces(uniform: str) -> list[_Found]:
    """Find 篇一, 篇二…: where they are, they are the plans, and all titles before the first are debris."""
    found: list[_Found] = []
    for match in _PIECE.finditer(uniform):
        begin = match.start()
        if begin and not (uniform[begin - 1].isspace() or uniform[begin - 1] in "。;!?:>])|"):
            continue
        own = match.span("own") if match["own"] else match.span()
        found.append((begin, own, match.end()))
    return found


def _without_contents(uniform: str, titles: list[_Found]) -> list[_Found]:
    """Drop the lines of a table of contents: nothing stands below them, and the same title comes again."""
    names = [uniform[slice(*name)] for _, name, _ in titles]
    last = {name: place for place, name in enumerate(names)}
    ends = [*(begin for begin, _, _ in titles[1:]), len(uniform)]
    return [
        title
        for place, (title, name, end) in enumerate(zip(titles, names, ends, strict=False))
        if last[name] == place or uniform[title[2] : end].strip()
    ]


def _plain_titles(uniform: str) -> list[_Found]:
    """Find titles that end in 计划, 安排, 要点…; the last one before each plan's first heading names it."""
    found: list[_Found] = []
    candidates = [match for pattern in (_TITLE, _FIRST_TITLE_RUN_ON) for match in pattern.finditer(uniform)]
    candidates = [match for match in sorted(candidates, key=lambda m: m.start()) if _is_title(uniform, match)]
    others = [match for match in candidates if not _MONTH_NAMED.match(match.group())]
    if len(candidates) - len(others) > 1 or candidates[:1] == others[:1]:
        candidates = others
    for index, match in enumerate(candidates):
        limit = candidates[index + 1].start() if index + 1 < len(candidates) else len(uniform)
        structured = _STRUCTURE.search(uniform, match.end(), min(limit, match.end() + 1500))
        last_of_all = index + 1 == len(candidates) and not found
        restarts = not found or _restarts(uniform, match.end(), limit)
        if (structured or last_of_all) and restarts:
            begin = match.start() if found else _with_cover(uniform, match.start())
            title_end = match.end()
            found.append((begin, (begin, match.end()), title_end))
    return found


def _is_title(uniform: str, match: re.Match[str]) -> bool:
    begin = match.start()
    before = uniform[begin - 1] if begin else "\n"
    word = match.group()
    fresh = before.isspace() or before in "!。>"
    return fresh and len(word) >= 4 and not _DOING.match(word) and not _SCHEDULE_NAME.match(word)


def _restarts(uniform: str, position: int, limit: int) -> bool:
    """Say whether a later title really opens another plan: soon after it the count begins again at one."""
    return re.compile(r"一\s?[、.]|\(一\)|指导思想|工作思路|1\s?[、.]").search(
        uniform, position, min(limit, position + 400)
    ) is not None and (at_line_start(uniform, position - 1) or uniform[position : position + 1].isspace())


def _with_cover(uniform: str, begin: int) -> int:
    """Take what stands right above or before the title into it while it names the school, year or term."""
    before = _COVER_WORDS.search(uniform, max(0, begin - 40), begin)
    if before is not None and at_line_start(uniform, before.start()):
        begin = before.start()
    while begin > 0 and at_line_start(uniform, begin):
        above_end = uniform.rfind("\n", 0, begin)
        if above_end < 0:
            break
        above_start = uniform.rfind("\n", 0, above_end) + 1
        start, end = trimmed(uniform, above_start, above_end)
        line = uniform[start:end]
        if (
            not (2 <= len(line) <= 30)
            or re.search(r"[。;!?,:|、>]|计划|范文", line)
            or not _COVER_LINE.search(line)
        ):
            break
        begin = start
    return begin


def _first_line(uniform: str) -> list[_Found]:
    """Take a short first line for the title when nothing else looks like one."""
    start, end = trimmed(uniform, 0, len(uniform))
    line_end = uniform.find("\n", start, end)
    if line_end < 0 or line_end - start > 30:
        return []
    line = uniform[start:line_end].rstrip()
    rest = re.sub(r"[一二三四五六七八九十\d]、(?=\S{1,2}月)", "", line)  # 五、六月份工作安排
    is_name = re.search(r"计划|安排|后勤|总务|行事历|要点", line) and not re.search(r"[。;!?,:、]", rest)
    return [(start, (start, start + len(line)), line_end)] if is_name else []
