"""Pure decisions about partners and their papers; no queries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from houqin.partners.names import CODE_CHARACTERS, CODE_LENGTH, check_character
from houqin.partners.states import PartnerState
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.partners.models import Partner, Qualification

ACCOUNT = re.compile(r"[0-9]{8,30}")


class Mark(NamedTuple):
    """How a partner or a paper stands today: a word, and its tone."""

    word: str
    tone: str


def can_have_code(code: str) -> Decision:
    """Whether `code` is a 统一社会信用代码: its length, characters and check character (GB 32100-2015)."""
    if len(code) != CODE_LENGTH:
        return Decision.no(
            f"统一社会信用代码应是 {CODE_LENGTH} 位，现在是 {len(code)} 位。请照营业执照核对。"
        )
    strange = sorted(set(code) - set(CODE_CHARACTERS))
    if strange:
        return Decision.no(
            f"统一社会信用代码里没有“{'、'.join(strange)}”：只用数字和大写字母，没有 I、O、S、V、Z。"
            "请照营业执照核对。"
        )
    if check_character(code[:-1]) != code[-1]:
        return Decision.no("统一社会信用代码的校验位不对，有一位抄错了。请照营业执照核对。")
    return Decision.yes()


def can_be_changed(partner: Partner) -> Decision:
    """What was merged is changed where it went to; one that the school stopped with may be corrected."""
    if partner.merged_into_id is not None:
        return Decision.no("这家已并入另一家，请到那一家的页面修改。")
    return Decision.yes()


def can_be_used(partner: Partner) -> Decision:
    """What is out of use takes nothing new."""
    if partner.merged_into_id is None and partner.state != PartnerState.IN_USE:
        return Decision.no(f"和“{partner.name}”已停止合作，请先恢复合作。")
    return can_be_changed(partner)


def can_resume(partner: Partner) -> Decision:
    """What was merged never comes back: its papers are the other one's by now."""
    if partner.merged_into_id is not None:
        return Decision.no("这家已并入另一家，不能恢复合作。")
    return Decision.yes()


def can_merge(partner: Partner, survivor: Partner) -> Decision:
    """Two entries of one firm become one; two firms with two codes stay two."""
    if partner.pk == survivor.pk:
        return Decision.no("不能并入自己，请选另一家。")
    for each in (partner, survivor):
        if each.merged_into_id is not None:
            return Decision.no(f"“{each.name}”已经并入别家，不能再合并。")
    if survivor.state != PartnerState.IN_USE:
        return Decision.no(f"和“{survivor.name}”已停止合作，请并入合作中的一家。")
    if partner.credit_code and survivor.credit_code:
        return Decision.no("两家的统一社会信用代码不同，是两家单位，不能合并。抄错了代码的，请先改正。")
    return Decision.yes()


def can_write(paper: Qualification) -> Decision:
    """A paper that was withdrawn stays as it was."""
    if paper.withdrawn_on is not None:
        return Decision.no("这份证件已作废，不能再改。请另外登记新的。")
    return can_be_changed(paper.partner)


def can_be_valid(valid_from: date | None, valid_until: date | None) -> Decision:
    """Nothing ends before it begins."""
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        return Decision.no("有效期止在有效期起之前，请核对。")
    return Decision.yes()


def can_have_account(account: str) -> Decision:
    """A bank's account has 8 to 30 figures."""
    if not ACCOUNT.fullmatch(account):
        return Decision.no("账号应是 8 到 30 位数字，请照开户许可证或合同核对。")
    return Decision.yes()


def due_from(on: date, days: int) -> date:
    """The last day of validity about which somebody is told on the day `on`, `days` ahead."""
    return on + timedelta(days=days)


def mark_of_paper(valid_until: date | None, *, on: date, days: int) -> Mark:
    """How a paper stands on the day `on`; it is good through its last day."""
    if valid_until is None:
        return Mark("长期有效", "good")
    left = (valid_until - on).days
    if left < 0:
        return Mark(f"过期 {-left} 天", "bad")
    if left <= days:
        return Mark(f"还剩 {left} 天" if left else "今天到期", "warn")
    return Mark("有效", "good")


def mark_of_partner(*, has_papers: bool, soonest: date | None, on: date, days: int) -> Mark:
    """How a partner's papers stand: by that which ends first; `has_papers` tells whether there are any."""
    if not has_papers:
        return Mark("未登记", "neutral")
    if soonest is None or soonest > due_from(on, days):
        return Mark("有效", "good")
    return Mark("已过期", "bad") if soonest < on else Mark("快到期", "warn")
