"""What an office types, and what the program makes of it."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.school_settings.kinds import BadValue, Choice, Hours, Several, Span, Whole, YesNo

DAY = (Span(time(8), time(12)), Span(time(14), time(17, 30)))


@pytest.mark.parametrize("typed", ["125", " 125 ", "１２５", "125\n"])
def test_a_whole_number_is_read_as_it_is_typed(typed: str) -> None:
    assert Whole().read(typed) == 125


@pytest.mark.parametrize("typed", ["", "一百", "1.5", "1e3", "12345678901", "--3", "\x00"])
def test_what_is_no_whole_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadValue, match="请填写整数，例如 3。"):
        Whole().read(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "08:00–12:00、14:00–17:30",
        "08:00—12:00、14:00—17:30",
        "8:00-12:00,14:00-17:30",
        "８：００－１２：００　１４：００～１７：３０",
        "8:00至12:00；14:00到17:30",
        "8:00 - 12:00 和 14:00 – 17:30",
    ],
)
def test_hours_are_read_however_they_are_written(typed: str) -> None:
    assert Hours().read(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "这样的时段"),
        ("上午八点到十二点", "这样的时段"),
        ("8:00-12:00 休息 14:00-17:30", "这样的时段"),
        ("8:00-25:00", "00:00 到 23:59"),
        ("12:00-8:00", "12:00–08:00 的结束时间要晚于开始时间。"),
        ("8:00-12:00、11:00-17:30", "不要重叠"),
        ("14:00-17:30、8:00-12:00", "不要重叠"),
        ("1:00-2:00、" * 5, "这样的时段"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(BadValue, match=sentence):
        Hours().read(typed)


@given(st.lists(st.times(), min_size=2, max_size=8, unique_by=lambda each: (each.hour, each.minute)))
def test_hours_come_back_as_they_were_stored(moments: list[time]) -> None:
    ordered = sorted(time(each.hour, each.minute) for each in moments)
    spans = tuple(Span(*pair) for pair in zip(ordered[::2], ordered[1::2], strict=False))
    assert Hours().read(Hours().write(spans)) == spans


@pytest.mark.parametrize("value", [True, False])
def test_a_switch_comes_back_as_it_was_stored(value: bool) -> None:
    assert YesNo().read(YesNo().write(value)) is value


def test_a_choice_takes_its_own_words_only() -> None:
    week = Choice((("monday", "星期一"), ("sunday", "星期日")))
    assert (week.read("sunday"), week.show("sunday")) == ("sunday", "星期日")
    for typed in ("", "tuesday", "星期日"):
        with pytest.raises(BadValue, match="选一个"):
            week.read(typed)


OFFICES = Several((("director", "总务主任"), ("canteen", "司务长（食堂管理员）"), ("cashier", "出纳")))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("出纳、总务主任", ("director", "cashier")),
        (" 出纳,司务长(食堂管理员) ", ("canteen", "cashier")),
        ("无", ()),
    ],
)
def test_several_words_are_read_in_any_order_and_come_back(typed: str, codes: tuple[str, ...]) -> None:
    assert (OFFICES.read(typed), OFFICES.read(OFFICES.write(codes))) == (codes, codes)


@pytest.mark.parametrize("typed", ["", "校工", "出纳、校工", "无、出纳"])
def test_a_word_that_is_not_among_several_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="不在可选之列"):
        OFFICES.read(typed)
