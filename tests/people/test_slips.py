"""Account slips: whose first password is printed, that it works once, and that nothing of it stays behind."""

from __future__ import annotations

import io
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services import give_first_passwords
from houqin.web.pages.forms import KEY
from tests.factories import PASSWORD, acting, department, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person(Role.SYSTEM_ADMIN)


def imported(name: str = "新来的", **fields: Any) -> User:
    """An account as an import opens it."""
    fields.setdefault("staff_no", f"N{User.objects.count():04}")
    made: User = User.objects.create(name=name, password="!", **fields)
    return made


def give(*users: User, by: User) -> list[User]:
    return give_first_passwords(
        users=users, passwords={each.public_id: Password(f"first {each.pk}") for each in users}, by=acting(by)
    )


def printed(client: Client, *users: User, key: str = "") -> Any:
    chosen = [each.public_id for each in users]
    return client.post("/slips/print/", {KEY: key or str(uuid.uuid4()), "chosen": chosen})


def words_of(response: Any) -> str:
    reader = PdfReader(io.BytesIO(response.content))
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_first_password_works_and_must_be_changed(admin: User) -> None:
    (user,) = give(imported(), by=admin)
    assert (user.check_password(f"first {user.pk}"), user.must_change_password) == (True, True)


def test_a_lost_slip_is_printed_again_until_its_owner_has_been_in(admin: User) -> None:
    user = imported()
    give(user, by=admin)
    give(user, by=admin)
    user.refresh_from_db()
    user.must_change_password = False
    user.save()
    with pytest.raises(RuleBroken, match=f"新来的 {user.staff_no}：本人已经登录过"):
        give(user, by=admin)


def test_all_or_none_and_the_refusal_names_them(admin: User) -> None:
    fine, closed, trusted = imported("好的"), imported("停用的", is_active=False), imported("出纳")
    trusted.holdings.create(role=Role.CASHIER)
    with pytest.raises(RuleBroken, match=r"^一个也没有改。停用的 N\d+：账号已停用。出纳 N\d+：此人担任业务"):
        give(fine, closed, trusted, by=admin)
    fine.refresh_from_db()
    assert not fine.has_usable_password()


def test_a_teacher_is_ordinary_and_only_who_may_reset_prints(admin: User) -> None:
    teacher = imported()
    teacher.holdings.create(role=Role.TEACHER)
    with pytest.raises(NotAllowed):
        give(teacher, by=person(Role.SECURITY_ADMIN))
    assert give(teacher, by=admin) == [teacher]


def test_the_list_holds_whoever_waits_and_nobody_else(admin: User) -> None:
    trusted = imported("出纳")
    trusted.holdings.create(role=Role.CASHIER)
    imported("停用的", is_active=False)
    imported("等密码的", department=department("教务处"))
    page = signed_in(admin).get("/slips/").content.decode()
    assert [name in page for name in ("等密码的", "还没有密码", "出纳", "停用的")] == [
        True,
        True,
        False,
        False,
    ]


def test_who_has_a_slip_already_stands_behind_those_who_have_none(admin: User) -> None:
    first, second = imported("阿二"), imported("阿一")
    give(first, by=admin)
    client = signed_in(admin)
    lists = [client.get(f"/slips/{query}").content.decode() for query in ("", "?waiting=1")]
    found = [list(dict.fromkeys(re.findall("阿[一二]", page))) for page in lists]
    assert found == [[second.name, first.name], [second.name]]


def test_the_page_says_how_many_need_two_people(admin: User) -> None:
    imported("出纳").holdings.create(role=Role.CASHIER)
    client = signed_in(admin)
    assert "还有 1 位担任业务岗位的人没有密码" in client.get("/slips/").content.decode()
    User.objects.filter(name="出纳").update(is_active=False)
    assert "位担任业务岗位的人没有密码" not in client.get("/slips/").content.decode()


def test_an_empty_list_says_who_is_not_in_it(admin: User) -> None:
    assert "由安全管理员确认" in signed_in(admin).get("/slips/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_sheet_holds_each_password_and_a_double_tap_prints_the_same(admin: User) -> None:
    people = [imported(f"教师{number}") for number in range(11)]
    client, key = signed_in(admin), str(uuid.uuid4())
    first = printed(client, *people, key=key)
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in first["Cache-Control"]
    words = words_of(first)
    passwords = dict(re.findall(r"工号\s+(\w+)\s+密码\s+([2-9a-z]{12})", words))
    assert (len(set(passwords.values())), len(PdfReader(io.BytesIO(first.content)).pages)) == (11, 2)
    for user in people:
        user.refresh_from_db()
    assert [user.name for user in people if not user.check_password(passwords[user.staff_no])] == []
    assert words_of(printed(client, *people, key=key)) == words
    assert words_of(printed(client, people[0])) != words


@pytest.mark.django_db(transaction=True)
def test_no_password_stays_on_the_disk_or_in_the_audit(admin: User) -> None:
    user = imported()
    words = words_of(printed(signed_in(admin), user))
    (password,) = re.findall(r"密码\s+([2-9a-z]{12})", words)
    kept = [each for each in Path(settings.DATA_DIR).glob("documents/**/*") if each.is_file()]
    assert [each for each in kept if "账号条" in str(PdfReader(each).metadata)] == []
    assert [event for event in user.events.values() if password in str(event)] == []
    assert user.events.latest("pgh_id").pgh_context["service"] == "give_first_passwords"


@pytest.mark.django_db(transaction=True)
def test_forgetful_colleagues_get_new_passwords_on_slips_at_once_all_or_none(admin: User) -> None:
    people = [person(Role.TEACHER, name=name) for name in ("甲", "乙")]
    cashier, closed = person(Role.CASHIER, name="金"), person(name="停", is_active=False)
    client = signed_in(admin)

    def asked(*users: User) -> Any:
        chosen = [user.public_id for user in users]
        return client.post("/people/passwords/", {KEY: str(uuid.uuid4()), "chosen": chosen})

    refused = asked(*people, cashier, closed, admin)
    said = tuple(
        f"{user.name} {user.staff_no}：{reason}"
        for user, reason in (
            (cashier, "此人担任业务岗位"), (closed, "账号已停用"), (admin, "自己的密码请在“我的账号”里修改"),
        )
    )  # fmt: skip
    page = refused.content.decode()
    assert (refused.status_code, [words in page for words in said]) == (409, [True] * 3)
    assert all(User.objects.get(pk=user.pk).check_password(PASSWORD) for user in people)
    words = words_of(asked(*people))
    passwords = dict(re.findall(r"工号\s+(\w+)\s+密码\s+([2-9a-z]{12})", words))
    for user in people:
        user.refresh_from_db()
    given = [(user.check_password(passwords[user.staff_no]), user.must_change_password) for user in people]
    assert given == [(True, True)] * 2


def test_two_of_one_name_who_were_ticked_are_told_apart(
    admin: User, django_assert_max_num_queries: Any
) -> None:
    office = department("总务处")
    chosen = [
        person(Role.TEACHER, name="王芳", staff_no=f"ZW{number:03}", department=office) for number in range(4)
    ]
    client = signed_in(admin)
    counts = []
    for some in (chosen[:1], chosen[:1], chosen):
        with django_assert_max_num_queries(99) as queries:
            page = client.get("/people/passwords/", {"chosen": [each.public_id for each in some]})
        counts.append(len(queries))
    words = re.sub(r"<[^>]+>|&nbsp;|\s", "", page.content.decode())
    assert [f"王芳·工号{each.staff_no}·总务处·教师" in words for each in chosen] == [True] * 4
    assert counts[1] == counts[2]


def test_nobody_chosen_prints_nothing(admin: User) -> None:
    assert printed(signed_in(admin)).status_code == 409
