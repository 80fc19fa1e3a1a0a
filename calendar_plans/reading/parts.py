"""The prose parts of a plan: guiding idea, goals, measures, and what introduces the schedule."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from .outline import Node
from .pieces import Piece
from .plain import skip_blanks

_SCHEDULE_NAME = re.compile(r"[^\s。;,:]{0,10}(?:安排|计划|进程|日程|历|表|要点|工作)(?:如下)?")
_AFTER_NAME = " \t\n:,、。;])>"


class _Parts:
    def __init__(self, uniform: str, roots: list[Node], stops: list[int]) -> None:
        self.uniform = uniform
        self.root_starts = [root.start for root in roots]
        self.starts = sorted({*(node.start for node in _walk(roots)), *stops})
        self.stops = stops
        self.pieces: list[Piece] = []
        self.guided = False

    def end_of(self, start: int) -> int:
        """Return where the own words of what begins at ``start`` end."""
        return self.starts[bisect_right(self.starts, start)]

    def emit(self, node: Node, depth: int) -> None:
        """Add the pieces of ``node`` and everything under it."""
        role = node.role
        names_parts = any(child.role in ("指导思想", "工作目标") for child in node.children)
        if names_parts and role in ("指导思想", "工作目标"):
            self._heading(node)
            self._children(node, depth)
        elif role == "指导思想" and not self.guided:
            self.guided = True
            self.pieces.append(Piece(node.start, "guiding", self._after_name(node)))
        elif role == "工作目标":
            self._goals(node)
        elif role in ("引言", "情况分析", "结语"):
            self.pieces.append(Piece(node.start, "left_out", node.start, label=role))
        elif (role == "月安排" and self._opens_schedule(node)) or self._names_schedule(node):
            self._heading(node)
        elif role in ("主要措施", "月安排"):
            self._umbrella(node, depth)
        else:
            self.pieces.append(Piece(node.start, "measure", node.body, number=node.number, depth=depth))
            self._children(node, depth + 1)

    def _children(self, node: Node, depth: int) -> None:
        for child in node.children:
            self.emit(child, depth)

    def _heading(self, node: Node) -> None:
        begin = node.body
        while begin < node.role_end and self.uniform[begin] in "[(<":
            begin += 1
        self.pieces.append(
            Piece(node.start, "heading", node.body, words=(begin, node.role_end), label=node.role or "")
        )

    def _after_name(self, node: Node) -> int:
        position, end = node.role_end, self.end_of(node.start)
        while position < end and self.uniform[position] in _AFTER_NAME:
            position += 1
        return position

    def _goals(self, node: Node) -> None:
        """One goal a number, else one a paragraph; what only announces the numbers stays with the heading."""
        self._heading(node)
        body, end = self._after_name(node), self.end_of(node.start)
        if not (node.children and self._announces(body, end)):
            self.pieces += [Piece(start, "goal", start) for start in _paragraphs(self.uniform, body, end)]
        for child in node.children:
            self._goal(child)

    def _goal(self, node: Node) -> None:
        """Add a goal; where it only announces goals of its own (具体目标:1、…) these are the goals."""
        announces = bool(node.children) and self._announces(node.body, self.end_of(node.start))
        if announces:
            self.pieces.append(Piece(node.start, "heading", node.body, label="工作目标"))
        else:
            self.pieces.append(Piece(node.start, "goal", node.body, number=node.number))
        for child in node.children:
            self._goal(child)

    def _umbrella(self, node: Node, depth: int) -> None:
        """主要工作及措施: its children are the measures; text of its own is a measure without number."""
        self._heading(node)
        body, end = self._after_name(node), self.end_of(node.start)
        if not (node.children and self._announces(body, end)):
            self.pieces += [
                Piece(start, "measure", start, depth=depth) for start in _paragraphs(self.uniform, body, end)
            ]
        self._children(node, depth)

    def _announces(self, start: int, end: int) -> bool:
        own = self.uniform[start:end].rstrip()
        return not own or own.endswith((":", "如下", "如下。"))

    def _names_schedule(self, node: Node) -> bool:
        """Say whether an outermost heading (三、大事安排) stands right before the first month."""
        end = self.end_of(node.start)
        if node.children or node.depth or node.role is not None or end not in self.stops[:-1]:
            return False
        node.role_end = node.body + len(self.uniform[node.body : end].rstrip(" \t\n:。"))
        named = _SCHEDULE_NAME.fullmatch(self.uniform, node.body, node.role_end) is not None
        node.role = "月安排" if named else None
        return named

    def _opens_schedule(self, node: Node) -> bool:
        """Say whether a month heading comes before the next outer heading."""
        next_root = bisect_right(self.root_starts, node.start)
        limit = self.root_starts[next_root] if next_root < len(self.root_starts) else self.stops[-1]
        next_stop = self.stops[bisect_right(self.stops, node.start)]
        return next_stop < limit and next_stop != self.stops[-1]


def part_pieces(uniform: str, roots: list[Node], stops: list[int]) -> list[Piece]:
    """Return the pieces of the outline; ``stops`` are the month headings' starts and the text's end."""
    parts = _Parts(uniform, roots, stops)
    for root in roots:
        parts.emit(root, 0)
    return parts.pieces


def _walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _paragraphs(uniform: str, start: int, end: int) -> list[int]:
    """Return where each paragraph begins: a new line, or a blank after the end of a sentence."""
    first = skip_blanks(uniform, start, end)
    if first >= end:
        return []
    cuts = [match.end() for match in re.compile(r"\n\s*|(?<=[。;!])\s+").finditer(uniform, first, end)]
    return [first, *(cut for cut in cuts if cut < end and uniform[cut:end].strip())]
