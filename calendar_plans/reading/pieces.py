"""The one form in which every stage hands on what it found.

A piece begins at ``start`` and ends where the next one begins. As every piece is only a beginning, pieces
cannot leave a gap and cannot overlap: this is how the spans come to tile the source, whatever the stages
decide.
"""

from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["heading", "guiding", "goal", "measure", "section", "item", "left_out"]


@dataclass(slots=True)
class Piece:
    """A beginning in the source, with what begins there."""

    start: int
    kind: PieceKind
    body: int
    """Where the words begin, after number mark and heading."""
    number: int | None = None
    depth: int = 0
    """Nesting of a measure; 0 for the outermost."""
    months: tuple[int, ...] = ()
    words: tuple[int, int] | None = None
    """Span of a heading's words where they are not simply all of the piece."""
    label: str = ""
    """A heading's role, or why something is left out."""
    end: int = 0


def close(pieces: list[Piece], start: int, end: int) -> list[Piece]:
    """Sort the pieces, drop empty ones, and give each its end so that they cover ``[start, end)``."""
    ordered: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: p.start):
        piece.start = max(piece.start, start)
        if ordered and ordered[-1].start == piece.start:
            ordered.pop()
        if piece.start < end:
            ordered.append(piece)
    if ordered:
        ordered[0].start = start
    for piece, after in zip(ordered, [*(p.start for p in ordered[1:]), end], strict=True):
        piece.end = after
        piece.body = min(max(piece.body, piece.start), after)
        if piece.words and not piece.start <= piece.words[0] <= piece.words[1] <= after:
            piece.words = None
    return ordered
