"""两步验证: turned on by its owner, each code once, gone with a lost phone, secret everywhere else."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from houqin.actors import Guest
from houqin.errors import RuleBroken
from houqin.notifications.models import Notice
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services import (
    confirm_reset,
    pass_two_step,
    renew_recovery_codes,
    request_reset,
    reset_password,
    turn_off_two_step,
    turn_on_two_step,
)
from houqin.people.two_step import TwoStep, address_for_app, new_recovery_codes, new_secret
from houqin.school_settings.models import SettingChange
from houqin.sealing import unseal
from houqin.writing import write
from tests.factories import PASSWORD, acting, person, signed_in
from tests.notifications.working import tell_all

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 0, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)
PHONES = "JBSWY3DPEHPK3PXP" * 2
RECOVERY = ["abcd-efgh-jkmn", "2345-6789-pqrs"]
SETTING = "/account/two-step/"


def code_at(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


def with_two_step(*roles: Role, at: datetime = NOW, **fields: Any) -> tuple[User, str]:
    """Somebody who turned it on a while before `at`, and the secret in his phone."""
    user, secret, before = person(*roles, **fields), new_secret(), at - timedelta(hours=1)
    user = write(
        turn_on_two_step, password=Password(PASSWORD), secret=secret, code=Password(code_at(secret, before)),
        recovery=[Password(each) for each in RECOVERY], at=before, by=acting(user),
    )  # fmt: skip
    return user, str(secret)


def told(user: User) -> list[str]:
    """The titles of what `user` was told."""
    tell_all()
    return list(Notice.objects.filter(recipient=user).values_list("title", flat=True))


def passes(user: User, code: str, at: datetime = NOW) -> bool:
    return write(pass_two_step, user=user, code=Password(code), at=at, by=Guest(""))


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_in_its_half_minute_and_in_those_beside_it(steps: int, is_right: bool) -> None:
    user, secret = with_two_step()
    assert passes(user, code_at(secret, NOW + steps * STEP)) == is_right


def test_a_code_counts_once_and_no_earlier_one_after_it() -> None:
    user, secret = with_two_step()
    now, before = code_at(secret, NOW), code_at(secret, NOW - STEP)
    assert [passes(user, code) for code in (now, now, before)] == [True, False, False]
    assert passes(user, code_at(secret, NOW + STEP), NOW + STEP)


def test_the_code_that_turned_it_on_opens_no_login() -> None:
    user, secret = with_two_step(at=NOW + timedelta(hours=1))
    assert not passes(user, code_at(secret, NOW))


def test_a_code_is_taken_however_it_is_typed() -> None:
    user, secret = with_two_step()
    code = code_at(secret, NOW)
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code)
    assert passes(user, f" {wide[:3]} {wide[3:]} ")


def test_a_code_for_a_lost_phone_counts_once_and_its_owner_is_told() -> None:
    user, _ = with_two_step()
    assert [passes(user, code) for code in ("ABCD efgh-jkmn", "abcdefghjkmn", "nothing")] == [
        True,
        False,
        False,
    ]
    assert len(TwoStep.objects.get(user=user).recovery) == 1
    assert told(user) == ["有人用备用码登录了您的账号，备用码还剩 1 个"]


def test_of_whom_has_none_every_code_is_wrong() -> None:
    assert not passes(person(), "123456")


def test_the_codes_for_a_lost_phone_are_drawn_anew_and_differ() -> None:
    drawn = [*new_recovery_codes(), *new_recovery_codes()]
    assert (len(drawn), len(set(drawn)), {len(each) for each in drawn}) == (16, 16, {14})


def test_the_app_is_told_the_school_the_account_and_the_secret() -> None:
    address = address_for_app(Password(PHONES), account="ZW01", school="青溪小学")
    told_to_app = pyotp.parse_uri(address)
    assert (told_to_app.secret, told_to_app.name, told_to_app.issuer) == (
        PHONES,
        "ZW01",
        "青溪小学",
    )


@pytest.mark.parametrize(
    ("password", "code", "field"),
    [("wrong", None, "password"), (PASSWORD, "000000", "code"), (PASSWORD, "x", "code")],
)
def test_it_is_turned_on_only_with_the_password_and_a_code(
    password: str, code: str | None, field: str
) -> None:
    user, secret = person(), Password(PHONES)
    with pytest.raises(RuleBroken) as refusal:
        turn_on_two_step(
            password=Password(password), secret=secret, code=Password(code or code_at(secret, NOW)),
            recovery=[], at=NOW, by=acting(user),
        )  # fmt: skip
    assert (refusal.value.field, TwoStep.objects.exists()) == (field, False)


@pytest.mark.parametrize(
    ("password", "code", "field"), [("wrong", None, "password"), (PASSWORD, "x", "code")]
)
def test_it_is_turned_off_only_with_the_password_and_a_code(
    password: str, code: str | None, field: str
) -> None:
    user, secret = with_two_step()
    typed = Password(code or code_at(secret, NOW))
    with pytest.raises(RuleBroken) as refusal:
        turn_off_two_step(password=Password(password), code=typed, at=NOW, by=acting(user))
    assert (refusal.value.field, TwoStep.objects.count()) == (field, 1)


@pytest.mark.parametrize("typed", ["app", RECOVERY[1]])
def test_turned_off_nothing_of_it_is_left(typed: str) -> None:
    user, secret = with_two_step()
    code = Password(code_at(secret, NOW) if typed == "app" else typed)
    user = turn_off_two_step(password=Password(PASSWORD), code=code, at=NOW, by=acting(user))
    assert (user.two_step_since, TwoStep.objects.count()) == (None, 0)


def test_the_secret_is_kept_sealed_and_the_audit_knows_when_but_not_what() -> None:
    user, secret = with_two_step()
    kept = TwoStep.objects.get()
    assert (unseal(kept.secret), secret in kept.secret) == (secret, False)
    assert {code in " ".join(kept.recovery) for code in ("abcdefghjkmn", "abcd-efgh-jkmn")} == {False}
    events = list(user.events.order_by("pgh_id").values())  # type: ignore[attr-defined]
    assert [each["two_step_since"] for each in events] == [None, NOW - timedelta(hours=1)]
    assert {secret in json.dumps(events, default=str), kept.secret in json.dumps(events, default=str)} == {
        False
    }


def test_a_changed_sealing_key_is_said_and_the_codes_for_a_lost_phone_still_count(
    tmp_path: Any, settings: Any
) -> None:
    user, secret = with_two_step()
    settings.DATA_DIR = tmp_path
    with pytest.raises(RuleBroken, match="备用码"):
        passes(user, code_at(secret, NOW))
    assert passes(user, RECOVERY[0])


def test_with_a_reset_by_one_the_lost_phone_is_forgotten_and_its_owner_told() -> None:
    user, _ = with_two_step(Role.TEACHER)
    admin = person(Role.SYSTEM_ADMIN)
    write(reset_password, user=user, password=Password("a new one 99"), by=acting(admin))
    user.refresh_from_db()
    assert (user.two_step_since, TwoStep.objects.count()) == (None, 0)
    assert told(user) == ["您的两步验证随密码重置一起取消了"]


def test_with_a_reset_by_two_the_lost_phone_is_forgotten_when_the_second_confirms() -> None:
    user, _ = with_two_step(Role.CASHIER)
    admin, security = person(Role.SYSTEM_ADMIN), person(Role.SECURITY_ADMIN)
    reset = write(request_reset, user=user, reason="手机丢了，当面申请", by=acting(admin))
    assert TwoStep.objects.count() == 1
    write(confirm_reset, reset=reset, password=Password("a new one 99"), by=acting(security))
    user.refresh_from_db()
    assert (user.two_step_since, TwoStep.objects.count()) == (None, 0)
    last = user.events.order_by("pgh_id").last()  # type: ignore[attr-defined]
    assert (last.two_step_since, last.pgh_context["by"]) == (None, security.pk)
    assert told(user) == ["您的两步验证随密码重置一起取消了"]


def test_who_had_none_is_told_of_none_with_a_reset() -> None:
    user, admin = person(), person(Role.SYSTEM_ADMIN)
    write(reset_password, user=user, password=Password("a new one 99"), by=acting(admin))
    assert told(user) == []


# -- in one's own account -----------------------------------------------------------------------------------


def shown_secret(client: Client) -> str:
    return str(client.get(SETTING).context["secret"]).replace(" ", "")


def turn_on(client: Client, *, password: str = PASSWORD) -> Any:
    code = code_at(shown_secret(client), timezone.now())
    return client.post(SETTING, {"code": code, "password": password})


def test_the_page_shows_a_qr_code_and_the_same_secret_until_it_is_proved() -> None:
    client = signed_in(person())
    body = client.get(SETTING).content.decode()
    assert ("二维码，开启两步验证用" in body, shown_secret(client)) == (True, shown_secret(client))
    assert shown_secret(client) not in json.dumps(dict(client.session.items()))


def test_the_codes_for_a_lost_phone_are_shown_until_their_owner_has_them_and_never_again() -> None:
    user = person()
    client = signed_in(user)
    assert turn_on(client).headers["Location"] == "/account/two-step/codes/"
    codes = client.get("/account/two-step/codes/").context["codes"]
    assert len(codes) == 8
    assert passes(user, codes[7], timezone.now())
    assert {code in json.dumps(dict(client.session.items())) for code in codes} == {False}
    assert (
        client.post(SETTING, {"code": "1", "password": "x"}).headers["Location"] == "/account/two-step/codes/"
    )
    assert client.post("/account/two-step/codes/").headers["Location"] == "/account/"
    for page in ("codes/", "codes/print/"):
        assert client.get(f"/account/two-step/{page}").headers["Location"] == "/account/"


def test_the_codes_for_a_lost_phone_are_printed() -> None:
    client = signed_in(person())
    turn_on(client)
    codes = client.get("/account/two-step/codes/").context["codes"]
    sheet = PdfReader(io.BytesIO(client.get("/account/two-step/codes/print/").content))
    words = "".join(page.extract_text() for page in sheet.pages)
    assert [code for code in codes if code not in words] == []


def test_turning_it_on_and_off_ends_the_other_sessions_and_keeps_ones_own() -> None:
    user = person()
    own, other = signed_in(user), signed_in(user)
    key = own.session.session_key
    turn_on(own)
    assert (own.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert own.session.session_key != key
    own_code = own.get("/account/two-step/codes/").context["codes"][0]
    user.refresh_from_db()
    other = signed_in(user)
    own.post("/account/two-step/off/", {"code": own_code, "password": PASSWORD})
    assert (own.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert "没有开启" in own.get("/account/").content.decode()


NEW_CODES = SETTING + "codes/new/"


def test_with_a_fresh_code_of_the_app_there_are_new_codes_for_a_lost_phone_and_the_old_ones_are_dead() -> (
    None
):
    user, secret = with_two_step()
    user.refresh_from_db()
    began = user.session_epoch
    new = Password("wxyz-2222-3333")
    code = Password(code_at(secret, NOW))
    user = write(renew_recovery_codes, code=code, recovery=[new], at=NOW, by=acting(user))
    assert (user.session_epoch, user.two_step_since) == (began + 1, NOW - timedelta(hours=1))
    assert [passes(user, each) for each in (*RECOVERY, str(new))] == [False, False, True]
    assert not passes(user, str(code))


@pytest.mark.parametrize("typed", ["x", "000000", RECOVERY[0], ""])
def test_neither_a_wrong_code_nor_one_for_a_lost_phone_gets_new_ones(typed: str) -> None:
    user, _ = with_two_step()
    with pytest.raises(RuleBroken) as refusal:
        renew_recovery_codes(code=Password(typed), recovery=[], at=NOW, by=acting(user))
    assert (refusal.value.field, len(TwoStep.objects.get().recovery)) == ("code", 2)


def test_who_has_no_two_step_login_has_no_codes_to_renew() -> None:
    user = person()
    with pytest.raises(RuleBroken, match="没有开启"):
        renew_recovery_codes(code=Password("123456"), recovery=[], at=NOW, by=acting(user))
    assert signed_in(user).get(NEW_CODES).headers["Location"] == "/account/"


def test_new_codes_are_shown_and_printed_as_the_first_ones_were_and_a_second_tap_makes_no_more() -> None:
    user, secret = with_two_step(at=timezone.now())
    user.refresh_from_db()
    client, other = signed_in(user), signed_in(user)
    assert "还剩 2 个" in client.get(NEW_CODES).content.decode()
    for _ in range(2):
        answer = client.post(NEW_CODES, {"code": code_at(secret, timezone.now())})
        assert answer.headers["Location"] == "/account/two-step/codes/"
    codes = client.get("/account/two-step/codes/").context["codes"]
    sheet = PdfReader(io.BytesIO(client.get("/account/two-step/codes/print/").content))
    words = "".join(page.extract_text() for page in sheet.pages)
    assert (len(codes), [code for code in codes if code not in words]) == (8, [])
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)


def test_b1_new_codes_are_tried_for_as_often_as_turning_it_off_and_from_the_same_allowance() -> None:
    user, secret = with_two_step(at=timezone.now())
    client = signed_in(user)
    for number in range(5):
        client.post(NEW_CODES, {"code": f"{number:06}"})
    for address in (NEW_CODES, SETTING + "off/"):
        sent = {"code": code_at(secret, timezone.now()), "password": PASSWORD}
        assert "15 分钟内最多试 5 次" in client.post(address, sent).content.decode()
    assert (len(TwoStep.objects.get().recovery), TwoStep.objects.count()) == (2, 1)


def test_a_wrong_code_does_not_stay_in_its_box() -> None:
    user, _ = with_two_step(at=timezone.now())
    client, half = signed_in(user), logged_in(user)
    pages = [client.post(address, {"code": "042042"}) for address in (NEW_CODES, SETTING + "off/")]
    pages += [
        half.post("/login/code/", {"code": "042042"}),
        signed_in(person()).post(SETTING, {"code": "042042"}),
    ]
    assert [("042042" in page.content.decode(), page.status_code) for page in pages] == [(False, 200)] * 4


def test_b1_a_session_at_an_unwatched_screen_guesses_neither_password_nor_code() -> None:
    user, _ = with_two_step(at=timezone.now())
    client = signed_in(user)
    for number in range(5):
        answer = client.post("/account/two-step/off/", {"code": f"{number:06}", "password": PASSWORD})
        assert "动态码不对" in answer.content.decode()
    answer = client.post("/account/two-step/off/", {"code": RECOVERY[0], "password": PASSWORD})
    assert "15 分钟内最多试 5 次" in answer.content.decode()
    assert TwoStep.objects.count() == 1


def test_b1_a_new_password_gives_no_guesses_at_the_code_back() -> None:
    user, _ = with_two_step(at=timezone.now())
    client, new = signed_in(user), "another long secret 9"
    for number in range(5):
        client.post("/account/two-step/off/", {"code": f"{number:06}", "password": PASSWORD})
    client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    client.post("/account/two-step/off/", {"code": RECOVERY[0], "password": new})
    assert TwoStep.objects.count() == 1


# -- where a role must have it ------------------------------------------------------------------------------


def wanted_of(roles: str) -> None:
    SettingChange.objects.create(
        code="login.two_step_roles", value=roles, valid_from=timezone.localdate(), reason="校长办公会决定"
    )


def logged_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/login/", {"login": user.staff_no, "password": password})
    return client


def test_nobody_must_have_it_until_the_school_says_so() -> None:
    assert logged_in(person(Role.CASHIER)).get("/account/").status_code == 200


def test_who_must_have_it_sets_it_up_before_anything_else() -> None:
    wanted_of("出纳、总务主任")
    client = logged_in(person(Role.CASHIER))
    for path in ("/", "/account/", "/account/two-step/off/"):
        assert client.get(path).headers["Location"] == SETTING
        assert client.post(path).headers["Location"] == SETTING
    assert "您的岗位须开启两步验证" in client.get(SETTING).content.decode()
    turn_on(client)
    assert client.get("/account/").status_code == 200
    assert logged_in(person(Role.TEACHER)).get("/account/").status_code == 200


def test_the_first_password_comes_before_it() -> None:
    wanted_of("出纳")
    client, new = logged_in(person(Role.CASHIER, must_change_password=True)), "another long secret 9"
    assert client.get(SETTING).headers["Location"] == "/account/password/"
    client.post("/account/password/", {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/account/").headers["Location"] == SETTING


def test_who_is_at_work_when_it_is_decided_goes_on_until_the_next_login() -> None:
    user = person(Role.CASHIER)
    client = logged_in(user)
    wanted_of("出纳")
    assert client.get("/account/").status_code == 200
    assert logged_in(user).get("/account/").headers["Location"] == SETTING


def test_who_must_have_it_changes_the_phone_by_turning_it_off_and_on_at_once() -> None:
    wanted_of("出纳")
    client = logged_in(person(Role.CASHIER))
    turn_on(client)
    code = client.get("/account/two-step/codes/").context["codes"][0]
    client.post("/account/two-step/off/", {"code": code, "password": PASSWORD})
    assert client.get("/account/").headers["Location"] == SETTING
    with time_machine.travel(timezone.now() + STEP):
        turn_on(client)
    assert client.get("/account/").status_code == 200
