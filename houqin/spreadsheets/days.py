"""Days as offices write them: 2026-12-31, 2026.12.31, 2026年12月31日, 20261231; a term of two days; 长期.

Where a month is all that is written (2027.6, 27年6月, 202706), a term lasts from its first day to its last.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from houqin.errors import RuleBroken

DAY = re.compile(
    r"(?<!\d)(?:(?P<year>(?:(?:19|20)\d\d|\d\d(?=年)))"
    r"[\-/.年](?P<month>\d{1,2})(?:[\-/.月](?P<day>\d{1,2})日?|月)?"
    r"|(?P<yyyy>(?:19|20)\d\d)(?P<mm>\d\d)(?P<dd>\d\d)?)(?!\d)"
)
# A day in a cell without a format is the number of days since the last but one of 1899: 1954 to 2119.
SERIAL = re.compile(r"[2-7]\d{4}")
DAY_ZERO = date(1899, 12, 30)
FOR_GOOD = re.compile("长期(?:有效)?|永久(?:有效)?|无固定期限|无限期")
# What may stand round the days without being one.
ROUND = re.compile(r"(?:有效期|自|从|起|至|到|止|[\-~—–:\s])*")
NO_DAY = "“{text}”认不出是哪一天，请写成“2026-12-31”；长期有效的写“长期”。"


class Term(NamedTuple):
    """From which day, as far as that is said, until which; without a last day for good."""

    first: date | None
    last: date | None


def read_term(text: str) -> Term:
    """What a cell says of how long something holds: one day is the last one, of two the second.

    Raises `RuleBroken` for what names no day, or more than two.
    """
    bare = unicodedata.normalize("NFKC", text)
    if SERIAL.fullmatch(bare):
        return Term(None, DAY_ZERO + timedelta(days=int(bare)))
    spans = [span for found in DAY.finditer(bare) if (span := _span(found)) is not None]
    rest, is_for_good = FOR_GOOD.subn("", DAY.sub("", bare))
    is_whole = ROUND.fullmatch(rest) is not None and len(spans) == len(DAY.findall(bare))
    if not is_whole or not 1 <= len(spans) + is_for_good <= 2 or is_for_good > 1:
        raise RuleBroken(NO_DAY.format(text=text))
    first = spans[0][0] if len(spans) + is_for_good > 1 else None
    return Term(first, None if is_for_good else spans[-1][1])


def _span(found: re.Match[str]) -> tuple[date, date] | None:
    """The day that `found` names, twice, or the first and the last of its month; None for a 30 February."""
    year, month = found["year"] or found["yyyy"], int(found["month"] or found["mm"])
    whole_year = int(year) if len(year) == 4 else 2000 + int(year)
    day = found["day"] or found["dd"]
    try:
        if day is not None:
            return (named := date(whole_year, month, int(day))), named
        return date(whole_year, month, 1), date(whole_year, month, monthrange(whole_year, month)[1])
    except ValueError:
        return None
