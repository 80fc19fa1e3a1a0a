"""The second page of the door: half a login opens nothing, codes are guessed no oftener than passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from houqin.people.guessing import LoginGuess
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services import disable_person, reset_password
from houqin.writing import write
from tests.factories import PASSWORD, acting, person, signed_in
from tests.people.test_two_step import RECOVERY, code_at, with_two_step
from tests.security.objects import ABSENT, BESIDE
from tests.security.test_login import body_of, is_in, try_login
from tests.security.walking import every_route

pytestmark = pytest.mark.django_db

CODE = "/login/code/"
NEVER = "not a code"


@pytest.fixture(autouse=True)
def _no_waiting(settings: Any) -> None:
    settings.LOGIN_REFUSAL_SECONDS = 0


@pytest.fixture
def owner() -> tuple[User, str]:
    return with_two_step(at=timezone.now())


def half_way(user: User, client: Client | None = None) -> Client:
    """A browser in which the password of `user` was right."""
    client = client or Client()
    assert try_login(client, user.staff_no).headers["Location"] == f"{CODE}?next=%2F"
    return client


def send(client: Client, code: str, **fields: str) -> Any:
    return client.post(CODE, {"code": code, **fields})


def now_code(secret: str) -> str:
    return code_at(secret, timezone.now())


def known_browser(user: User, secret: str) -> Client:
    """A browser that `user` has logged in with before; the code of the next half minute is still unused."""
    client = half_way(user)
    send(client, code_at(secret, timezone.now() - timedelta(seconds=30)))
    assert is_in(client)
    client.post("/logout/")
    return client


def test_after_the_right_password_the_code_is_asked_and_then_the_page_that_was_wanted(
    owner: tuple[User, str],
) -> None:
    user, secret = owner
    client = Client()
    answer = client.post("/login/", {"login": user.staff_no, "password": PASSWORD, "next": "/account/"})
    assert (answer.headers["Location"], is_in(client)) == (f"{CODE}?next=%2Faccount%2F", False)
    assert client.get(answer.headers["Location"]).context["next"] == "/account/"
    assert send(client, now_code(secret), next="/account/").headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_who_has_no_two_step_login_is_asked_for_no_code() -> None:
    client = Client()
    assert try_login(client, person().staff_no).headers["Location"] == "/"
    assert client.get(CODE, follow=True).redirect_chain == [("/login/?next=%2F", 302), ("/", 302)]


def test_b3_half_a_login_opens_nothing(owner: tuple[User, str]) -> None:
    client, stranger = half_way(owner[0]), Client()
    for route in every_route():
        if route.needs != "public":
            address = route.address(public_id=ABSENT, object_id=ABSENT, **BESIDE)
            for method in route.methods:
                answers = [getattr(each, method.lower())(address) for each in (client, stranger)]
                assert {(each.status_code, each.headers["Location"]) for each in answers} == {
                    (302, answers[1].headers["Location"])
                }
    assert not is_in(client)


def test_b3_half_a_login_ends_whatever_the_browser_was_logged_in_as(owner: tuple[User, str]) -> None:
    client = signed_in(person())
    before = client.session.session_key
    half_way(owner[0], client)
    assert (client.get("/account/").status_code, client.session.session_key == before) == (302, False)


def test_b3_the_session_key_changes_with_the_code_and_nothing_of_the_half_is_left(
    owner: tuple[User, str],
) -> None:
    user, secret = owner
    client = half_way(user)
    before = client.session.session_key
    send(client, now_code(secret))
    assert (client.session.session_key == before, "half_login" in client.session) == (False, False)


@pytest.mark.parametrize(("seconds", "is_asked"), [(299, True), (301, False)])
def test_b3_half_a_login_is_good_for_five_minutes(
    owner: tuple[User, str], seconds: int, is_asked: bool
) -> None:
    user, secret = owner
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = half_way(user)
        clock.shift(timedelta(seconds=seconds))
        send(client, now_code(secret))
        assert is_in(client) == is_asked


def test_b3_without_a_password_there_is_no_second_page(owner: tuple[User, str]) -> None:
    client = Client()
    assert client.get(CODE).headers["Location"] == "/login/?next=%2F"
    assert send(client, now_code(owner[1])).headers["Location"] == "/login/?next=%2F"
    assert not is_in(client)


@pytest.mark.parametrize("change", ["disabled", "reset"])
def test_b3_half_a_login_ends_with_the_account_or_its_password(owner: tuple[User, str], change: str) -> None:
    user, secret = owner
    client, admin = half_way(user), acting(person(Role.SYSTEM_ADMIN))
    if change == "disabled":
        write(disable_person, user=user, by=admin)
    else:
        write(reset_password, user=user, password=Password("a new one 99"), by=admin)
    send(client, now_code(secret))
    assert not is_in(client)


def test_a_code_opens_one_login(owner: tuple[User, str]) -> None:
    user, secret = owner
    one, other = half_way(user), half_way(user)
    code = now_code(secret)
    send(one, code)
    assert "没有登录成功" in send(other, code).content.decode()
    assert (is_in(one), is_in(other)) == (True, False)


def test_a_code_for_a_lost_phone_opens_one_login(owner: tuple[User, str]) -> None:
    user, _ = owner
    one, other = half_way(user), half_way(user)
    send(one, RECOVERY[0])
    send(other, RECOVERY[0])
    assert (is_in(one), is_in(other)) == (True, False)


def test_b1_five_wrong_codes_are_checked_over_all_browsers_together(owner: tuple[User, str]) -> None:
    user, secret = owner
    clients = [half_way(user) for _ in range(3)]
    for number in range(9):
        send(clients[number % 3], NEVER)
    assert LoginGuess.objects.filter(account=user.staff_no).count() == 5
    send(clients[0], now_code(secret))
    assert not is_in(clients[0])
    stranger = Client()
    assert try_login(stranger, user.staff_no).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        later = half_way(user)
        send(later, now_code(secret))
        assert is_in(later)


def test_b1_wrong_passwords_and_wrong_codes_count_together(owner: tuple[User, str]) -> None:
    user, secret = owner
    client = half_way(user)
    for _ in range(2):
        try_login(Client(), user.staff_no, "not the password 1")
    for _ in range(3):
        send(client, NEVER)
    send(client, now_code(secret))
    assert not is_in(client)


def test_b1_the_right_password_gives_no_guesses_at_the_code_back(owner: tuple[User, str]) -> None:
    """Also not in a browser that the owner knows, where a whole login would."""
    user, secret = owner
    client = known_browser(user, secret)
    for _ in range(5):
        half_way(user, client)
        send(client, NEVER)
    assert try_login(client, user.staff_no).status_code == 200


def test_b1_strangers_who_know_the_password_do_not_lock_the_owners_browser(owner: tuple[User, str]) -> None:
    user, secret = owner
    own, stranger = known_browser(user, secret), half_way(user)
    for _ in range(7):
        send(stranger, NEVER)
    send(half_way(user, own), now_code(secret))
    assert (is_in(own), is_in(stranger)) == (True, False)


def test_b1_a_neighbour_behind_the_same_address_is_unaffected_by_wrong_codes(owner: tuple[User, str]) -> None:
    attacker = half_way(owner[0])
    for _ in range(8):
        send(attacker, NEVER)
    (neighbour, secret), plain = with_two_step(at=timezone.now()), Client()
    client = half_way(neighbour)
    send(client, now_code(secret))
    try_login(plain, person().staff_no)
    assert (is_in(client), is_in(plain)) == (True, True)


def test_b2_a_wrong_password_looks_alike_with_and_without_two_step_login(owner: tuple[User, str]) -> None:
    names = [owner[0].staff_no, person().staff_no, "NOBODY1"]
    answers = [try_login(Client(), name, "not the password 1") for name in names]
    seen = {
        (each.status_code, body_of(each, name), str(sorted(each.headers)))
        for each, name in zip(answers, names, strict=True)
    }
    assert len(seen) == 1


def test_b2_a_wrong_a_used_and_a_locked_code_look_alike(owner: tuple[User, str]) -> None:
    user, secret = owner
    code = now_code(secret)
    send(half_way(user), code)
    clients = [half_way(user), half_way(user)]
    answers = [send(clients[0], code), *(send(clients[1], NEVER) for _ in range(6))]
    typed = [code, *[NEVER] * 6]
    assert len({body_of(each, text) for each, text in zip(answers, typed, strict=True)}) == 1


def test_b4_the_code_needs_its_token(owner: tuple[User, str]) -> None:
    assert Client(enforce_csrf_checks=True).post(CODE, {"code": "1"}).status_code == 403


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "9" * 5000, "😀", "٠٠٠٠٠٠", "²²²²²²", "一二三四五六", ""]
)
def test_u8_whatever_is_typed_as_a_code_gets_an_answer(owner: tuple[User, str], typed: str) -> None:
    client = half_way(owner[0])
    assert (send(client, typed).status_code, is_in(client)) == (200, False)


def test_b5_a_foreign_next_is_not_followed_after_the_code(owner: tuple[User, str]) -> None:
    user, secret = owner
    client = half_way(user)
    assert send(client, now_code(secret), next="//evil.example").headers["Location"] == "/"
