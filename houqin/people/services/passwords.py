"""Passwords: one's own, and the reset of somebody else's, which may take two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock, lock_all, lock_both
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.people.models import PasswordReset, RoleHolding, User
from houqin.people.names import named
from houqin.people.notices import RESET_ASKED
from houqin.people.passwords import Password
from houqin.people.rules import (
    ORDINARY_ROLES,
    can_be_done_to_all,
    can_have_first_password,
    can_reset,
    can_reset_alone,
)
from houqin.people.services.accounts import held_roles
from houqin.people.services.two_step import take_two_step_away
from houqin.rules import Decision
from houqin.saving import save_or_refuse


def set_own_password(*, old: Password, new: Password, by: Actor) -> User:
    """Change one's own password; every other session of the account ends.

    Raises `NotAllowed` for anybody but a person; `RuleBroken` with the field for a wrong old password, an
    unchanged one, or one that is too easy.
    """
    require(by, "houqin.account:own")
    if not isinstance(by, Person):
        raise NotAllowed("请先登录再操作。")
    # The view's `request.user` is lazy, and a lazy object has no table to lock.
    user = lock_all(User.objects.filter(pk=by.user.pk))[0]
    if not user.check_password(str(old)):
        raise RuleBroken("原密码不对，请重新输入。", field="old")
    if old == new:
        raise RuleBroken("新密码和原密码一样，请换一个。", field="new")
    try:
        validate_password(str(new), user)
    except ValidationError as error:
        raise RuleBroken("".join(error.messages), field="new") from error
    _set(user, new, is_one_time=False)
    return user


def reset_password(*, user: User, password: Password, by: Actor) -> User:
    """Give a forgetful colleague a one-time password; his sessions and his two-step login end.

    Only for people with ordinary roles: `RuleBroken` sends the others to `request_reset`. Raises `NotAllowed`
    for one's own account, which has its own page and asks for the old password.
    """
    require(by, "houqin.password:reset", user)
    user = lock(user)
    if isinstance(by, Person):
        can_reset_alone(is_self=by.user == user, held=held_roles(user)).require()
    take_two_step_away(user=user, by=by)
    _set(user, password, is_one_time=True)
    return user


def give_first_passwords(
    *, users: Sequence[User], passwords: Mapping[str, Password], by: Actor
) -> list[User]:
    """Give accounts that were never used their first one-time passwords, all or none; those who got one.

    `passwords` are by public id. Raises `NotAllowed`, and `RuleBroken` with the names of those whose account
    is closed, was used already, or belongs to somebody with business rights: for these two people are needed.
    """
    require(by, "houqin.password:reset")
    locked = lock_all(User.objects.filter(pk__in=[user.pk for user in users]))
    holders = set(
        RoleHolding.objects.filter(user__in=locked, ended_at=None)
        .exclude(role__in=ORDINARY_ROLES)
        .values_list("user", flat=True)
    )
    can_be_done_to_all(
        (
            named(user),
            can_have_first_password(
                is_active=user.is_active, was_used=_was_used(user), is_trusted=user.pk in holders
            ),
        )
        for user in locked
    ).require()
    for user in locked:
        _set(user, passwords[user.public_id], is_one_time=True)
    return locked


def reset_passwords(*, users: Sequence[User], passwords: Mapping[str, Password], by: Actor) -> list[User]:
    """Give forgetful colleagues with ordinary roles new one-time passwords, all or none, as `reset_password`.

    `passwords` are by public id. Raises `NotAllowed` for who may not reset, and `RuleBroken` that names
    everybody for whom it is not possible and says why: oneself, closed accounts, and people with business
    rights, for whom two people are needed.
    """
    require(by, "houqin.password:reset")
    locked = lock_all(User.objects.filter(pk__in=[user.pk for user in users]))
    can_be_done_to_all((named(user), _can_be_reset(user, by)) for user in locked).require()
    for user in locked:
        take_two_step_away(user=user, by=by)
        _set(user, passwords[user.public_id], is_one_time=True)
    return locked


def _can_be_reset(user: User, by: Actor) -> Decision:
    if not user.is_active:
        return Decision.no("账号已停用，请先启用账号。")
    return can_reset_alone(is_self=by.user == user, held=held_roles(user))


def request_reset(*, user: User, reason: str, by: Actor, at: datetime | None = None) -> PasswordReset:
    """Ask that the password of a person with business rights be reset; a 安全管理员 must confirm it.

    Raises `RuleBroken` without a reason, or while another request for this person waits.
    """
    require(by, "houqin.password:reset", user)
    can_reset(is_self=by.user == user).require()
    if not reason.strip():
        raise RuleBroken("请写明原因，例如“本人忘记密码，当面申请”。", field="reason")
    moment = at or timezone.now()
    user = lock(user)
    for waiting in PasswordReset.objects.filter(user=user, closed_at=None):
        if not waiting.is_stale(moment):
            raise RuleBroken("已有一份申请在等安全管理员确认，不用重复提交。")
        waiting.closed_at = moment
        waiting.save(update_fields=["closed_at"])
    reset = PasswordReset(user=user, reason=reason.strip()[:100], created_at=moment)
    reset.set_maker(by)
    save_or_refuse(
        reset, {"one_open_reset_per_person": ("已有一份申请在等安全管理员确认，不用重复提交。", None)}
    )
    announce(RESET_ASKED, reset, by=by)
    return reset


def confirm_reset(
    *, reset: PasswordReset, password: Password, by: Actor, at: datetime | None = None
) -> PasswordReset:
    """Confirm a colleague's request: the one-time password counts from now and the person's sessions end.

    His two-step login ends too: the phone is lost as often as the password is forgotten.
    Raises `NotAllowed` for the person who asked and for the person concerned, `RuleBroken` for a request that
    is closed or older than a day.
    """
    require(by, "houqin.password:confirm", reset)
    user, reset = lock_both(User(pk=reset.user_id), reset)
    moment = at or timezone.now()
    can_reset(is_self=by.user == user).require()
    if by.user is not None and by.user.pk == reset.created_by_id:
        raise NotAllowed("申请人不能自己确认，须由另一位同事（安全管理员）确认。")
    _still_open(reset)
    if reset.is_stale(moment):
        raise RuleBroken("这份申请已超过 24 小时，请系统管理员核实后重新申请。")
    reset.confirmed_by = by.user
    reset.closed_at = moment
    reset.save(update_fields=["confirmed_by", "closed_at"])
    take_two_step_away(user=user, by=by)
    _set(user, password, is_one_time=True)
    return reset


def withdraw_reset(*, reset: PasswordReset, by: Actor, at: datetime | None = None) -> PasswordReset:
    """Close a request without effect: withdrawn by who may ask, or refused by who may confirm."""
    if not (isinstance(by, Person) and by.user.has("houqin.password:confirm")):
        require(by, "houqin.password:reset")
    reset = lock(reset)
    _still_open(reset)
    reset.closed_at = at or timezone.now()
    reset.save(update_fields=["closed_at"])
    return reset


def _still_open(reset: PasswordReset) -> None:
    if reset.closed_at is not None:
        raise RuleBroken("这份申请已经办结。")


def _was_used(user: User) -> bool:
    """Whether the person has a password of his own, or has been in."""
    return user.last_login is not None or (user.has_usable_password() and not user.must_change_password)


def _set(user: User, password: Password, *, is_one_time: bool) -> None:
    user.set_password(str(password))
    user.must_change_password = is_one_time
    user.session_epoch += 1
    user.save(update_fields=["password", "must_change_password", "session_epoch", "two_step_since"])
