"""Cells that stay what they are: a text that a spreadsheet would run as a formula is disarmed, reversibly."""

from __future__ import annotations

# What Excel, WPS and LibreOffice take for the beginning of a formula, the full-width forms included.
STARTERS = "=+-@\t\r\n＝＋－＠"
MARK = "'"
# Most texts begin with none of these, and are let through at the first look.
WATCHED = frozenset(STARTERS + MARK)


def disarmed(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet would calculate it; `as_written` takes it back.

    A text that already has an apostrophe in front of such a beginning gets a second one, so that reading
    never takes away what the writer put there.
    """
    if text[:1] not in WATCHED:
        return text
    bare = text.lstrip(MARK)
    return MARK + text if bare[:1] and bare[0] in STARTERS else text


def as_written(text: str) -> str:
    """The text that `disarmed` was given: our own reader calls this for every cell of a CSV file."""
    bare = text.lstrip(MARK)
    is_marked = text.startswith(MARK) and bare[:1] and bare[0] in STARTERS
    return text[1:] if is_marked else text
