"""Whoever lacks a right is told who may give it to him, by the table of rights itself."""

from __future__ import annotations

import pytest

from houqin.people.access import without_right
from houqin.people.roles import Role
from houqin.registry import registry
from tests.factories import person, signed_in

pytestmark = pytest.mark.django_db


def test_a_refusal_names_who_grants_roles() -> None:
    told = [without_right(person(*roles), "houqin.user:manage") for roles in ((), (Role.SYSTEM_ADMIN,))]
    assert told == ["您的岗位没有“管理教职工账号”的权限。确实需要时，请安全管理员为您开通岗位。"] * 2


def test_who_grants_roles_is_not_sent_to_himself() -> None:
    told = without_right(person(Role.SECURITY_ADMIN), "houqin.user:manage")
    assert told == "您的岗位没有“管理教职工账号”的权限。确实需要时，请另一位安全管理员为您开通岗位。"


def test_the_refused_page_says_it() -> None:
    page = signed_in(person()).get("/people/new/")
    expected = without_right(person(), "houqin.user:manage")
    assert (page.status_code, expected in page.content.decode()) == (403, True)


def test_who_holds_a_right_is_named_in_the_order_of_the_roles() -> None:
    assert registry.holders_of("houqin.class:manage") == "总务主任、总务副主任、系统管理员"
