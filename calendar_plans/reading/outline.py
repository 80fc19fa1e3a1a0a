"""The tree of number marks: which goes deeper, which goes on, which is no mark at all (§E traps 9, 10)."""

from dataclasses import dataclass, field

from .marks import Mark
from .plain import SENTENCE_END
from .roles import Role

_UPPER = ("words", "part", "han", "han_bracket")

MAX_DEPTH = 8
"""No plan nests deeper; what looks deeper is running text."""


@dataclass(slots=True)
class Node:
    """A heading or a numbered matter, with what is numbered under it."""

    start: int
    body: int
    number: int | None
    depth: int
    children: list["Node"] = field(default_factory=list)
    role: Role | None = None
    role_end: int = 0
    """Where the words of the role's heading end."""
    end: int = 0


@dataclass(slots=True)
class _Level:
    styles: set[str]
    family: str
    last: int | None
    node: Node


class Outline:
    """Folds marks, in the order of the text, into a forest of nodes."""

    def __init__(self, uniform: str) -> None:
        self.uniform = uniform
        self.roots: list[Node] = []
        self.numbers_its_parts = False
        """A part of the plan (指导思想, 工作目标…) was found with a number before it."""
        self._levels: list[_Level] = []
        self._latest_body = 0

    def add_mark(self, mark: Mark) -> Node | None:
        """Place ``mark`` in the tree; None if it is no mark but part of the running text."""
        if self._leaves_guiding(mark):
            self._levels.clear()
        depth = self._depth_for(mark)
        if depth is None or depth >= MAX_DEPTH:
            return None
        node = self._attach(mark.start, mark.body, mark.number, depth)
        if depth < len(self._levels) and self._levels[depth].family == mark.family:
            level = self._levels[depth]
            del self._levels[depth + 1 :]
            level.last, level.node = mark.number, node
            level.styles.add(mark.style)
        else:
            self._levels[depth:] = [_Level({mark.style}, mark.family, mark.number, node)]
        return node

    def add_heading(self, start: int) -> Node:
        """Add a heading without number; it stands at the top and closes everything open."""
        self._levels.clear()
        node = self._attach(start, start, None, 0)
        self._levels.append(_Level({"words"}, "words", None, node))
        return node

    def add_line(self, start: int) -> Node:
        """Add a short line that heads the count from one below it, right under the upper headings."""
        upper = [d for d, level in enumerate(self._levels) if level.family in _UPPER]
        depth = upper[-1] + 1 if upper else 0
        node = self._attach(start, start, None, depth)
        self._levels[depth:] = [_Level({"line"}, "line", None, node)]
        return node

    def above(self, node: Node) -> Node | None:
        """Return the open node one level above ``node``, the one added last."""
        return self._levels[node.depth - 1].node if node.depth else None

    def next_of_top(self, mark: Mark) -> bool:
        """Say whether ``mark`` goes on with the plan's outermost numbers (used to leave the schedule)."""
        top = next((level for level in self._levels if level.family != "words"), None)
        return (
            top is not None
            and top.family == mark.family
            and top.last is not None
            and mark.number == top.last + 1
        )

    def _leaves_guiding(self, mark: Mark) -> bool:
        """Say whether a count from one leaves an unnumbered 指导思想 that does not announce it.

        Otherwise the guiding idea would take in the whole plan.
        """
        if len(self._levels) != 1 or not (mark.firm and mark.number == 1) or mark.counting:
            return False
        level = self._levels[0]
        before = self.uniform[max(level.node.role_end, mark.start - 20) : mark.start].rstrip()
        return (
            level.family == "words"
            and level.node.role == "指导思想"
            and len(before) > 1
            and not before.endswith((":", "如下"))
        )

    def _attach(self, start: int, body: int, number: int | None, depth: int) -> Node:
        node = Node(start, body, number, depth)
        (self._levels[depth - 1].node.children if depth else self.roots).append(node)
        self._latest_body = body
        return node

    def _depth_for(self, mark: Mark) -> int | None:
        if mark.number is None:
            return self._depth_of_bullet(mark)
        going_on = self._level_with(mark, mark.number - 1)
        if going_on is not None:
            return going_on if mark.firm or not mark.counting else None
        if not mark.firm or (mark.counting and self._open_family(mark) is not None):
            return None
        if mark.number == 1:
            return self._depth_of_first(mark)
        return self._depth_after_gap(mark)

    def _level_with(self, mark: Mark, last: int) -> int | None:
        """Find the level whose last number is ``last``: first by punctuation, then by family."""
        deep_first = range(len(self._levels) - 1, -1, -1)
        same = [
            d for d in deep_first if self._levels[d].family == mark.family and self._levels[d].last == last
        ]
        return next((d for d in same if mark.style in self._levels[d].styles), same[0] if same else None)

    def _open_family(self, mark: Mark) -> int | None:
        depths = range(len(self._levels) - 1, -1, -1)
        return next((d for d in depths if self._levels[d].family == mark.family), None)

    def _depth_of_first(self, mark: Mark) -> int:
        """A new count from one: a level deeper, unless it starts over where nothing was announced."""
        open_depth = self._open_family(mark)
        if open_depth is None and self._rises_above_digits(mark):
            return 0
        if open_depth is None or (open_depth < len(self._levels) - 1 and mark.family not in ("han", "part")):
            return len(self._levels)
        before = self.uniform[self._latest_body : mark.start].rstrip()
        announced = len(before) <= 40 and not before.endswith(tuple(SENTENCE_END.replace(":", "")))
        return len(self._levels) if announced and mark.family not in ("han", "part") else open_depth

    def _rises_above_digits(self, mark: Mark) -> bool:
        """Say whether (一) on a fresh line closes an outermost 1、 2、 3、 that ended with full sentences."""
        outermost = self._levels[0] if self._levels else None
        return (
            outermost is not None
            and outermost.family == "digit"
            and (outermost.last or 0) > 1
            and mark.family == "han_bracket"
            and mark.line
            and self.uniform[self._latest_body : mark.start].rstrip().endswith(("。", ";"))
        )

    def _depth_after_gap(self, mark: Mark) -> int | None:
        """A number was skipped (1, 2, 4): stay on the level that is nearest below it."""
        if mark.number is None:
            return None
        depths = range(len(self._levels) - 1, -1, -1)
        fitting = [
            d
            for d in depths
            if self._levels[d].family == mark.family
            and (last := self._levels[d].last) is not None
            and last < mark.number <= last + 5
        ]
        if fitting:
            return next((d for d in fitting if mark.style in self._levels[d].styles), fitting[0])
        if self._open_family(mark) is None and mark.line and not mark.counting:
            return len(self._levels)
        return None

    def _depth_of_bullet(self, mark: Mark) -> int:
        open_depth = self._open_family(mark)
        return len(self._levels) if open_depth is None else open_depth
