"""Where the words of a search stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.search.excerpts import pieces

TEXTS = st.text(st.sampled_from("检修门窗帐账Ab İß"), max_size=12)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("门窗", [("检修", False), ("门窗", True), ("台帐 AB", False)]),
        ("检修门 门窗", [("检修门窗", True), ("台帐 AB", False)]),
        ("台账 ab", [("检修门窗", False), ("台帐", True), (" ", False), ("AB", True)]),
        ("水电", [("检修门窗台帐 AB", False)]),
        ("", [("检修门窗台帐 AB", False)]),
    ],
)
def test_words_are_found_as_the_search_finds_them(words: str, expected: list[tuple[str, bool]]) -> None:
    assert list(pieces("检修门窗台帐 AB", words)) == expected


@given(TEXTS, TEXTS)
def test_no_letter_is_lost_or_changed_by_marking(text: str, words: str) -> None:
    assert "".join(part for part, _ in pieces(text, words)) == text
