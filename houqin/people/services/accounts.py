"""Accounts: created, corrected, disabled and enabled; never deleted, because history names people."""

from __future__ import annotations

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.people.access import require
from houqin.people.models import Department, RoleHolding, User
from houqin.people.names import is_mobile, normal_login
from houqin.people.passwords import Password
from houqin.people.roles import ADMINISTRATORS
from houqin.people.rules import can_disable, can_do_without, can_enable
from houqin.saving import save_or_refuse

SENTENCES = {
    "houqin_user_staff_no_key": ("这个工号已经有人使用，请核对。", "staff_no"),
    "houqin_user_phone_key": ("这个手机号已经登记在另一个人名下，请核对。", "phone"),
    "staff_no_is_no_mobile_number": ("工号不能是手机号的样子，请另编一个工号。", "staff_no"),
    "phone_is_a_mobile_number": ("手机号应是 1 开头的 11 位数字。", "phone"),
}


def create_person(
    *,
    staff_no: str,
    name: str,
    password: Password,
    phone: str = "",
    department: Department | None = None,
    must_change_password: bool = True,
    by: Actor,
) -> User:
    """Open an account with a one-time password, which its owner must change at the first login.

    Raises `NotAllowed`; `RuleBroken` with the field for an empty or taken 工号, name or phone.
    """
    require(by, "houqin.user:manage")
    user = User(must_change_password=must_change_password)
    fill_person(user, staff_no=staff_no, name=name, phone=phone, department=department)
    user.set_password(str(password))
    user.set_maker(by)
    save_or_refuse(user, SENTENCES)
    return user


def update_person(
    *,
    user: User,
    staff_no: str,
    name: str,
    phone: str,
    department: Department | None,
    version: int | None = None,
    by: Actor,
) -> User:
    """Correct who somebody is and where he works. Raises as `create_person`, and `EditedMeanwhile`."""
    require(by, "houqin.user:manage", user)
    user = lock(user)
    user.expect_version(version)
    fill_person(user, staff_no=staff_no, name=name, phone=phone, department=department)
    save_or_refuse(user, SENTENCES)
    return user


def disable_person(*, user: User, version: int | None = None, by: Actor) -> User:
    """Close the account: every session of it ends with its next request, in all workers.

    The roles stay open, so that enabling restores what was. Raises `NotAllowed` for one's own account,
    `RuleBroken` for the last administrator of a kind.
    """
    require(by, "houqin.user:manage", user)
    user = _lock_with_fellow_administrators(user)
    user.expect_version(version)
    can_disable(is_self=by.user == user, is_active=user.is_active).require()
    for role in held_roles(user) & ADMINISTRATORS:
        can_do_without(role, other_holders(role, user)).require()
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    return user


def enable_person(*, user: User, version: int | None = None, by: Actor) -> User:
    """Open a disabled account again, with the password and the roles that it had."""
    require(by, "houqin.user:manage", user)
    user = lock(user)
    user.expect_version(version)
    can_enable(is_active=user.is_active).require()
    user.is_active = True
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    return user


def held_roles(user: User) -> frozenset[str]:
    """The roles granted and not ended, of a disabled account too (unlike `User.roles`)."""
    return frozenset(RoleHolding.objects.filter(user=user, ended_at=None).values_list("role", flat=True))


def other_holders(role: str, user: User) -> int:
    """How many other active people hold `role`."""
    holdings = RoleHolding.objects.filter(role=role, ended_at=None, user__is_active=True)
    return holdings.exclude(user=user).count()


def _lock_with_fellow_administrators(user: User) -> User:
    """Lock `user` and, when he is an administrator, everybody who holds the same office.

    Without the others' locks two last administrators could disable each other at the same moment: each would
    still count the other.
    """
    offices = held_roles(user) & ADMINISTRATORS
    fellows = RoleHolding.objects.filter(role__in=offices, ended_at=None).values_list("user", flat=True)
    locked = {each.pk: each for each in lock_all(User.objects.filter(pk__in={user.pk, *fellows}))}
    return locked[user.pk]


def fill_person(user: User, *, staff_no: str, name: str, phone: str, department: Department | None) -> None:
    """Set who `user` is and where he works, by the rules that hold for one person as for a whole workbook.

    Raises `RuleBroken` with the field; nothing is saved.
    """
    user.staff_no = normal_login(staff_no)
    user.name = name.strip()
    user.phone = normal_login(phone) or None
    if department is not None and department.pk != user.department_id and department.retired_on is not None:
        raise RuleBroken(f"“{department.name}”已停用，请选现有的部门。", field="department")
    user.department = department
    if not user.staff_no:
        raise RuleBroken("请填写工号。", field="staff_no")
    if is_mobile(user.staff_no):
        raise RuleBroken(SENTENCES["staff_no_is_no_mobile_number"][0], field="staff_no")
    if not user.name:
        raise RuleBroken("请填写姓名。", field="name")
    if user.phone is not None and not is_mobile(user.phone):
        raise RuleBroken("手机号应是 1 开头的 11 位数字。", field="phone")
