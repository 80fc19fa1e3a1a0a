"""金额大写: an amount in the capital numerals that no stroke can change, as every slip of money bears it.

The rule is 正确填写票据和结算凭证的基本规定 (支付结算办法, annex 1). Where it leaves a choice this house
writes the shorter form: no 零 after a zero in the place of 万 or 元 when 千 or 角 is not zero, and no 整
after 角.
"""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("仟", "佰", "拾", "")
GROUPS = ("亿", "万", "")

# NUMERIC(14, 2), the column of every amount, holds no more.
LARGEST = Decimal("999999999999.99")


def amount_in_capitals(amount: Decimal) -> str:
    """`amount` (元, two decimals at most) after 人民币, as in 人民币壹仟肆佰零玖元伍角; a debt with 负.

    Raises `ValueError` for a fraction of a 分, for what is no number, and above 千亿.
    """
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError("an amount has at most twelve digits before its point")
    cents = abs(amount) * 100
    if cents != cents.to_integral_value():
        raise ValueError("an amount has no fraction of a 分")
    yuan, rest = divmod(int(cents), 100)
    return f"人民币{'负' if amount < 0 else ''}{_yuan(yuan)}{_change(*divmod(rest, 10), after_yuan=yuan > 0)}"


def _yuan(yuan: int) -> str:
    """The part up to 元; empty for 0."""
    if yuan == 0:
        return ""
    written, is_gap = "", False
    groups = f"{yuan:012}"
    for place, group in enumerate(GROUPS):
        digits = groups[4 * place : 4 * place + 4]
        if digits == "0000":
            is_gap = True
            continue
        # Only a zero inside is spoken: one before 千 of this group, or a whole group that is missing.
        is_gap = is_gap or digits[0] == "0"
        written += f"{'零' if written and is_gap else ''}{_group(digits)}{group}"
        is_gap = False
    return f"{written}元"


def _group(digits: str) -> str:
    """Four digits, not all zero, without the zeros before the first and after the last."""
    written, is_gap = "", False
    for digit, place in zip(digits, PLACES, strict=True):
        if digit == "0":
            is_gap = True
            continue
        written += f"{'零' if written and is_gap else ''}{DIGITS[int(digit)]}{place}"
        is_gap = False
    return written


def _change(jiao: int, fen: int, *, after_yuan: bool) -> str:
    """The part after 元; 整 closes what ends there, so that nothing can be added."""
    if jiao == fen == 0:
        return "整" if after_yuan else "零元整"
    if fen == 0:
        return f"{DIGITS[jiao]}角"
    if jiao == 0:
        return f"{'零' if after_yuan else ''}{DIGITS[fen]}分"
    return f"{DIGITS[jiao]}角{DIGITS[fen]}分"
