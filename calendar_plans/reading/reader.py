"""Reading a plan: prose in, a proposal out (see ``proposal`` for what the spans promise).

The stages, each in a room of its own: the text is made uniform (``plain``), cut into plans (``titles``),
searched for number marks (``marks``) and month headings (``months``); what surrounds the plan is set apart
(``debris``); the marks are folded into a tree (``outline``) whose parts are told by their names (``roles``);
the months' items are chosen (``schedule``); everything becomes pieces (``pieces``), and the pieces a plan
(``assembly``, ``period``).
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from . import debris
from .assembly import Assembly
from .marks import Mark, find_marks, marks_between, opens_count
from .months import TimeHeading, month_of_title, time_headings
from .outline import Node, Outline
from .parts import part_pieces
from .period import period_of
from .pieces import Piece, PieceKind, close
from .plain import at_line_start, is_chinese, plain, skip_blanks, trimmed
from .proposal import PlanDraft, Reading, Span
from .roles import Role, heading_lines, role_of, unmarked_headings
from .schedule import section_pieces
from .terms import TermHeading, term_headings
from .titles import PlanPlace, plan_places

INTRODUCTION = "引言"
BEFORE_TITLE = "标题前的文字"
NO_STRUCTURE = "没有看出计划的结构"
BLANK = "空白"


def read_plans(text: str) -> Reading:
    """Read every plan in ``text``.

    Never raises, whatever the text; an empty text has no plans, any other at least one. Reading is a
    proposal: what could not be placed stands in ``left_out`` with the reason.
    """
    if not text:
        return Reading(text, ())
    uniform = plain(text)
    return Reading(text, tuple(_read_place(text, uniform, place) for place in plan_places(uniform)))


def _read_place(text: str, uniform: str, place: PlanPlace) -> PlanDraft:
    title = "".join(text[slice(*place.title)].split())
    scan = _scan(uniform, place, title)
    body = _body_pieces(scan)
    month = month_of_title(uniform, *place.title) if _is_flat(scan, body) else None
    if month is not None:
        pieces = _month_plan_pieces(scan, month)
    else:
        pieces = _front_pieces(uniform, place) + _intro_pieces(scan, body) + body
    pieces += _page_number_pieces(scan)
    pieces += [Piece(cut.start, "left_out", cut.start, label=cut.why) for cut in scan.cuts]
    if not pieces:
        pieces = [Piece(place.start, "left_out", place.start, label=NO_STRUCTURE if text.strip() else BLANK)]
    assembly = Assembly(text, uniform, close(pieces, place.start, place.end))
    sections = assembly.sections()
    return PlanDraft(
        title=title,
        span=Span(place.start, place.end),
        period=period_of(plain(title), [section.months for section in sections]),
        guiding=assembly.guiding(),
        headings=assembly.headings(),
        goals=assembly.goals(),
        measures=assembly.measures(),
        sections=sections,
        left_out=assembly.left_out(),
    )


@dataclass(slots=True)
class _Scan:
    """Everything that was seen in one plan before it is put together."""

    uniform: str
    place: PlanPlace
    marks: list[Mark]
    times: list[TimeHeading]
    named: list[tuple[int, int, Role]]
    terms: list[TermHeading]
    cuts: list[debris.Cut] = field(default_factory=list)
    end: int = 0
    """Where the plan's own text ends and what is cut off begins."""


def _scan(uniform: str, place: PlanPlace, title: str) -> _Scan:
    start, end = place.title_end, place.end
    marks = find_marks(uniform, start, end)
    times = _with_content(uniform, time_headings(uniform, marks, start, end), end)
    own = times[-1].body if times else debris.own_text(uniform, marks, start, end)
    cuts = debris.tail(uniform, own, end, title)
    end = cuts[0].start if cuts else end
    last = max(
        [time.body for time in times]
        + [m.body for m in marks if m.firm and m.body < end and not m.counting]
        + [start]
    )
    for begin, why in (
        (debris.stray_number(uniform, last, end), debris.PAGE_NUMBER),
        (debris.closing(uniform, last, end), debris.CLOSING),
        (debris.remark(uniform, last, end), debris.REMARK),
    ):
        if begin is not None and begin < end:
            cuts.insert(0, debris.Cut(begin, why))
            end = begin
    times = _with_content(uniform, [time for time in times if time.body <= end], end)
    terms = term_headings(uniform, marks, times, start)
    marks = _outside(times, terms, [mark for mark in marks if mark.body <= end])
    bodies = {mark.body for mark in marks}
    named = [name for name in unmarked_headings(uniform, start, end) if name[0] not in bodies]
    return _Scan(uniform, place, marks, times, named, terms, cuts, end)


def _with_content(uniform: str, times: list[TimeHeading], end: int) -> list[TimeHeading]:
    """Drop month words with nothing behind them: a date under the signature, not a heading.

    A colon says that it is one; then the month or week only has no tasks.
    """
    while times and not uniform[times[-1].body : end].strip() and uniform[times[-1].body - 1] != ":":
        times = times[:-1]
    return times


def _outside(times: list[TimeHeading], terms: list[TermHeading], marks: list[Mark]) -> list[Mark]:
    """Drop the marks that are part of a month's or term's heading (五、六月份)."""
    places = [(time.start, time.body) for time in times] + [(term.start, term.body) for term in terms]
    within = {mark.start for start, body in places for mark in marks_between(marks, start, body)}
    return [mark for mark in marks if mark.start not in within]


def _body_pieces(scan: _Scan) -> list[Piece]:
    """Walk from month to month: prose, sections, and prose again where the schedule is left."""
    outline = Outline(scan.uniform)
    pieces = [Piece(term.start, "heading", term.start, words=term.name, label="学期") for term in scan.terms]
    starts = {term.body: term.start for term in scan.terms}
    limits = [*(starts.get(time.start, time.start) for time in scan.times), scan.end]
    _read_prose(scan, outline, scan.place.title_end, limits[0])
    for time, limit in zip(scan.times, limits[1:], strict=True):
        leave = _leaving(scan, outline, time, limit)
        pieces.append(Piece(time.start, "section", time.body, months=time.months, words=time.name))
        pieces += section_pieces(scan.uniform, marks_between(scan.marks, time.body, leave), time.body, leave)
        if leave < limit:
            _read_prose(scan, outline, leave, limit)
    return pieces + part_pieces(scan.uniform, outline.roots, sorted(limits))


def _read_prose(scan: _Scan, outline: Outline, start: int, end: int) -> None:
    """Feed the marks and the named headings of ``[start, end)`` to the outline and tell each node's role."""
    marks = [(mark.start, mark, None) for mark in marks_between(scan.marks, start, end)]
    named = [(name[0], None, name) for name in _named_between(scan, start, end)]
    inside = [mark for _, mark, _ in marks]
    lines = [(begin, None, None) for begin in heading_lines(scan.uniform, inside, start, end)]
    name_end = -1
    for begin, mark, name in sorted([*marks, *named, *lines], key=lambda token: token[0]):
        if mark is not None:
            glued = begin == name_end or opens_count(scan.uniform, inside, mark)
            node = outline.add_mark(replace(mark, firm=True) if glued else mark)
            name_end = -1
            if node is not None:
                _tell_role(scan, node, outline.above(node), end)
                outline.numbers_its_parts |= node.depth == 0 and node.role is not None
                name_end = node.role_end
        elif name is not None and _named_counts(scan, outline, name):
            node = outline.add_heading(name[0])
            node.role, node.role_end = name[2], name[1]
            name_end = node.role_end
        elif name is None:
            outline.add_line(begin)


def _tell_role(scan: _Scan, node: Node, above: Node | None, end: int) -> None:
    """Tell what ``node`` is for; under 工作目标 a 服务目标 is one of the goals, not a part of the plan."""
    found = role_of(scan.uniform, node.body, end)
    if found is None:
        return
    if above is not None and above.role == found[0] == "工作目标" and _only_goals(scan, above):
        return
    if node.depth == 0 or found[0] in ("指导思想", "工作目标"):
        node.role, node.role_end = found


def _only_goals(scan: _Scan, node: Node) -> bool:
    return re.search("思想|思路", scan.uniform[node.body : node.role_end]) is None


def _named_counts(scan: _Scan, outline: Outline, name: tuple[int, int, Role]) -> bool:
    """A name without a number is a heading of its own only where the plan does not number its parts.

    The schedule's name is the exception: it follows the last measure without any number (§E trap 4), and
    counts when a month heading comes soon after it.
    """
    if name[2] == "结语":
        return True
    if name[2] == "月安排":
        following = bisect_left(scan.times, name[1], key=lambda time: time.start)
        return following < len(scan.times) and scan.times[following].start <= name[1] + 120
    return not outline.numbers_its_parts


def _named_between(scan: _Scan, start: int, end: int) -> list[tuple[int, int, Role]]:
    low = bisect_left(scan.named, start, key=lambda name: name[0])
    return scan.named[low : bisect_left(scan.named, end, low, key=lambda name: name[0])]


def _leaving(scan: _Scan, outline: Outline, time: TimeHeading, limit: int) -> int:
    """Return where the schedule is left: at the plan's next outer number (五、保障措施).

    Where the months themselves are numbered (三、十一月), the number after theirs is the next outer one.
    """
    start = time.body
    inside = marks_between(scan.marks, start, limit)
    items = inside[0].family if inside else ""
    for mark in inside:
        known = role_of(scan.uniform, mark.body, limit) is not None
        if (
            mark.firm
            and not mark.counting
            and (outline.next_of_top(mark) or _next_of(time.mark, mark))
            and (known or (mark.family in ("han", "part") and (items != mark.family or mark is inside[0])))
        ):
            return mark.start
    # 重点工作: is also how a month's own tasks are grouped; only these names end the schedule.
    ends = [name for name in _named_between(scan, start, limit) if name[2] not in ("月安排", "主要措施")]
    names = [name[0] for name in ends if at_line_start(scan.uniform, name[0], start)]
    return min(names, default=limit)


def _next_of(before: Mark | None, mark: Mark) -> bool:
    return (
        before is not None
        and before.number is not None
        and before.family == mark.family
        and mark.number == before.number + 1
    )


def _front_pieces(uniform: str, place: PlanPlace) -> list[Piece]:
    pieces: list[Piece] = []
    front = uniform[place.start : place.title_start]
    if front.strip():
        why = debris.WEB if debris.is_web_line(front) else BEFORE_TITLE
        pieces.append(Piece(place.start, "left_out", place.start, label=why))
    if place.title[0] < place.title[1]:
        pieces.append(Piece(place.title_start, "heading", place.title[0], words=place.title, label="标题"))
    return pieces


def _is_flat(scan: _Scan, body: list[Piece]) -> bool:
    """Say whether a plan has neither months nor named parts: nothing but tasks."""
    return not scan.times and all(piece.kind == "measure" for piece in body)


def _month_plan_pieces(scan: _Scan, month: TimeHeading) -> list[Piece]:
    """Return a sheet for a single month: its title is the section's heading, all below are the tasks."""
    place = scan.place
    front = [piece for piece in _front_pieces(scan.uniform, place) if piece.kind == "left_out"]
    heading = Piece(place.title_start, "section", place.title_end, months=month.months, words=month.name)
    inside = marks_between(scan.marks, place.title_end, scan.end)
    return [*front, heading, *section_pieces(scan.uniform, inside, place.title_end, scan.end)]


def _intro_pieces(scan: _Scan, body: list[Piece]) -> list[Piece]:
    """Place what stands between the title and the first heading.

    Web lines and signatures are left out; the rest is the guiding idea when the plan names none, else an
    introduction. Without any heading at all, each paragraph is a measure without number.
    """
    start = scan.place.title_end
    first = min([piece.start for piece in body], default=scan.end)
    has_guiding = any(piece.kind == "guiding" for piece in body)
    titled = scan.place.title[0] < scan.place.title[1]
    found: list[Piece] = []
    for begin, end in _lines(scan.uniform, start, first):
        line = scan.uniform[begin:end]
        if found and found[-1].label in ("guiding", INTRODUCTION) and _is_wrapped(scan.uniform, begin):
            continue
        if debris.is_web_line(line) and len(line) < 120:
            label = debris.WEB
        elif debris.is_table_head(line):
            label = "表头"
        elif not body:
            label = "" if titled else NO_STRUCTURE
        elif len(line) < 10 or re.fullmatch(r"\(.{1,40}\)", line):
            label = "副标题"
        else:
            label = INTRODUCTION if has_guiding else "guiding"
        if found and found[-1].label == label and label:
            continue
        kind: PieceKind = "measure" if not label else "guiding" if label == "guiding" else "left_out"
        has_guiding = has_guiding or label == "guiding"
        found.append(Piece(begin, kind, begin, label=label))
    return found


def _is_wrapped(uniform: str, begin: int) -> bool:
    """Say whether the line at ``begin`` goes on with a sentence that the line above broke off."""
    above = uniform[max(0, begin - 20) : begin].rstrip()[-1:]
    return is_chinese(above) or above in ",、"


def _page_number_pieces(scan: _Scan) -> list[Piece]:
    """Set apart lines that are only a page number; inside a task they stay, its text is not torn."""
    fresh = (
        {mark.start for mark in scan.marks if mark.line} | {time.start for time in scan.times} | {scan.end}
    )
    found = []
    for begin, end in _lines(scan.uniform, scan.place.title_end, scan.end):
        is_page = end - begin <= 20 and debris.is_page_line(scan.uniform[begin:end])
        if is_page and skip_blanks(scan.uniform, end, scan.end) in fresh:
            found.append(Piece(begin, "left_out", begin, label=debris.PAGE_NUMBER))
    return found


def _lines(uniform: str, start: int, end: int) -> list[tuple[int, int]]:
    lines = [
        trimmed(uniform, match.start(), match.end())
        for match in re.compile(r"[^\n]+").finditer(uniform, start, end)
    ]
    return [(begin, stop) for begin, stop in lines if uniform[begin:stop].strip(" :")]
