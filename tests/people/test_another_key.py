"""Two-step login after a restoring on a new machine, or when the sealing key was lost: said, never a fault.

The secrets of the apps were sealed with the old key, so no code of an app can be checked; those for a lost
phone can.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from houqin.people.guessing import LoginGuess
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.selectors import UNCHECKED, codes_to_set_up_anew
from houqin.people.services import reset_password
from houqin.people.services.two_step import KEY_CHANGED, SET_UP_ANEW
from houqin.people.views.two_step import LOST_CODES
from houqin.writing import write
from tests.factories import PASSWORD, acting, person, signed_in
from tests.people.test_two_step import RECOVERY, code_at, turn_on, with_two_step
from tests.security.test_login import is_in, try_login

pytestmark = pytest.mark.django_db

CODE, CODES, OFF = "/login/code/", "/account/two-step/codes/", "/account/two-step/off/"


@pytest.fixture
def another_key(settings: Any, tmp_path: Path) -> Callable[[], None]:
    """What a restoring on a new machine does: everything is there but the secrets of the data folder."""
    settings.LOGIN_REFUSAL_SECONDS = 0

    def move() -> None:
        settings.DATA_DIR = tmp_path / "new machine"
        settings.DATA_DIR.mkdir()

    return move


def titles(user: User) -> list[str]:
    return [todo.title for todo in codes_to_set_up_anew(user, timezone.localdate())]


def test_at_the_login_it_is_said_and_no_try_counts_until_a_code_for_a_lost_phone_opens(
    another_key: Callable[[], None],
) -> None:
    user, secret = with_two_step(at=timezone.now())
    another_key()
    client = Client()
    try_login(client, user.staff_no)
    answers = [client.post(CODE, {"code": code_at(secret, timezone.now())}) for _ in range(7)]
    assert [KEY_CHANGED in each.content.decode() for each in answers] == [True] * 7
    assert (LoginGuess.objects.count(), is_in(client)) == (0, False)
    client.post(CODE, {"code": RECOVERY[0]})
    assert (is_in(client), "请用备用码关闭两步验证，再重新开启" in client.get("/").content.decode()) == (
        True,
        True,
    )


def test_whoever_is_in_turns_it_off_with_a_code_for_a_lost_phone_and_on_again(
    another_key: Callable[[], None],
) -> None:
    user, secret = with_two_step(at=timezone.now())
    client = signed_in(user)
    before = titles(user)
    another_key()
    user.refresh_from_db()
    assert (before, titles(user)) == ([], ["请用备用码关闭两步验证，再重新开启"])
    fresh = {"code": code_at(secret, timezone.now()), "password": PASSWORD}
    assert SET_UP_ANEW in client.post(f"{CODES}new/", fresh).content.decode()
    assert KEY_CHANGED in client.post(OFF, fresh).content.decode()
    client.post(OFF, {"code": RECOVERY[0], "password": PASSWORD})
    turn_on(client)
    user.refresh_from_db()
    assert (len(client.get(CODES).context["codes"]), titles(user)) == (8, [])


@pytest.mark.parametrize("page", ["", "print/"])
def test_codes_that_were_not_written_down_yet_are_lost_and_it_is_said(
    page: str, another_key: Callable[[], None]
) -> None:
    client = signed_in(person())
    turn_on(client)
    another_key()
    answer = client.get(f"{CODES}{page}", follow=True)
    assert (answer.redirect_chain, LOST_CODES in answer.content.decode()) == ([("/account/", 302)], True)


def test_the_administrator_is_told_whom_to_help_until_it_is_done(another_key: Callable[[], None]) -> None:
    user, _ = with_two_step(Role.TEACHER, name="周杰", at=timezone.now())
    admin, others = person(Role.SYSTEM_ADMIN), [person(Role.DIRECTOR), person()]
    before = titles(admin)
    another_key()
    assert (before, titles(admin)) == ([], ["周杰没有备用码的话，请重置周杰的密码"])
    assert [titles(each) for each in others] == [[], []]
    assert UNCHECKED in signed_in(admin).get(user.get_absolute_url()).content.decode()
    write(reset_password, user=user, password=Password("a new one 99"), by=acting(admin))
    assert titles(admin) == []
