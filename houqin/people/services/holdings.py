"""Who holds which role: granted and ended by a 安全管理员, never for oneself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.people.models import RoleHolding, User
from houqin.people.notices import ENDED, GRANTED
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.people.rules import can_change_roles_of, can_do_without, can_hold_together
from houqin.people.services.accounts import held_roles, other_holders
from houqin.saving import save_or_refuse

SENTENCES = {
    "one_open_holding_per_role": ("此人已经担任这个岗位，不用重复授予。", "role"),
    "administrators_hold_nothing_else": ("管理员不能兼任业务岗位，三类管理员也不能由同一人担任。", "role"),
}


def grant_role(*, user: User, role: str, by: Actor, at: datetime | None = None) -> RoleHolding:
    """Give `user` a role from now on; his sessions end, so that no page works with the old rights.

    Raises `NotAllowed` for oneself, `RuleBroken` for a disabled account, a role already held, or one that
    does not go with those held (see `rules.can_hold_together`; the database refuses it as well).
    """
    require(by, "houqin.role:grant")
    can_change_roles_of(is_self=by.user == user).require()
    user = lock(user)
    if role not in Role.values:
        raise RuleBroken("请从表中选一个岗位。", field="role")
    if not user.is_active:
        raise RuleBroken("账号已停用，不能授予岗位。请先启用账号。")
    can_hold_together(held_roles(user), role).require()
    holding = RoleHolding(user=user, role=role, since=at or timezone.now())
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
