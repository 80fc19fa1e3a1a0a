"""An amount in capitals reads as the rule of the central bank wants it, and says nothing but the amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.documents.capitals import DIGITS, LARGEST, amount_in_capitals

AMOUNTS = st.decimals(min_value=-LARGEST, max_value=LARGEST, places=2)
UNITS = {"分": Decimal("0.01"), "角": Decimal("0.1"), "拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("10.00", "壹拾元整"),
        ("100", "壹佰元整"),
        ("1005", "壹仟零伍元整"),
        ("1050", "壹仟零伍拾元整"),
        ("10000", "壹万元整"),
        ("10000.05", "壹万元零伍分"),
        ("10001", "壹万零壹元整"),
        ("100010.10", "壹拾万零壹拾元壹角"),
        ("200005", "贰拾万零伍元整"),
        ("1007000", "壹佰万柒仟元整"),
        ("10000000", "壹仟万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100005000", "壹亿零伍仟元整"),
        ("100050000", "壹亿零伍万元整"),
        ("105000000", "壹亿零伍佰万元整"),
        ("150000500", "壹亿伍仟万零伍佰元整"),
        ("1050000000", "壹拾亿伍仟万元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("0", "零元整"),
        ("0.00", "零元整"),
        ("0.50", "伍角"),
        ("0.05", "伍分"),
        ("0.15", "壹角伍分"),
        ("-12.30", "负壹拾贰元叁角"),
        ("1E+3", "壹仟元整"),
    ],
)
def test_amounts_are_written_as_the_rule_says(amount: str, capitals: str) -> None:
    assert amount_in_capitals(Decimal(amount)) == f"人民币{capitals}"


@pytest.mark.parametrize("amount", ["0.001", "1000000000000", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="an amount has"):
        amount_in_capitals(Decimal(amount))


def said(capitals: str) -> Decimal:
    """The amount that `capitals` says, read back by a reader of its own."""
    text = capitals.removeprefix("人民币").removesuffix("整")
    sign = -1 if text.startswith("负") else 1
    total = section = Decimal(0)
    digit = 0
    for letter in text.removeprefix("负"):
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in ("亿", "万"):
            total += (section + digit) * {"亿": 10**8, "万": 10**4}[letter]
            section, digit = Decimal(0), 0
        elif letter == "元":
            total += section + digit
            section, digit = Decimal(0), 0
        else:
            section += digit * UNITS[letter]
            digit = 0
    return sign * (total + section)


@given(AMOUNTS)
def test_capitals_say_the_amount_and_no_zero_twice(amount: Decimal) -> None:
    capitals = amount_in_capitals(amount)
    assert (said(capitals), "零零" in capitals, capitals.count("元") <= 1) == (amount, False, True)


@given(AMOUNTS, AMOUNTS)
def test_no_two_amounts_read_alike(one: Decimal, another: Decimal) -> None:
    assert (amount_in_capitals(one) == amount_in_capitals(another)) == (one == another)
