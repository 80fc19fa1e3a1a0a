"""The pages of people: who sees what, what is hidden, and that a password is shown once."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.passwords import one_time_password
from houqin.people.permissions import DEVELOPMENT
from houqin.people.roles import GRANTABLE, Role
from houqin.registry import registry
from houqin.school import current_school
from tests.factories import department, person, signed_in

pytestmark = pytest.mark.django_db


def url(name: str, record: Any = None) -> str:
    return reverse(f"people:{name}", args=[record.public_id] if record is not None else [])


def keyed(**fields: Any) -> dict[str, Any]:
    return {"_key": str(uuid.uuid4()), **fields}


@pytest.fixture
def admin() -> Client:
    return signed_in(person(Role.SYSTEM_ADMIN, name="系统员"))


@pytest.fixture
def security() -> Client:
    return signed_in(person(Role.SECURITY_ADMIN, name="安全员"))


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("role", GRANTABLE)
def test_the_list_is_for_those_who_may_read_people(role: Role) -> None:
    mine = department("总务处")
    client = signed_in(person(role, department=mine, name="本人"))
    person(name="同事甲", department=mine)
    person(name="外人乙")
    answer = client.get(url("person-list"))
    grants = registry.permission("houqin.user:list").grants
    assert answer.status_code == (200 if role in grants else 403)
    if role in grants:
        seen = ("同事甲" in text(answer), "外人乙" in text(answer))
        assert seen == ((True, False) if role == Role.DEPARTMENT_HEAD else (True, True))


def test_phones_are_half_hidden_in_the_list_and_its_export(admin: Client) -> None:
    person(name="李青", phone="13812345678")
    page = text(admin.get(url("person-list")))
    export = b"".join(admin.get(url("person-list"), {"export": "csv"}).streaming_content).decode()  # type: ignore[arg-type]
    for body in (page, export):
        assert ("138****5678" in body, "13812345678" in body) == (True, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [("李青", True), ("lq", True), ("ZW9", True), ("5678", True), ("678", False), ("王", False)],
)
def test_people_are_found_by_name_initials_number_and_phone_tail(
    admin: Client, words: str, found: bool
) -> None:
    user = person(name="李青", staff_no="ZW9", phone="13812345678")
    assert (url("person", user) in text(admin.get(url("person-list"), {"q": words}))) is found


def test_the_list_is_narrowed_by_role_and_state(admin: Client) -> None:
    cashier, former, gone = person(Role.CASHIER), person(Role.CASHIER), person(is_active=False)
    RoleHolding.objects.filter(user=former).update(ended_at="2099-01-01T00:00Z")
    page = text(admin.get(url("person-list"), {"role": "cashier"}))
    assert [url("person", each) in page for each in (cashier, former, gone)] == [True, False, False]
    shown = [text(admin.get(url("person-list"), query)) for query in ({}, {"retired": "1"})]
    assert [[url("person", each) in page for each in (cashier, former, gone)] for page in shown] == [
        [True, True, False],
        [False, False, True],
    ]
    assert [page.count(">已停用的<") for page in shown] == [1, 1]


def test_a3_another_person_is_as_absent_as_nobody() -> None:
    client, other = signed_in(person(Role.TEACHER)), person(name="外人乙")
    answers = [client.get(url("person", other)), client.get("/people/ZZZZZZZZZZ/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert text(answers[0]) == text(answers[1])


def test_everybody_reads_his_own_page() -> None:
    user = person(Role.TEACHER, name="林晓月", phone="13812345678")
    assert "13812345678" in text(signed_in(user).get(url("person", user)))


def test_a_new_account_shows_its_password_once_and_a_double_tap_the_same(admin: Client) -> None:
    form = keyed(staff_no="zw77", name="新人", phone="", department="")
    first = admin.post(url("person-create"), form)
    second = admin.post(url("person-create"), form)
    password = str(one_time_password(form["_key"]))
    assert [password in text(answer) for answer in (first, second)] == [True, True]
    assert "no-store" in first.headers["Cache-Control"]
    user = User.objects.get(staff_no="ZW77")
    assert user.check_password(password)
    assert password not in text(admin.get(url("person", user)))
    assert Client().post("/login/", {"login": "zw77", "password": password}).status_code == 302


def test_a4_no_field_outside_the_form_reaches_the_account(admin: Client) -> None:
    extra = {
        "is_active": "",
        "must_change_password": "",
        "session_epoch": "99",
        "role": "principal",
        "password": "x",
    }
    admin.post(url("person-create"), keyed(staff_no="zw78", name="新人", **extra))
    user = User.objects.get(staff_no="ZW78")
    assert (user.is_active, user.must_change_password, user.session_epoch, user.holdings.count()) == (
        True,
        True,
        1,
        0,
    )


def test_a_person_is_corrected_disabled_and_enabled(admin: Client) -> None:
    user = person(name="旧名")
    page = admin.get(url("person-edit", user))
    assert "旧名" in text(page)
    form = keyed(_version=str(user.version), staff_no=user.staff_no, name="新名", phone="", department="")
    assert admin.post(url("person-edit", user), form).status_code == 303
    assert admin.post(url("person-disable", user), keyed()).status_code == 303
    assert (User.objects.get(pk=user.pk).name, User.objects.get(pk=user.pk).is_active) == ("新名", False)
    assert admin.post(url("person-enable", user), keyed()).status_code == 303
    assert User.objects.get(pk=user.pk).is_active is True


def test_roles_are_granted_and_ended_on_pages(security: Client) -> None:
    user = person()
    answer = security.post(url("role-grant", user), keyed(role="cashier"))
    assert answer.headers["Location"] == url("person", user)
    holding = RoleHolding.objects.get(user=user)
    assert url("role-end", holding) in text(security.get(url("person", user)))
    assert security.post(url("role-end", holding), keyed()).headers["Location"] == url("person", user)
    assert RoleHolding.objects.get(user=user).ended_at is not None


def test_a_reset_by_two_on_pages(admin: Client, security: Client) -> None:
    user = person(Role.DIRECTOR)
    assert admin.post(url("password-reset", user), keyed()).status_code == 409
    assert admin.post(url("reset-request", user), keyed(reason="本人当面申请")).status_code == 303
    reset = PasswordReset.objects.get()
    assert admin.post(url("reset-confirm", reset), keyed()).status_code == 403
    assert url("reset", reset) in text(security.get(url("reset-list")))
    form = keyed()
    password = str(one_time_password(form["_key"]))
    assert password in text(security.post(url("reset-confirm", reset), form))
    assert User.objects.get(pk=user.pk).check_password(password)
    assert "这份申请已经办结" in text(security.post(url("reset-withdraw", reset), keyed()))


def test_departments_and_classes_on_pages() -> None:
    client = signed_in(person(Role.DIRECTOR))
    client.post(url("department-create"), keyed(name="后勤处", head="", order="3"))
    place = Department.objects.get()
    assert "后勤处" in text(client.get(url("department", place)))
    assert client.post(url("department-retire", place), keyed(on="2026-09-01")).status_code == 303
    typed = {"name": "三（2）班", "grade": "3", "number": "2", "entry_year": "2024", "head_teacher": ""}
    client.post(url("class-create"), keyed(**typed))
    each = SchoolClass.objects.get()
    assert "三（2）班" in text(client.get(url("class-list"), {"q": "三（2）"}))
    assert (
        client.post(url("class-edit", each), keyed(_version="1", **typed | {"number": "5"})).status_code
        == 303
    )
    assert client.post(url("class-retire", each), keyed(on="2026-08-31")).status_code == 303
    assert (SchoolClass.objects.get().number, str(SchoolClass.objects.get().retired_on)) == (5, "2026-08-31")
    for name, words in (("class-list", "三（2）班"), ("department-list", "后勤处")):
        listed = [words in text(client.get(url(name), asked)) for asked in ({}, {"retired": "1"})]
        assert listed == [False, True]


def test_the_schools_name_is_entered() -> None:
    client = signed_in(person(Role.DIRECTOR))
    assert client.post(url("school"), keyed(_version="0", name="青溪小学", short_name="")).status_code == 303
    assert str(current_school()) == "青溪小学"
    assert "青溪小学" in text(Client().get("/login/"))


def test_of_two_people_who_correct_the_schools_name_the_second_is_told() -> None:
    one, other = signed_in(person(Role.DIRECTOR, name="周主任")), signed_in(person(Role.DIRECTOR))
    one.post(url("school"), keyed(_version="0", name="青溪小学", short_name="青小"))
    seen = keyed(_version="1")
    assert one.post(url("school"), seen | keyed(name="青溪实验小学", short_name="青小")).status_code == 303
    answer = other.post(url("school"), seen | keyed(name="青溪小学校", short_name="青小"))
    assert (answer.status_code, str(current_school())) == (409, "青溪实验小学")
    assert "周主任" in text(answer)
    settled = other.post(url("school"), keyed(_version="2", name="青溪小学校", short_name="青小"))
    assert (settled.status_code, str(current_school())) == (303, "青溪小学校")


def test_who_entered_the_schools_name_as_the_first_is_not_written_over_by_the_second() -> None:
    one, other = signed_in(person(Role.DIRECTOR)), signed_in(person(Role.DIRECTOR))
    one.post(url("school"), keyed(_version="0", name="青溪小学", short_name=""))
    answer = other.post(url("school"), keyed(_version="0", name="别的小学", short_name=""))
    assert (answer.status_code, str(current_school())) == (409, "青溪小学")


def test_the_table_of_rights_shows_every_right_and_role() -> None:
    person(Role.CASHIER, name="金若兰")
    page = text(signed_in(person(Role.DIRECTOR)).get(url("role-table")))
    # What is for developers of the program is no right that a school gives.
    missing = [p.label for p in registry.permissions.values() if p.label not in page]
    assert missing == [p.label for p in registry.permissions.values() if p.group == DEVELOPMENT]
    assert [role.label for role in Role if role.label not in page] == []
    assert "金若兰" in page
    assert set(re.findall(r'scope="rowgroup" colspan="(\d+)"', page)) == {str(1 + len(Role))}
    page = text(signed_in(person(Role.TEACHER)).get(url("role-table"), {"role": "cashier"}))
    assert ("金若兰" in page, "我能做什么" in page) == (False, True)
    assert signed_in(person()).get(url("role-table"), {"role": "x\x00"}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(
    admin: Client, count: int, django_assert_num_queries: Any
) -> None:
    place = department("总务处")
    for _ in range(count):
        person(Role.TEACHER, Role.GUARD, department=place)
    with django_assert_num_queries(6):
        admin.get(url("person-list"))


def test_two_roles_may_do_what_either_may() -> None:
    user = person(Role.TEACHER, Role.DIRECTOR)
    client = signed_in(user)
    assert [client.get(url(name)).status_code for name in ("person-list", "department-create")] == [200, 200]
    assert client.get(url("person-create")).status_code == 403
