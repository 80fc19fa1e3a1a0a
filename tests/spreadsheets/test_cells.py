"""Disarming a cell and reading it back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from houqin.spreadsheets.cells import STARTERS, as_written, disarmed, text_of, without_id_number

# U5 word for word: what the program takes for such would hide one that it forgot.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    st.sampled_from([*STARTERS, "'", "a"]), max_size=6
)


@settings(max_examples=100)
@given(text=TEXTS)
def test_what_was_disarmed_is_read_back_as_it_was_written(text: str) -> None:
    assert as_written(disarmed(text)) == text


@settings(max_examples=100)
@given(text=TEXTS)
def test_nothing_that_was_disarmed_begins_like_a_formula(text: str) -> None:
    assert disarmed(text)[:1] not in {*STARTERS}


def test_u5_each_beginning_by_which_a_spreadsheet_calculates_is_disarmed() -> None:
    assert [disarmed(f"{first}1+1") for first in DANGEROUS] == [f"'{first}1+1" for first in DANGEROUS]


def test_a_number_so_long_that_figures_were_lost_is_no_row_of_figures() -> None:
    numbers = (13_800_138_001.0, 999_999_999_999_999.0, 6_222_021_234_567_890_043.0)
    assert [text_of(number) for number in numbers] == [
        "13800138001", "999999999999999", "6.22202123456789e+18",
    ]  # fmt: skip
    assert without_id_number(text_of(110101199001011234.0)) == ""
