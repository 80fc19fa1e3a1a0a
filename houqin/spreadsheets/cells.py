"""Cells that stay what they are: read as a person sees them, and never written so that they are run."""

from __future__ import annotations

import re
from datetime import date, datetime, time

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


# What a cell's text is freed of: blanks of every kind at its ends, marks that cannot be seen.
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]|_x000D_")
LAST_EXACT = 10**15
ID_NUMBER = re.compile(
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
)


def text_of(value: object) -> str:
    """What a person sees in a cell: whole numbers without .0, days as 2026-11-22, 是 and 否.

    Numbers keep 15 digits, as Excel does: what of an account is lost is not made up, 6.22202123456789e+18 is
    what is there. A time of day behind a day stays only when there is one.
    """
    if type(value) is str:
        return _seen(value)
    match value:
        case bool():
            text = "是" if value else "否"
        case float() if value.is_integer() and abs(value) < 10**20:
            text = _whole(value)
        case float():
            text = f"{value:.15g}"
        case datetime() if value.time() != time.min:
            text = f"{value:%Y-%m-%d %H:%M}"
        case date():
            text = f"{value:%Y-%m-%d}"
        case time():
            text = f"{value:%H:%M}"
        case _:
            text = "" if value is None else _seen(str(value))
    return text


def _whole(value: float) -> str:
    """A whole number; the number of an ID card, so long that digits are lost, must be known to be dropped."""
    text = str(int(value))
    is_kept = abs(value) < LAST_EXACT or ID_NUMBER.fullmatch(text) is not None
    return text if is_kept else f"{value:.15g}"


def _seen(text: str) -> str:
    if not text.isalnum():
        text = UNSEEN.sub("", text.replace("\r\n", "\n")).strip()
    return text


def without_id_number(text: str) -> str:
    """Nothing for the number of an ID card, told by its eighteen places and the birthday in them."""
    return "" if ID_NUMBER.fullmatch(text) else text
