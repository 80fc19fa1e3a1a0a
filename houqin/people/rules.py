"""Who may hold what with what, and which passwords need two people: pure decisions, no queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from houqin.people.roles import ADMINISTRATORS, IMPLIED, Role
from houqin.people.separation import SeparatedPair
from houqin.rules import Decision

# Most of the staff hold these and nothing else: rights over their own class and their own requests only.
# Whoever holds another role keeps or decides something, so one person alone never resets his password.
ORDINARY_ROLES = frozenset({Role.STAFF, Role.TEACHER})

# So many names are read in a sentence; the others are told as a number.
MOST_NAMED = 5

# A request that nobody confirmed on the same or the next working day is made again, so that a forgotten one
# cannot be used against the person weeks later.
RESET_OPEN_FOR = timedelta(hours=24)


def labels(roles: Iterable[str]) -> str:
    """The Chinese names of `roles` in the order of the table, with 、 between."""
    wanted = set(roles)
    return "、".join(role.label for role in Role if role in wanted)


def can_hold_together(held: Iterable[str], role: str) -> Decision:
    """Whether somebody who holds `held` may be given `role` as well.

    等保 keeps the three administrators apart, and an administrator who could also decide or keep something
    would be a path around every separation (the database repeats this as an exclusion constraint).
    """
    others = frozenset(held) - ORDINARY_ROLES
    if role in IMPLIED:
        return Decision.no("“全体教职工”不用授予，每个账号都有。")
    if role in others:
        return Decision.no(f"已经担任{Role(role).label}，不用重复授予。")
    if role in ORDINARY_ROLES or not others:
        return Decision.yes()
    if role in ADMINISTRATORS and others & ADMINISTRATORS:
        return Decision.no(f"系统、安全、审计三类管理员不能由同一人担任；此人已是{labels(others)}。")
    if role in ADMINISTRATORS or others & ADMINISTRATORS:
        return Decision.no(
            f"管理员不能兼任业务岗位（教师除外）；此人已任{labels(others)}。请先结束原岗位或换人。"
        )
    return Decision.yes()


def can_join_duties(held: Iterable[str], role: str, forbidden: Iterable[SeparatedPair]) -> Decision:
    """Whether `role` brings no pair of duties into the hand of somebody who holds `held`, of those that the
    school lets nobody have together (不相容岗位).
    """
    posts = {*held, role}
    for pair in forbidden:
        if pair.posts and role in pair.posts and pair.posts <= posts:
            return Decision.no(f"已经担任{labels(pair.posts - {role})}，{pair.label}不能由同一人担任。")
    return Decision.yes()


def can_be_done_to_all(decisions: Iterable[tuple[str, Decision]]) -> Decision:
    """Whether an act on several people is possible for each of them, from pairs of who it is and what
    holds for him; if not, it names those for whom it is not, by reason.
    """
    by_reason: dict[str, list[str]] = {}
    for name, decision in decisions:
        if not decision:
            by_reason.setdefault(decision.reason, []).append(name)
    if not by_reason:
        return Decision.yes()
    told = (f"{_some(names)}：{reason}" for reason, names in by_reason.items())
    return Decision.no(f"一个也没有改。{''.join(told)}请去掉这些人再办。")


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown}等 {len(names)} 人"


def needs_second_person(held: Iterable[str]) -> bool:
    """Whether resetting the password of somebody who holds `held` takes a second person.

    `held` are the open holdings, of a disabled account too: otherwise one would disable, reset and enable.
    """
    return bool(frozenset(held) - ORDINARY_ROLES)


def can_change_roles_of(*, is_self: bool) -> Decision:
    """Nobody grants or ends a role of his own, whatever he holds."""
    if is_self:
        return Decision.forbidden("不能给自己授予或结束岗位，请另一位安全管理员办理。")
    return Decision.yes()


def can_disable(*, is_self: bool, is_active: bool) -> Decision:
    """Nobody closes his own account: he could not open it again."""
    if is_self:
        return Decision.forbidden("不能停用自己的账号，请另一位系统管理员办理。")
    return Decision.yes() if is_active else Decision.no("这个账号已经停用。")


def can_enable(*, is_active: bool) -> Decision:
    """Only a closed account is opened."""
    return Decision.no("这个账号正在使用，不用再启用。") if is_active else Decision.yes()


def can_reset(*, is_self: bool) -> Decision:
    """One's own password has a page that asks for the old one."""
    if is_self:
        return Decision.forbidden("自己的密码请在“我的账号”里修改，要输入原密码。")
    return Decision.yes()


def can_reset_alone(*, is_self: bool, held: Iterable[str]) -> Decision:
    """Whether one 系统管理员 may reset it without a second person."""
    if is_self or not needs_second_person(held):
        return can_reset(is_self=is_self)
    return Decision.no("此人担任业务岗位，重置密码须两个人办：请提交申请，由安全管理员确认。")


def can_have_first_password(*, is_active: bool, was_used: bool, is_trusted: bool) -> Decision:
    """Whether one 系统管理员 may print the first password of an account, and print it again when it is lost.

    `is_trusted` is somebody with business rights: whoever prints his password could act as him.
    """
    if not is_active:
        return Decision.no("账号已停用。")
    if was_used:
        return Decision.no("本人已经登录过，请用“重置密码”。")
    return Decision.no("此人担任业务岗位，须两个人办：申请重置密码。") if is_trusted else Decision.yes()


def can_do_without(role: str, others_left: int) -> Decision:
    """Whether one holder of an administrator's role may go: the last one would lock everybody out of it."""
    if role in ADMINISTRATORS and others_left == 0:
        return Decision.no(f"这是最后一位{Role(role).label}，先让另一位同事担任，再办理这一步。")
    return Decision.yes()


LONGEST_ACTING = timedelta(days=120)


def can_act_for(
    *, is_same: bool, names_himself: bool, is_active: bool, deputy_holds: Iterable[str]
) -> Decision:
    """Whether somebody may act for another: a colleague with an account in use, and no administrator.

    An administrator who acted for a principal would approve money, which 等保 keeps from him.
    """
    if is_same:
        return Decision.no("不能请本人代办本人的事，请选一位同事。")
    if names_himself:
        return Decision.forbidden("不能指定自己代办别人的事，要由本人或安全管理员指定。")
    if not is_active:
        return Decision.no("账号已停用的人不能代办，也不用请人代办。")
    if frozenset(deputy_holds) & ADMINISTRATORS:
        return Decision.no("系统、安全、审计管理员不能代办业务，请选别的同事。")
    return Decision.yes()


def can_span_days(first_day: date, last_day: date, today: date) -> Decision:
    """An acting-for period begins today or later, and lasts no longer than a term."""
    if last_day < first_day:
        return Decision.no("结束日期早于开始日期，请核对。")
    if first_day < today:
        return Decision.no("代办从今天或以后的日子开始，不能补到过去。")
    if last_day - first_day > LONGEST_ACTING:
        return Decision.no(f"一次最多 {LONGEST_ACTING.days} 天，到期可以再请。")
    return Decision.yes()


def can_enter_for(*, is_active: bool) -> Decision:
    """Nothing is entered for somebody whose account is closed: he is not here to have done it."""
    return Decision.yes() if is_active else Decision.no("账号已停用的人不能再登记。请选实际做的人。")


def can_end_acting(*, is_over: bool) -> Decision:
    """Only a period that is not over is ended."""
    return Decision.no("这次代办已经结束。") if is_over else Decision.yes()
