"""Where the words of a search stand: in a text, and in which of the columns of what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from houqin.search.columns import fold

# How many characters of a text stand before the first word that was found in it, and from there on.
BEFORE, FROM_THERE = 12, 36


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What people call a column, and the piece of it in which a word stands."""

    label: str
    text: str


def excerpt_of(row: Any, words: str, *, shown: str) -> Excerpt | None:
    """The piece of `row`'s searched columns with the first of `words` that does not stand in what is `shown`.

    None where all stand there, or were found by their initials. It reads only what was read with the row, and
    shows only what was searched: whoever may find the row by a column may see what stands in it.
    """
    missing = [word for word in fold(words).split() if word not in _folded(shown)]
    for name in row._meta.get_field("grams").sources if missing else ():
        text = " ".join(str(row.__dict__.get(name) or "").split())
        at = min((place for word in missing if (place := _folded(text).find(word)) >= 0), default=-1)
        if at >= 0 and name != "search_key":
            return Excerpt(str(row._meta.get_field(name).verbose_name), _around(text, at))
    return None


def pieces(text: str, words: str) -> Iterator[tuple[str, bool]]:
    """`text` cut where one of `words` begins or ends, each piece with whether it is one of them."""
    is_found = [False] * len(text)
    folded = _folded(text)
    for word in fold(words).split():
        at = folded.find(word)
        while at >= 0:
            is_found[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + len(word))
    begun = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or is_found[place] != is_found[begun]:
            yield text[begun:place], is_found[begun]
            begun = place


def _around(text: str, at: int) -> str:
    begin, end = max(0, at - BEFORE), at + FROM_THERE
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def _folded(text: str) -> str:
    """`text` as the search sees it, as long as it was: a letter that has no single small one stays."""
    return "".join(small if len(small := fold(each)) == 1 else each for each in text)
