"""Days as offices write them: 2026-12-31, 2026.12.31, 2026年12月31日, 20261231; a term of two days; 长期."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from houqin.errors import RuleBroken

DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:[\-/.年](?P<month>\d{1,2})[\-/.月](?P<day>\d{1,2})日?|(?P<mm>\d\d)(?P<dd>\d\d))(?!\d)"
)
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

    Raises `RuleBroken` for what names no day, a month only, or more than two days.
    """
    bare = unicodedata.normalize("NFKC", text)
    days = [day for found in DAY.finditer(bare) if (day := _day(found)) is not None]
    rest, is_for_good = FOR_GOOD.subn("", DAY.sub("", bare))
    is_whole = ROUND.fullmatch(rest) is not None and len(days) == len(DAY.findall(bare))
    if not is_whole or not 1 <= len(days) + is_for_good <= 2 or is_for_good > 1:
        raise RuleBroken(NO_DAY.format(text=text))
    if is_for_good:
        return Term(days[0] if days else None, None)
    return Term(days[0] if len(days) > 1 else None, days[-1])


def _day(found: re.Match[str]) -> date | None:
    """The day that `found` names; None for a 30 February."""
    month, day = found["month"] or found["mm"], found["day"] or found["dd"]
    try:
        return date(int(found["year"]), int(month), int(day))
    except ValueError:
        return None
