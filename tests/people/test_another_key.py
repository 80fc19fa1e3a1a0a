"""Two-step login after a restoring on a new machine, or when the sealing key was lost: said, never a fault.

The secrets of the apps were sealed with the old key, so no code of an app can be checked; those for a lost
phone can.
"""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from houqin.audit.selectors import timeline
from houqin.errors import NotAllowed
from houqin.people.guessing import LoginGuess
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.selectors import UNCHECKED, codes_to_set_up_anew
from houqin.people.services import lift_two_step, reset_password
from houqin.people.services.two_step import KEY_CHANGED, SET_UP_ANEW
from houqin.people.two_step import TwoStep
from houqin.people.views.two_step import LOST_CODES
from houqin.writing import write
from tests.factories import PASSWORD, acting, person, signed_in
from tests.people.test_two_step import RECOVERY, code_at, told, turn_on, with_two_step
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


def test_a_last_administrator_without_codes_is_let_in_by_a_command_on_the_server(
    another_key: Callable[[], None],
) -> None:
    admin, secret = with_two_step(Role.SYSTEM_ADMIN, name="高远", staff_no="GY001", at=timezone.now())
    another_key()
    inside, client = signed_in(admin), Client()
    try_login(client, admin.staff_no)
    hint = "python3 manage.py turn_off_two_step 工号"
    answer = client.post(CODE, {"code": code_at(secret, timezone.now())})
    assert [hint in page.content.decode() for page in (answer, inside.get("/"))] == [True, True]
    said = StringIO()
    call_command("turn_off_two_step", "gy001", stdout=said)
    assert said.getvalue().startswith("已关闭 高远 GY001 的两步验证，所有登录已退出")
    assert (TwoStep.objects.count(), inside.get("/").status_code) == (0, 302)
    try_login(client, admin.staff_no)
    assert is_in(client)
    assert "您的两步验证在服务器上用命令关闭了" in told(admin)
    assert "系统（在服务器上关闭两步验证）" in {act.who for act in timeline(admin)}


@pytest.mark.parametrize(
    ("staff_no", "said"), [("GY001", "高远 GY001 没有开启两步验证"), ("X", "没有工号是“X”的人")]
)
def test_the_command_says_why_it_does_nothing(staff_no: str, said: str) -> None:
    person(Role.SYSTEM_ADMIN, name="高远", staff_no="GY001")
    with pytest.raises(CommandError, match=said):
        call_command("turn_off_two_step", staff_no)


def test_nobody_does_it_in_the_browser() -> None:
    user, _ = with_two_step(at=timezone.now())
    with pytest.raises(NotAllowed):
        write(lift_two_step, user=user, by=acting(person(Role.SYSTEM_ADMIN)))
