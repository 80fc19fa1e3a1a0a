"""The plan's own period, from its title and the order of its months (§E trap 8); never from a month alone."""

import re

from .marks import han_number
from .proposal import Period, PeriodKind

_TERM = re.compile(r"学期|[上下]期|[春秋]季|[春秋]期")
_SCHOOL_YEAR = re.compile(r"学年")
_YEAR = re.compile(
    r"年度|全年|(?:20[\dXx×*]{2}|[二2][0〇○零][\d一二三四五六七八九〇○零Xx×]{2})年(?!.*半年)"
    r"(?!度?(?:1?\d|[一二三四五六七八九十元]{1,2})月)"
)
# (2024.9-2025.1): the months that a title itself names.
_RANGE = re.compile(r"20\d\d\s?[年.](\d{1,2})月?\s?[-~至到]{1,2}\s?(?:20\d\d\s?[年.])?(\d{1,2})(?!\d)月?")
_CALENDAR_YEAR = re.compile(r"20\d\d|[二][〇○零0][一二三四五六七八九〇○零]{2}")
_SECOND_TERM = re.compile(r"第二学期|下学期|下期|春季|春期")


def period_of(title: str, months_of_sections: list[tuple[int, ...]]) -> Period:
    """Return the plan's period; ``kind`` is None where neither title nor months tell it."""
    months = _in_order(months_of_sections) or _named_months(title)
    kind = _kind(title, months)
    return Period(kind, months, _first_year(title, kind, months))


def _named_months(title: str) -> tuple[int, ...]:
    """Return the months from first to last that a title like 2024年9月-2025年1月 names."""
    found = _RANGE.search(title)
    if found is None:
        return ()
    first, last = int(found[1]), int(found[2])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return ()
    return tuple((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))


def _in_order(months_of_sections: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the months in the plan's order; a month named again counts only after a whole year."""
    months: list[int] = []
    for month in (month for section in months_of_sections for month in section):
        if month not in months or (len(months) == 12 and month == months[0]):
            months.append(month)
    return tuple(months)


def _kind(title: str, months: tuple[int, ...]) -> PeriodKind | None:
    if _TERM.search(title):
        return "学期"
    if months[:1] == (1,) and _YEAR.search(title):
        return "年度"  # no term begins in January
    by_months = _kind_of_months(months)
    if by_months is not None:
        return by_months
    if _SCHOOL_YEAR.search(title):
        return "学年"
    return "年度" if _YEAR.search(title) else None


def _kind_of_months(months: tuple[int, ...]) -> PeriodKind | None:
    """Tell the period by the first and last month: 二…十二→元 a year, 八…元 a term, 二…七 a term, 八/九…七 a
    school year.

    Months that leave it open (a single month, a quarter) give None, and the title decides.
    """
    if len(months) < 2:
        return None
    first, last = months[0], months[-1]
    if first in (8, 9):
        return "学期" if last in (12, 1, 2) and len(months) <= 7 else "学年" if last in (5, 6, 7, 8) else None
    if first in (1, 2, 3):
        if last in (5, 6, 7, 8):
            return "学期"
        return "年度" if last in (11, 12, 1) else None
    return None


def _first_year(title: str, kind: PeriodKind | None, months: tuple[int, ...]) -> int | None:
    found = _CALENDAR_YEAR.findall(title)
    if not found:
        return None
    years = [int(word) if word.isdigit() else _spelt_year(word) for word in found]
    starts_in_second_half = len(years) > 1 and bool(
        _SECOND_TERM.search(title) or (kind == "学期" and months and months[0] in (1, 2, 3))
    )
    return years[1] if starts_in_second_half else years[0]


def _spelt_year(word: str) -> int:
    digits = "".join(
        "0" if char in "〇○零0" else str(han_number(char)) if char not in "二" else "2" for char in word
    )
    return int(digits)
