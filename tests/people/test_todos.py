"""Who is told on the home page that a password reset waits for a second person."""

from __future__ import annotations

import pytest
from django.utils import timezone

from houqin.people.models import PasswordReset
from houqin.people.roles import Role
from houqin.people.selectors import resets_to_confirm
from tests.factories import person

pytestmark = pytest.mark.django_db


def test_a_waiting_reset_stands_on_the_home_page_of_who_confirms_it() -> None:
    asker, keeper = person(Role.SYSTEM_ADMIN), person(Role.CASHIER, name="金若兰")
    PasswordReset.objects.create(user=keeper, reason="忘了密码", created_by=asker)
    today = timezone.localdate()
    said = {
        role: [todo.title for todo in resets_to_confirm(person(role), today)]
        for role in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.DIRECTOR)
    }
    assert said == {
        Role.SECURITY_ADMIN: ["确认金若兰的密码重置"],
        Role.SYSTEM_ADMIN: [],
        Role.DIRECTOR: [],
    }


def test_nobody_is_asked_to_confirm_his_own_reset() -> None:
    keeper = person(Role.SECURITY_ADMIN)
    PasswordReset.objects.create(user=keeper, reason="忘了密码", created_by=person(Role.SYSTEM_ADMIN))
    assert list(resets_to_confirm(keeper, timezone.localdate())) == []
