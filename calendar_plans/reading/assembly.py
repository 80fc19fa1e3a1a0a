"""From closed pieces to the plan that the user sees."""

import re

from .pieces import Piece
from .plain import RUNS_ON, trimmed
from .proposal import Goal, Guiding, Heading, Item, LeftOut, Measure, Section, Span

HEADING_LIMIT = 30
"""A first sentence longer than this is text, not the heading of a measure."""

_BREAK = re.compile(r"[。;!]\s*|\n\s*|[ \t]+(?::\s*)?|:\s*")
_UNFINISHED = ("做好", "做到", "是", "有", "包括", "如下", "加强", "即", "为")


class Assembly:
    """Turns the pieces of one plan into its typed parts."""

    def __init__(self, text: str, uniform: str, pieces: list[Piece]) -> None:
        self.text = text
        self.uniform = uniform
        self.pieces = pieces

    def headings(self) -> tuple[Heading, ...]:
        """Return the title, the names of the parts, and group headings inside months."""
        return tuple(
            Heading(self._words(piece), Span(piece.start, piece.end), piece.label)
            for piece in self._of("heading")
        )

    def guiding(self) -> Guiding | None:
        """Return the guiding idea, if the plan has one."""
        piece = next(iter(self._of("guiding")), None)
        return Guiding(self._words(piece), Span(piece.start, piece.end)) if piece else None

    def goals(self) -> tuple[Goal, ...]:
        """Return the goals in order."""
        return tuple(Goal(self._words(piece), Span(piece.start, piece.end)) for piece in self._of("goal"))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return what belongs to nothing, with the reason."""
        return tuple(
            LeftOut(self._words(piece), Span(piece.start, piece.end), piece.label)
            for piece in self._of("left_out")
        )

    def sections(self) -> tuple[Section, ...]:
        """Return the schedule: every section with the items that follow its heading."""
        found: list[Section] = []
        lead: Piece | None = None
        items: list[Item] = []
        for piece in self.pieces:
            if piece.kind == "section":
                found += [self._section(lead, items)] if lead else []
                lead, items = piece, []
            elif piece.kind == "item":
                items.append(Item(piece.number, self._words(piece), Span(piece.start, piece.end)))
        found += [self._section(lead, items)] if lead else []
        return tuple(found)

    def measures(self) -> tuple[Measure, ...]:
        """Return the measures as a tree, following the depth of each piece."""
        return self._tree(self._of("measure"))

    def _of(self, kind: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == kind]

    def _words(self, piece: Piece) -> str:
        start, end = trimmed(self.uniform, *(piece.words or (piece.body, piece.end)))
        return self.text[start:end]

    def _section(self, lead: Piece, items: list[Item]) -> Section:
        end = items[-1].span.end if items else lead.end
        return Section(
            self._words(lead), lead.months, tuple(items), Span(lead.start, end), Span(lead.start, lead.end)
        )

    def _tree(self, pieces: list[Piece]) -> tuple[Measure, ...]:
        if not pieces:
            return ()
        outermost = pieces[0].depth
        branches: list[list[Piece]] = []
        for piece in pieces:
            if piece.depth <= outermost or not branches:
                branches.append([])
            branches[-1].append(piece)
        return tuple(self._measure(branch[0], self._tree(branch[1:])) for branch in branches)

    def _measure(self, piece: Piece, children: tuple[Measure, ...]) -> Measure:
        heading, words = self._heading_and_text(piece, bool(children))
        end = max(piece.end, children[-1].span.end) if children else piece.end
        return Measure(
            piece.number, heading, words, children, Span(piece.start, end), Span(piece.start, piece.end)
        )

    def _heading_and_text(self, piece: Piece, has_children: bool) -> tuple[str, str]:
        """Split a measure's own words: a short first sentence, line or word before a colon is its heading.

        A single sentence with nothing under it is the measure itself, not a heading.
        """
        start, end = trimmed(self.uniform, piece.body, piece.end)
        for match in _BREAK.finditer(self.uniform, start, end):
            length = match.start() - start
            if length > HEADING_LIMIT or (
                not has_children and self.uniform.count(",", start, match.start()) > 1
            ):
                break
            if self.uniform.count("(", start, match.start()) > self.uniform.count(")", start, match.start()):
                continue
            if match.group()[0] == ":" and self._is_sentence(start, match.start()):
                continue
            if match.group()[0] in " \t" and self.uniform.endswith(RUNS_ON, start, match.start()):
                continue
            if length > 0 and self.uniform[match.end() : end].strip(" \n、,。;:"):
                return self.text[start : match.start()], self.text[match.end() : end]
        if has_children and end - start <= HEADING_LIMIT * 2:
            while end > start and self.uniform[end - 1] in "。:;":
                end -= 1
            return self.text[start:end], ""
        return "", self.text[start:end]

    def _is_sentence(self, start: int, end: int) -> bool:
        """Say whether words before a colon are half a sentence (不得随意借出:损坏…) (§E trap 11)."""
        words = self.uniform[start:end]
        return (
            len(words) > 8
            or words.endswith(_UNFINISHED)
            or re.search("[,()不须应要者得勿均]", words) is not None
        )
