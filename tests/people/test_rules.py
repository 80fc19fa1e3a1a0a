"""Who may hold what with what."""

from __future__ import annotations

import pytest

from houqin.people.names import masked_phone, normal_login
from houqin.people.passwords import Password, one_time_password
from houqin.people.roles import ADMINISTRATORS, GRANTABLE, Role
from houqin.people.rules import ORDINARY_ROLES, can_do_without, can_hold_together, needs_second_person

BUSINESS = [role for role in GRANTABLE if role not in ADMINISTRATORS | ORDINARY_ROLES]


@pytest.mark.parametrize("held", GRANTABLE)
def test_every_pair_of_roles_is_decided(held: Role) -> None:
    for role in GRANTABLE:
        if role == held and role != Role.TEACHER:
            expected = False
        elif Role.TEACHER in (role, held):
            expected = True
        else:
            expected = role in BUSINESS and held in BUSINESS
        assert can_hold_together({held}, role).ok is expected, (held, role)


def test_the_refusal_names_what_the_person_holds() -> None:
    assert can_hold_together({Role.CASHIER}, Role.SYSTEM_ADMIN).reason == (
        "管理员不能兼任业务岗位（教师除外）；此人已任出纳。请先结束原岗位或换人。"
    )
    assert can_hold_together({Role.AUDIT_ADMIN}, Role.SYSTEM_ADMIN).reason == (
        "系统、安全、审计三类管理员不能由同一人担任；此人已是审计管理员。"
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((), False),
        ((Role.TEACHER,), False),
        ((Role.GUARD,), True),
        ((Role.TEACHER, Role.PRINCIPAL), True),
        ((Role.AUDIT_ADMIN,), True),
    ],
)
def test_a_reset_needs_two_for_everybody_but_ordinary_staff(held: tuple[Role, ...], expected: bool) -> None:
    assert needs_second_person(held) is expected


def test_only_the_last_administrator_cannot_go() -> None:
    assert can_do_without(Role.SECURITY_ADMIN, 0).ok is False
    assert can_do_without(Role.SECURITY_ADMIN, 1).ok is True
    assert can_do_without(Role.DIRECTOR, 0).ok is True


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ｚｗ０１", "ZW01"),
        (" 138-0013 8000 ", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("138—0013—8000", "13800138000"),
        ("0086 138 0013 8000", "13800138000"),
        ("+86", "+86"),
        ("", ""),
    ],
)
def test_what_is_typed_is_read_in_one_form(typed: str, stored: str) -> None:
    assert normal_login(typed) == stored


def test_a_phone_in_a_list_is_half_hidden() -> None:
    assert masked_phone("13800138000") == "138****8000"
    assert masked_phone(None) == ""


def test_a_password_never_shows_itself() -> None:
    password = Password("secret")
    assert f"{password!r} {[password]}" == "Password(…) [Password(…)]"


def test_a_one_time_password_belongs_to_its_form() -> None:
    assert one_time_password("a") == one_time_password("a")
    assert one_time_password("a") != one_time_password("b")
    assert len(one_time_password("a")) == 12
