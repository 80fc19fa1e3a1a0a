"""Until when something holds, as offices write it."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.errors import RuleBroken
from houqin.spreadsheets.days import read_term

FIRST, LAST = date(2021, 12, 31), date(2026, 12, 30)
LEAP = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2026-12-30", (None, LAST)), ("2026.12.30", (None, LAST)), ("2026/12/30", (None, LAST)),
        ("2026年12月30日", (None, LAST)), ("20261230", (None, LAST)), ("２０２６．１２．３０", (None, LAST)),
        ("有效期至2026年12月30日止", (None, LAST)), ("长期", (None, None)), ("长期有效", (None, None)),
        ("2021-12-31至2026-12-30", (FIRST, LAST)), ("2021.12.31-2026.12.30", (FIRST, LAST)),
        ("2021年12月31日 — 2026年12月30日", (FIRST, LAST)), ("2021-12-31至长期", (FIRST, None)),
        ("46386", (None, LAST)), ("2028.2", (None, LEAP)), ("28年2月", (None, LEAP)),
        ("202802", (None, LEAP)), ("2021.12-2028.2", (date(2021, 12, 1), LEAP)),
    ],
)  # fmt: skip
def test_a_term_is_read_as_offices_write_it(text: str, term: tuple[date | None, date | None]) -> None:
    assert read_term(text) == term


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026.13",
        "202613",
        "12月30日",
        "99999",
        "有",
        "2026-02-30",
        "2026-13-01",
        "2026-01-01、2026-02-01、2026-03-01",
        "见附件",
    ],
)
def test_what_names_no_day_is_refused_in_words(text: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        read_term(text)
    assert refusal.value.message == f"“{text}”认不出是哪一天，请写成“2026-12-31”；长期有效的写“长期”。"
