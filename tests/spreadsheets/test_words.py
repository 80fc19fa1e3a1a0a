"""What people write round a figure is no part of it; and a text is never made a figure."""

from __future__ import annotations

import pytest

from houqin.spreadsheets.words import bare_number


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("45张", "45"), ("5分", "5"), ("1,234.50元", "1234.50"), ("1，234，567", "1234567"), ("-18℃", "-18"),
        ("90 %", "90"), ("12 平方米", "12"), (" 7 ", "7"), ("3.5", "3.5"),
    ],
)  # fmt: skip
def test_a_figure_is_read_without_what_it_counts(text: str, figure: str) -> None:
    assert bare_number(text) == figure


@pytest.mark.parametrize("text", ["约45张", "3张5把", "1,23", "45张左右吧", "A12", "12-15", "1.2.3", ""])
def test_what_is_more_than_a_figure_stays_as_it_is(text: str) -> None:
    assert bare_number(text) == text
