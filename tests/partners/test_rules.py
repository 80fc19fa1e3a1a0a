"""Codes, phones, names that are alike, and how papers stand: pure decisions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.partners.names import (
    CODE_CHARACTERS,
    check_character,
    core_of,
    likeness,
    masked_account,
    most_alike,
    normal_code,
    normal_phone,
)
from houqin.partners.rules import can_have_account, can_have_code, mark_of_paper, mark_of_partner

DAY = date(2026, 9, 15)
# The example of GB 32100-2015.
EXAMPLE = "91350100M000100Y43"

CODES = st.text(CODE_CHARACTERS, min_size=17, max_size=17)


def test_the_example_of_the_standard_is_a_code() -> None:
    assert (check_character(EXAMPLE[:-1]), bool(can_have_code(EXAMPLE))) == ("3", True)


@given(CODES, st.integers(0, 16), st.sampled_from(CODE_CHARACTERS))
def test_one_wrong_character_is_always_noticed(first: str, place: int, wrong: str) -> None:
    code = first + check_character(first)
    mistyped = code[:place] + wrong + code[place + 1 :]
    assert (bool(can_have_code(code)), bool(can_have_code(mistyped))) == (True, mistyped == code)


@given(CODES, st.integers(0, 15))
def test_two_neighbours_that_change_places_are_always_noticed(first: str, place: int) -> None:
    code = first + check_character(first)
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert bool(can_have_code(turned)) == (turned == code)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("9135", "统一社会信用代码应是 18 位，现在是 4 位。请照营业执照核对。"),
        (
            "91350100M000I00Y43",
            "统一社会信用代码里没有“I”：只用数字和大写字母，没有 I、O、S、V、Z。请照营业执照核对。",
        ),
        ("91350100M000100Y44", "统一社会信用代码的校验位不对，有一位抄错了。请照营业执照核对。"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code: str, sentence: str) -> None:
    assert can_have_code(code).reason == sentence


def test_a_code_is_read_as_it_is_copied() -> None:
    assert normal_code(" ９１350100-m000 100y43 ") == EXAMPLE


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("138 0000 1001", "13800001001"),
        ("+86-13800001001", "13800001001"),
        ("（0571）8000 1003", "057180001003"),
        ("0571-80001003 转 8", "057180001003转8"),
        ("0571－80001003#8", "057180001003转8"),
        ("问门卫", "问门卫"),
    ],
)
def test_a_phone_is_read_as_it_is_written(typed: str, stored: str) -> None:
    assert normal_phone(typed) == stored


# Names


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("青溪县绿野农产品有限公司", "绿野农产品"),
        ("浙江省杭州市西湖区文海办公用品商行", "文海办公用品"),
        ("文海（办公用品）", "文海办公用品"),
        ("老木匠", "老木匠"),
        ("青溪县公司", "青溪县"),
        ("A１ Ｓervice", "a1service"),
    ],
)
def test_what_others_have_too_says_nothing_of_a_name(name: str, core: str) -> None:
    assert core_of(name) == core


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("青溪县绿野农产品有限公司", "绿野农产品公司", True),
        ("绿野农产品公司", "绿野农副产品有限公司", True),
        ("文海办公用品商行", "文海办公用品经营部", True),
        ("文海办公用品商行", "文涛办公家具商行", False),
        ("安泰消防技术服务有限公司", "洁美保洁服务有限公司", False),
    ],
)
def test_names_are_taken_for_one_when_most_of_them_is_the_same(one: str, other: str, is_alike: bool) -> None:
    assert (most_alike(core_of(one), [core_of(other)]) != []) == is_alike


@given(st.text("绿野农产品文海办公", min_size=1), st.text("绿野农产品文海办公", min_size=1))
def test_likeness_is_the_same_from_both_sides_and_whole_only_for_the_same(one: str, other: str) -> None:
    share = likeness(one, other)
    assert (share == likeness(other, one), 0 <= share <= 1) == (True, True)
    assert likeness(one, one) == 1


# Papers and accounts


@pytest.mark.parametrize(
    ("left", "mark"),
    [
        (None, ("长期有效", "good")),
        (-9, ("过期 9 天", "bad")),
        (-1, ("过期 1 天", "bad")),
        (0, ("今天到期", "warn")),
        (30, ("还剩 30 天", "warn")),
        (31, ("有效", "good")),
    ],
)
def test_a_paper_is_good_through_its_last_day(left: int | None, mark: tuple[str, str]) -> None:
    until = DAY + timedelta(days=left) if left is not None else None
    assert mark_of_paper(until, on=DAY, days=30) == mark


@pytest.mark.parametrize(
    ("has_papers", "left", "mark"),
    [
        (False, None, ("未登记", "neutral")),
        (True, None, ("有效", "good")),
        (True, 31, ("有效", "good")),
        (True, 30, ("快到期", "warn")),
        (True, 0, ("快到期", "warn")),
        (True, -1, ("已过期", "bad")),
    ],
)
def test_a_partner_stands_as_the_paper_that_ends_first(
    has_papers: bool, left: int | None, mark: tuple[str, str]
) -> None:
    soonest = DAY + timedelta(days=left) if left is not None else None
    assert mark_of_partner(has_papers=has_papers, soonest=soonest, on=DAY, days=30) == mark


@pytest.mark.parametrize(
    ("account", "is_good"), [("12345678", True), ("1" * 30, True), ("1234567", False), ("1" * 31, False),
                             ("6222O2021234567890", False)],
)  # fmt: skip
def test_an_account_has_8_to_30_figures(account: str, is_good: bool) -> None:
    assert bool(can_have_account(account)) == is_good


def test_of_a_masked_account_the_last_four_figures_are_left() -> None:
    assert masked_account("6222021234567890043") == "**** 0043"
