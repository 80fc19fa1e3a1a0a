"""The door: guessing fails, nothing is told to strangers, sessions end at once (B1, B2, B3, B5)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from houqin.people.guessing import LoginGuess
from houqin.people.login import SchoolArgon2Hasher
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.people.services import disable_person, end_role, grant_role
from houqin.writing import write
from tests.factories import PASSWORD, acting, person, signed_in
from tests.security.objects import ABSENT, BESIDE
from tests.security.walking import PAIRS, every_route
from tests.security.walking import body_of as body_bytes

pytestmark = pytest.mark.django_db

LOGIN = "/login/"
WRONG = "not the password 1"


@pytest.fixture(autouse=True)
def _no_waiting(settings: Any) -> None:
    settings.LOGIN_REFUSAL_SECONDS = 0


def try_login(
    client: Client, login: str, password: str = PASSWORD, address: str = "10.0.0.1", **extra: Any
) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, REMOTE_ADDR=address, **extra)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_staff_log_in_by_staff_number_and_by_phone_however_typed() -> None:
    person(staff_no="ZW01", phone="13800138000")
    for typed in (
        "ZW01",
        " zw01 ",
        "ＺＷ０１",
        "13800138000",
        "138 0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
    ):
        client = Client()
        assert try_login(client, typed).status_code == 302, typed
        assert is_in(client), typed


def test_the_session_key_changes_at_login() -> None:
    user = person()
    client = Client()
    client.get(LOGIN)
    before = client.session.session_key
    try_login(client, user.staff_no)
    assert client.session.session_key != before


def test_logging_in_does_not_count_as_an_edit_of_the_person() -> None:
    user = person()
    client = Client()
    try_login(client, user.staff_no)
    again = User.objects.get(pk=user.pk)
    assert (again.version, again.last_login is not None) == (user.version, True)


@pytest.mark.parametrize("addresses", [1, 50])
def test_b1_at_most_five_guesses_are_checked_in_a_quarter_of_an_hour(addresses: int) -> None:
    user = person(phone="13800138001")
    for number in range(20):
        typed = user.staff_no if number % 2 else "138-0013-8001"
        try_login(Client(), typed, WRONG, address=f"10.1.0.{number % addresses}")
    # None of them under another name: what is typed by phone comes from the same five.
    assert list(LoginGuess.objects.values_list("account", flat=True)) == [user.staff_no] * 5
    stranger = Client()
    assert try_login(stranger, user.staff_no, PASSWORD, address="10.9.9.9").status_code == 200
    assert not is_in(stranger)


@pytest.mark.long
@pytest.mark.parametrize("addresses", [1, 50])
def test_b1_of_a_thousand_guesses_five_are_checked_and_the_owner_still_gets_in(addresses: int) -> None:
    """Each guess bears a forwarding header of its own; the owner sits at his browser, behind one of them."""
    user = person(phone="13800138002")
    own = Client()
    try_login(own, user.staff_no, address="10.1.0.0")
    own.post("/logout/")
    checked = LoginGuess.objects.filter(account=user.staff_no)
    for number in range(1000):
        address, forged = f"10.1.0.{number % addresses}", f"192.0.2.{number % 250}, 10.1.0.{number % 7}"
        typed = user.staff_no if number % 2 else user.phone
        try_login(Client(), str(typed), f"{WRONG}{number}", address=address, HTTP_X_FORWARDED_FOR=forged)
    stranger = Client()
    try_login(stranger, user.staff_no, address="10.9.9.9", HTTP_X_FORWARDED_FOR="10.1.0.0")
    try_login(own, user.staff_no, address="10.1.0.0")
    assert (checked.count(), is_in(stranger), is_in(own)) == (5, False, True)


def test_b1_the_allowance_comes_back_after_a_quarter_of_an_hour() -> None:
    user = person()
    for _ in range(6):
        try_login(Client(), user.staff_no, WRONG)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        client = Client()
        try_login(client, user.staff_no)
        assert is_in(client)


def test_b1_the_owner_still_logs_in_on_his_own_browser_behind_the_same_address() -> None:
    user = person()
    own = Client()
    try_login(own, user.staff_no)
    own.post("/logout/")
    for _ in range(12):
        try_login(Client(), user.staff_no, WRONG)
    try_login(own, user.staff_no)
    assert is_in(own)


def test_b1_the_owners_browser_has_five_guesses_too() -> None:
    user = person()
    own = Client()
    try_login(own, user.staff_no)
    own.post("/logout/")
    for _ in range(5):
        try_login(own, user.staff_no, WRONG)
    try_login(own, user.staff_no)
    assert not is_in(own)


def test_b1_a_browser_that_knows_one_account_gets_no_allowance_for_another() -> None:
    mine, other = person(), person()
    client = Client()
    try_login(client, mine.staff_no)
    client.post("/logout/")
    for _ in range(7):
        try_login(Client(), other.staff_no, WRONG)
    try_login(client, other.staff_no)
    assert not is_in(client)


def test_b1_a_forged_forwarding_header_changes_nothing() -> None:
    user = person()
    for number in range(8):
        try_login(Client(), user.staff_no, WRONG, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert LoginGuess.objects.filter(account=user.staff_no).count() == 5
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"10.0.0.1"}


def test_b1_a_neighbour_behind_the_same_address_is_unaffected() -> None:
    attacked, neighbour = person(), person()
    for _ in range(8):
        try_login(Client(), attacked.staff_no, WRONG)
    client = Client()
    try_login(client, neighbour.staff_no)
    assert is_in(client)


def test_b1_a_forged_device_cookie_is_no_device() -> None:
    user = person()
    for _ in range(6):
        try_login(Client(), user.staff_no, WRONG)
    forger = Client()
    forger.cookies["__Host-houqin_device"] = forger.cookies["houqin_device"] = "eyJkZXZpY2UiOiJ4In0:1:x"
    try_login(forger, user.staff_no)
    assert not is_in(forger)


def body_of(response: Any, typed: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return text.replace(typed, "TYPED")


def test_b2_absent_wrong_disabled_and_locked_look_alike() -> None:
    wrong, disabled, locked = person(), person(is_active=False), person()
    for _ in range(6):
        try_login(Client(), locked.staff_no, WRONG)
    answers = [
        try_login(Client(), "NOBODY1", WRONG),
        try_login(Client(), wrong.staff_no, WRONG),
        try_login(Client(), disabled.staff_no, PASSWORD),
        try_login(Client(), locked.staff_no, PASSWORD),
    ]
    names = ["NOBODY1", wrong.staff_no, disabled.staff_no, locked.staff_no]
    seen = {
        (a.status_code, body_of(a, name), str(sorted(a.headers)))
        for a, name in zip(answers, names, strict=True)
    }
    assert len(seen) == 1
    assert "没有登录成功" in answers[0].content.decode()


def test_b2_the_guess_at_which_an_account_locks_looks_like_the_others() -> None:
    user = person()
    bodies = {body_of(try_login(Client(), user.staff_no, WRONG), user.staff_no) for _ in range(8)}
    assert len(bodies) == 1


class CountingHasher(SchoolArgon2Hasher):
    """The hasher of the house, and how many passwords it was given."""

    given: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.given += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.given += 1
        return super().verify(password, encoded)


def test_b2_whatever_is_refused_one_password_is_hashed(settings: Any) -> None:
    """Else the time of the answer would tell which accounts there are; that is measured in the long run."""
    wrong, disabled, locked = person(), person(is_active=False), person()
    for _ in range(6):
        try_login(Client(), locked.staff_no, WRONG)
    settings.PASSWORD_HASHERS = [f"{__name__}.{CountingHasher.__name__}"]
    hashed = []
    for login in ("NOBODY1", wrong.staff_no, disabled.staff_no, locked.staff_no):
        before = CountingHasher.given
        try_login(Client(), login, WRONG)
        hashed.append(CountingHasher.given - before)
    assert hashed == [1, 1, 1, 1]


def test_b3_a_disabled_account_is_out_at_its_next_request() -> None:
    admin, user = person(Role.SYSTEM_ADMIN), person()
    client = signed_in(user)
    assert client.get("/account/").status_code == 200
    write(disable_person, user=user, by=acting(admin))
    assert client.get("/account/").status_code == 302
    assert client.post("/account/password/").status_code == 302


def test_b3_a_change_of_roles_ends_the_sessions_of_its_holder() -> None:
    security, user = person(Role.SECURITY_ADMIN), person()
    client = signed_in(user)
    holding = write(grant_role, user=user, role=Role.DIRECTOR, by=acting(security))
    assert client.get("/account/").status_code == 302
    client = signed_in(User.objects.get(pk=user.pk))
    assert client.get("/account/").status_code == 200
    write(end_role, holding=holding, by=acting(security))
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(("minutes", "steps"), [(31, 1), (25, 30)], ids=["idle", "absolute"])
def test_b3_a_session_ends_when_idle_and_after_twelve_hours(minutes: int, steps: int) -> None:
    user = person()
    with time_machine.travel("2026-11-23 08:00+08:00", tick=False) as clock:
        client = Client()
        try_login(client, user.staff_no)
        answers = []
        for _ in range(steps):
            clock.shift(timedelta(minutes=minutes))
            answers.append(client.get("/account/").status_code)
    assert answers[-1] == 302
    assert set(answers[:-1]) <= {200, 302}
    assert answers.count(200) == (0 if steps == 1 else 28)


def test_b3_an_expired_session_says_so_and_leads_back_to_the_page() -> None:
    user = person()
    client = signed_in(user)
    session = client.session
    session["seen"] -= 31 * 60
    session.save()
    answer = client.get("/account/?tab=2", follow=True)
    assert answer.redirect_chain == [("/login/?ended=1&next=%2Faccount%2F%3Ftab%3D2", 302)]
    assert "登录已过期" in answer.content.decode()
    answer = client.post(LOGIN, {"login": user.staff_no, "password": PASSWORD, "next": "/account/?tab=2"})
    assert answer.headers["Location"] == "/account/?tab=2"


def test_b3_an_expired_form_leads_back_to_the_page_that_it_stood_on() -> None:
    client = signed_in(person())
    session = client.session
    session["seen"] -= 31 * 60
    session.save()
    answer = client.post("/account/password/", headers={"referer": "http://testserver/account/password/?x=1"})
    assert answer.headers["Location"] == "/login/?ended=1&next=%2Faccount%2Fpassword%2F%3Fx%3D1"


def test_b3_a_fragment_asked_for_by_nobody_moves_the_whole_page_on_every_route() -> None:
    asked = []
    for route in every_route():
        if route.needs == "public":
            continue
        address = route.address(public_id=ABSENT, object_id=ABSENT, **BESIDE)
        headers = {"hx-request": "true", "hx-current-url": "http://testserver/account/"}
        for method in route.methods:
            answer = getattr(Client(), method.lower())(address, headers=headers)
            asked.append((answer.status_code, answer.headers.get("HX-Redirect")))
    assert len(asked) > 80
    assert set(asked) == {(204, "/login/?next=/account/")}


def test_b3_an_expired_fragment_moves_the_whole_page() -> None:
    client = signed_in(person())
    session = client.session
    session["seen"] -= 31 * 60
    session.save()
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/account/"}
    answer = client.get("/account/", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login/?ended=1&next=%2Faccount%2F")


def test_b3_logout_is_by_post_only_and_kills_the_session() -> None:
    client = signed_in(person())
    key = client.cookies
    assert client.get("/logout/").status_code == 405
    assert is_in(client)
    old = {name: morsel.value for name, morsel in key.items()}
    client.post("/logout/")
    stolen = Client()
    stolen.cookies.load(old)
    assert stolen.get("/account/").status_code == 302


def test_b3_a_new_password_ends_every_other_session_and_keeps_ones_own() -> None:
    user = person()
    own, other = signed_in(user), signed_in(user)
    new = "another long secret 9"
    answer = own.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert own.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    client = Client()
    try_login(client, user.staff_no, new)
    assert is_in(client)


def test_b3_the_first_password_must_be_changed_before_anything_else() -> None:
    user = person(must_change_password=True)
    client = Client()
    try_login(client, user.staff_no)
    for path in ("/account/", "/admin/"):
        assert client.get(path).headers["Location"] == "/account/password/"
        assert client.post(path).headers["Location"] == "/account/password/"
    new = "another long secret 9"
    client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/account/").status_code == 200
    assert User.objects.get(pk=user.pk).must_change_password is False


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", "another long secret 9", "another long secret 9", "原密码不对"),
        (PASSWORD, "another long secret 9", "another long secret 8", "两次输入的新密码不一样"),
        (PASSWORD, "short", "short", "密码"),
        (PASSWORD, "12345678901234", "12345678901234", "数字"),
        (PASSWORD, PASSWORD, PASSWORD, "和原密码一样"),
    ],
)
def test_a_bad_new_password_is_refused_with_its_reason(old: str, new: str, again: str, sentence: str) -> None:
    user = person()
    answer = signed_in(user).post("/account/password/", {"old": old, "new": new, "again": again})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


# The page that turns two-step login off asks only whoever has it: tests/people/test_two_step.py.
PASSWORD_PAGES = {LOGIN, "/account/password/", "/account/two-step/", "/admin/login/"}


def test_b1_the_pages_that_ask_for_a_password_are_these() -> None:
    """Each of them is tried below or above; the administration's own leads to the house's login."""
    user, asking = person(*PAIRS[0]), set()
    for route in every_route():
        address = route.address(public_id=ABSENT, object_id=ABSENT, **BESIDE)
        for client in (Client(), signed_in(user)):
            body = body_bytes(client.get(address))
            if b'autocomplete="current-password"' in body:
                asking.add(address)
    assert asking == PASSWORD_PAGES - {"/admin/login/"}


def change_password(client: Client, old: str, new: str = "another long secret 9") -> Any:
    return client.post("/account/password/", {"old": old, "new": new, "again": new})


def test_b1_ones_own_old_password_is_guessed_five_times_in_a_quarter_of_an_hour() -> None:
    user = person()
    clients = [signed_in(user), signed_in(user)]
    for number in range(5):
        assert "原密码不对" in change_password(clients[number % 2], f"wrong {number}").content.decode()
    for client in clients:
        assert "15 分钟内最多试 5 次" in change_password(client, PASSWORD).content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    own = Client()
    try_login(own, user.staff_no)
    assert is_in(own)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert change_password(clients[0], PASSWORD).status_code == 302


def test_b1_an_unfit_new_password_is_no_guess_at_the_old_one() -> None:
    user = person()
    client = signed_in(user)
    for _ in range(7):
        assert "数字" in change_password(client, PASSWORD, "12345678901234").content.decode()
    assert change_password(client, PASSWORD).status_code == 302


def test_b1_strangers_at_the_login_leave_the_owner_the_page_of_his_password() -> None:
    user = person()
    client = signed_in(user)
    for _ in range(7):
        try_login(Client(), user.staff_no, WRONG)
    assert change_password(client, PASSWORD).status_code == 302


NEXTS = [
    "http://evil.example", "https://evil.example/", "//evil.example", "///evil.example", "////evil.example",
    "\\\\evil.example", "/\\evil.example", "\\/evil.example", "/\\/evil.example", "http:evil.example",
    "https:evil.example", "http:/evil.example", "http:///evil.example", "https:///evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
    " //evil.example", "\t//evil.example", "\n//evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r/evil.example", "%2f%2fevil.example", "http://testserver@evil.example", "//testserver@evil.example",
    "http://testserver.evil.example", "//evil.example%00.testserver", "\x00//evil.example", "//evil。example",
    "http://[::1", "//[", "ftp://evil.example", "evil.example", "@evil.example", "?next=//evil.example",
    "/ok\r\nLocation: //evil.example", "/ok\r\nSet-Cookie: a=b", "http://０evil.example",
    "//\u200bevil.example",
]  # fmt: skip


@pytest.mark.parametrize("wanted", NEXTS)
def test_b5_a_foreign_next_is_never_followed(wanted: str) -> None:
    assert len(NEXTS) >= 40
    user = person()
    client = Client()
    answer = client.post(LOGIN, {"login": user.staff_no, "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    assert client.get(LOGIN, {"next": wanted}).headers["Location"] == reverse("home")


def test_b5_a_forged_host_is_refused() -> None:
    assert Client().get(LOGIN, headers={"host": "evil.example"}).status_code == 400
    answer = Client().get("/account/", headers={"x-forwarded-host": "evil.example"})
    assert answer.headers["Location"] == "/login/?next=/account/"


def test_b4_the_login_form_needs_its_token() -> None:
    user = person()
    client = Client(enforce_csrf_checks=True)
    assert try_login(client, user.staff_no).status_code == 403
    for path in ("/logout/", "/account/password/"):
        assert Client(enforce_csrf_checks=True).post(path).status_code == 403


@pytest.mark.parametrize("typed", ["\x00", "a\x00b", "9" * 5000, "😀", "' OR 1=1 --", "　", "1" * 40])
def test_u8_whatever_is_typed_gets_an_answer(typed: str) -> None:
    assert try_login(Client(), typed, "x").status_code == 200
    assert try_login(Client(), "T1", typed).status_code == 200
