"""Who holds which role: granted and ended by a 安全管理员, never for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.people.models import RoleHolding, User
from houqin.people.names import named
from houqin.people.notices import ENDED, GRANTED
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.people.rules import (
    can_be_done_to_all,
    can_change_roles_of,
    can_do_without,
    can_hold_together,
    can_join_duties,
)
from houqin.people.separation import PAIRS, Demand, SeparatedPair
from houqin.people.services.accounts import held_roles, other_holders
from houqin.rules import Decision
from houqin.saving import save_or_refuse
from houqin.school_settings.reading import setting

SENTENCES = {
    "one_open_holding_per_role": ("此人已经担任这个岗位，不用重复授予。", "role"),
    "administrators_hold_nothing_else": ("管理员不能兼任业务岗位，三类管理员也不能由同一人担任。", "role"),
}


def grant_role(*, user: User, role: str, by: Actor, at: datetime | None = None) -> RoleHolding:
    """Give `user` a role from now on; his sessions end, so that no page works with the old rights.

    Raises `NotAllowed` for oneself, `RuleBroken` for a disabled account, a role already held, one that does
    not go with those held (see `rules.can_hold_together`; the database refuses it as well), and one that
    brings duties together which the school lets nobody have both (不相容岗位).
    """
    require(by, "houqin.role:grant")
    _is_role(role)
    at = at or timezone.now()
    user = lock(user)
    _can_be_given(user, role, by, forbidden_pairs(at)).require()
    return _grant(user, role, at, by)


def grant_roles(
    *, users: Sequence[User], role: str, by: Actor, at: datetime | None = None
) -> list[RoleHolding]:
    """Give `users` one role from now on, all or none, as `grant_role` gives it to one.

    Raises `NotAllowed` for who may not grant, and `RuleBroken` that names everybody who cannot be given it
    and says why: oneself, closed accounts, who holds it, and who holds what does not go with it.
    """
    require(by, "houqin.role:grant")
    _is_role(role)
    at = at or timezone.now()
    forbidden = forbidden_pairs(at)
    locked = lock_all(User.objects.filter(pk__in=[user.pk for user in users]))
    can_be_done_to_all((named(user), _can_be_given(user, role, by, forbidden)) for user in locked).require()
    return [_grant(user, role, at, by) for user in locked]


def forbidden_pairs(at: datetime) -> list[SeparatedPair]:
    """The duties that the school lets nobody have together at that moment."""
    on = timezone.localdate(at)
    return [pair for pair in PAIRS if pair.posts and Demand(setting(pair.setting, on=on)) is Demand.FORBIDDEN]


def _is_role(role: str) -> None:
    if role not in Role.values:
        raise RuleBroken("请从表中选一个岗位。", field="role")


def _can_be_given(user: User, role: str, by: Actor, forbidden: Sequence[SeparatedPair]) -> Decision:
    held = held_roles(user)
    is_self = can_change_roles_of(is_self=by.user == user)
    if not is_self:
        return is_self
    if not user.is_active:
        return Decision.no("账号已停用，不能授予岗位。请先启用账号。")
    return can_hold_together(held, role) and can_join_duties(held, role, forbidden)


def _grant(user: User, role: str, at: datetime, by: Actor) -> RoleHolding:
    holding = RoleHolding(user=user, role=role, since=at)
    holding.set_maker(by)
    save_or_refuse(holding, SENTENCES)
    _end_sessions(user)
    announce(GRANTED, holding, by=by)
    return holding


def end_role(*, holding: RoleHolding, by: Actor, at: datetime | None = None) -> RoleHolding:
    """End a role as of now; the sessions of its holder end.

    Raises `NotAllowed` for oneself, `RuleBroken` when it has ended or its holder is the last administrator
    of that kind.
    """
    require(by, "houqin.role:grant")
    can_change_roles_of(is_self=by.user is not None and by.user.pk == holding.user_id).require()
    user = _lock_holders(holding)
    holding = lock(holding)
    if holding.ended_at is not None:
        raise RuleBroken("这个岗位任职已经结束。")
    if user.is_active:
        can_do_without(holding.role, other_holders(holding.role, user)).require()
    holding.ended_at = max(at or timezone.now(), holding.since)
    holding.save(update_fields=["ended_at"])
    _end_sessions(user)
    announce(ENDED, holding, by=by)
    return holding


def _lock_holders(holding: RoleHolding) -> User:
    """Lock the holder, and every other holder of an administrator's role, so that two last ones cannot end
    each other at the same moment."""
    people = {holding.user_id}
    if holding.role in ADMINISTRATORS:
        people |= set(
            RoleHolding.objects.filter(role=holding.role, ended_at=None).values_list("user", flat=True)
        )
    return {each.pk: each for each in lock_all(User.objects.filter(pk__in=people))}[holding.user_id]


def _end_sessions(user: User) -> None:
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
