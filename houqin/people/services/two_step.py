"""两步验证: turned on and off by its owner, asked for at the login, taken away with a lost phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock, lock_all
from houqin.notifications.announcing import announce
from houqin.people.access import require, require_job
from houqin.people.models import User
from houqin.people.names import named
from houqin.people.notices import RECOVERY_CODE_USED, TWO_STEP_LIFTED, TWO_STEP_REMOVED
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services.accounts import held_roles
from houqin.people.two_step import (
    BY_COMMAND,
    TwoStep,
    can_be_checked,
    hash_matching,
    is_from_app,
    plain_code,
    recovery_codes_left,
    step_of,
)
from houqin.sealing import seal, unseal

WRONG_PASSWORD = "密码不对，请重新输入。"  # noqa: S105 - a sentence
WRONG_CODE = "动态码不对。请等手机上换了新的一组再输；总不对，请核对手机的时间。"

KEY_CHANGED = "动态码现在核对不了：服务器的密钥文件换过。请改用备用码，或请系统管理员重置密码。"
SET_UP_ANEW = "动态码现在核对不了：服务器的密钥文件换过。请先用备用码关闭两步验证，再重新开启。"


def turn_on_two_step(
    *, password: Password, secret: Password, code: Password, recovery: Sequence[Password],
    at: datetime | None = None, by: Actor,
) -> User:  # fmt: skip
    """Ask for a code of the app at every login from now on; every session of the account ends.

    `code` proves that the app has the `secret`; it counts as used. The `recovery` codes are kept as hashes.
    Raises `NotAllowed` for anybody but a person, `RuleBroken` with the field for a wrong password or code, or
    when it is on already.
    """
    user = _own_account(by)
    if not user.check_password(str(password)):
        raise RuleBroken(WRONG_PASSWORD, field="password")
    if user.two_step_since is not None:
        raise RuleBroken("两步验证已经开启。换手机请先关闭，再重新开启。")
    moment = at or timezone.now()
    plain = plain_code(code)
    step = step_of(secret, plain, at=moment) if is_from_app(plain) else None
    if step is None:
        raise RuleBroken(WRONG_CODE, field="code")
    hashes = [make_password(plain_code(each)) for each in recovery]
    TwoStep.objects.create(user=user, secret=seal(str(secret)), last_step=step, recovery=hashes)
    return _since(user, moment)


def turn_off_two_step(*, password: Password, code: Password, at: datetime | None = None, by: Actor) -> User:
    """Ask for nothing but the password again; the secret is deleted and every session of the account ends.

    Raises as `turn_on_two_step`; a code for a lost phone is as good as one of the app.
    """
    user = _own_account(by)
    if not user.check_password(str(password)):
        raise RuleBroken(WRONG_PASSWORD, field="password")
    if user.two_step_since is None:
        raise RuleBroken("两步验证没有开启，不用关闭。")
    if not _take_code(user, code, at or timezone.now()):
        raise RuleBroken(WRONG_CODE, field="code")
    TwoStep.objects.filter(user=user).delete()
    return _since(user, None)


def renew_recovery_codes(
    *, code: Password, recovery: Sequence[Password], at: datetime | None = None, by: Actor
) -> User:
    """Put the new `recovery` codes in the place of all old ones; every session of the account ends.

    `code` must be one of the app and is used up: whoever found the old sheet cannot make the next one.
    Raises `NotAllowed` for anybody but a person, `RuleBroken` with the field for a wrong code, when two-step
    login is off, or when the sealing key was changed.
    """
    user = _own_account(by)
    if user.two_step_since is None:
        raise RuleBroken("两步验证没有开启，没有备用码可换。")
    if not can_be_checked(user):
        raise RuleBroken(SET_UP_ANEW)
    if not is_from_app(plain_code(code)):
        raise RuleBroken("请输入手机上现在显示的 6 位数字；备用码不能用来换备用码。", field="code")
    if not _take_code(user, code, at or timezone.now()):
        raise RuleBroken(WRONG_CODE, field="code")
    hashes = [make_password(plain_code(each)) for each in recovery]
    TwoStep.objects.filter(user=user).update(recovery=hashes)
    return _since(user, user.two_step_since)


def pass_two_step(*, user: User, code: Password, at: datetime | None = None, by: Actor) -> bool:
    """Whether `code` is right for the login of `user`; a right one is used up.

    The account is locked: of two logins with one code at the same moment the second finds it used. The person
    is told when a code for a lost phone was used. Raises `RuleBroken` when the sealing key was changed.
    """
    user = lock(user)
    left = recovery_codes_left(user)
    if not _take_code(user, code, at or timezone.now()):
        return False
    if (now_left := recovery_codes_left(user)) < left:
        announce(RECOVERY_CODE_USED, user, by=by, left=now_left)
    return True


def lift_two_step(*, user: User, by: Actor) -> User:
    """Turn two-step login off for somebody whom nobody else can help, on the server; the password stays.

    A last 系统管理员 without a code for a lost phone could never come in again: resetting a password takes
    another one. Raises `NotAllowed` for a person, `RuleBroken` where it is off. Side effects: the secret is
    deleted, every session of the account ends, and its owner is told.
    """
    require_job(by)
    user = lock(user)
    if user.two_step_since is None:
        raise RuleBroken(f"{named(user)} 没有开启两步验证，不用关闭。")
    TwoStep.objects.filter(user=user).delete()
    announce(TWO_STEP_LIFTED, user, by=by)
    return _since(user, None)


def take_two_step_away(*, user: User, by: Actor) -> None:
    """Delete the secret of `user`, who is locked, and tell him; nothing for whoever has none.

    The caller saves `two_step_since` and ends the sessions.
    """
    if user.two_step_since is None:
        return
    TwoStep.objects.filter(user=user).delete()
    user.two_step_since = None
    announce(TWO_STEP_REMOVED, user, by=by)


def _own_account(by: Actor) -> User:
    """The account of the acting person, locked."""
    require(by, "houqin.account:own")
    if not isinstance(by, Person):
        raise NotAllowed("请先登录再操作。")
    # The view's `request.user` is lazy, and a lazy object has no table to lock.
    return lock_all(User.objects.filter(pk=by.user.pk))[0]


def _since(user: User, moment: datetime | None) -> User:
    """Note since when it is on, and end every session: what another one shows may be worth nothing now."""
    user.two_step_since = moment
    user.session_epoch += 1
    user.save(update_fields=["two_step_since", "session_epoch"])
    return user


def _take_code(user: User, code: Password, at: datetime) -> bool:
    """Use `code` up for `user`, who is locked: a code of the app or one for a lost phone."""
    kept = TwoStep.objects.filter(user=user).first()
    if kept is None:
        return False
    plain = plain_code(code)
    if is_from_app(plain):
        step = step_of(_secret_of(kept, user), plain, at=at)
        if step is None or step <= kept.last_step:
            return False
        kept.last_step = step
    else:
        used = hash_matching(plain, kept.recovery)
        if used is None:
            return False
        kept.recovery.remove(used)
    kept.save(update_fields=["last_step", "recovery"])
    return True


def _secret_of(kept: TwoStep, user: User) -> Password:
    try:
        return Password(unseal(kept.secret))
    except RuleBroken:
        more = f"{BY_COMMAND}。" if Role.SYSTEM_ADMIN in held_roles(user) else ""
        raise RuleBroken(f"{KEY_CHANGED}{more}") from None
