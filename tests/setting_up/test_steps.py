"""From an empty school to a live one: what each step sees, who does it, when the reminder ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.school import School
from houqin.setting_up.addresses import Reach, own_addresses, reach_of
from houqin.setting_up.selectors import setup_todos, standings
from houqin.setting_up.services import finish_setup
from tests.calendar_plans.factories import running_plan
from tests.factories import acting, person, school_class, signed_in
from tests.places.factories import room
from tests.school_calendar.factories import school_year

pytestmark = pytest.mark.django_db

ALL = ["school", "staff", "classes", "rooms", "roles", "plan", "slips"]


@pytest.fixture
def admin() -> User:
    return person(Role.SYSTEM_ADMIN)


@pytest.fixture
def school() -> School:
    made: School = School.objects.create(name="青溪镇中心小学")
    return made


def done(user: User) -> dict[str, bool]:
    return {each.step.code: each.is_done for each in standings(user, on=timezone.localdate())}


def test_an_empty_school_has_everything_before_it_and_one_step_is_the_current_one(admin: User) -> None:
    found = standings(admin, on=timezone.localdate())
    assert [each.step.code for each in found] == ALL
    assert [each.state for each in found] == ["current", *["waiting"] * 6]
    assert found[0].says == "还没有校名；校历里还没有现在的学期"


def test_each_step_is_done_by_what_is_there(admin: User, school: School) -> None:
    assert set(done(admin).values()) == {False}
    school_year(begins_in=(timezone.localdate() - timedelta(days=243)).year)
    school_class()
    room()
    running_plan()
    for role in (Role.DIRECTOR, Role.PRINCIPAL, Role.TEACHER):
        person(role)
    found = done(admin)
    assert {code for code, is_done in found.items() if is_done} >= {
        "classes",
        "rooms",
        "plan",
        "roles",
        "staff",
    }
    late = User.objects.create(staff_no="N1", name="新来的", password="!")
    assert done(admin)["slips"] is False
    late.is_active = False
    late.save()
    assert done(admin)["slips"] is True


def test_a_step_that_is_somebody_elses_names_who_does_it(admin: User) -> None:
    by_code = {each.step.code: each for each in standings(admin, on=timezone.localdate())}
    assert (by_code["roles"].by_whom, list(by_code["roles"].ways)) == ("安全管理员", [])
    assert by_code["plan"].by_whom == "总务主任、总务副主任"
    assert [way.label for way in by_code["staff"].ways] == ["导入名册", "建部门", "逐个新增"]
    assert by_code["staff"].ways[0].address == "/imports/new/?kind=staff"


def test_a_module_that_is_switched_off_has_no_step(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.settings, "modules.calendar_plans", _off())
    assert "plan" not in done(admin)


def _off() -> Any:
    from dataclasses import replace

    return replace(registry.settings["modules.calendar_plans"], default=False)


def test_the_home_page_leads_to_the_next_step_until_somebody_says_that_it_is_done(
    admin: User, school: School
) -> None:
    today = timezone.localdate()
    (todo,) = setup_todos(admin, today)
    assert (todo.title, todo.detail) == ("开始使用：7 步里做好了 0 步", "下一步：学校、学期和放假")
    assert list(setup_todos(person(Role.TEACHER), today)) == []
    finish_setup(at=timezone.now(), by=acting(admin))
    assert list(setup_todos(admin, today)) == []


def test_whoever_alone_can_take_a_step_is_asked_for_it_at_home_until_it_is_done(school: School) -> None:
    today = timezone.localdate()
    security = person(Role.SECURITY_ADMIN)
    (todo,) = setup_todos(security, today)
    assert (todo.title, todo.url, todo.action) == ("开始使用：谁做什么", "/people/", "授予岗位")
    assert todo.detail == "这一步由您来做。现在：安全管理员 1 人。"
    assert list(setup_todos(person(Role.DEPUTY_DIRECTOR), today)) == []
    person(Role.DIRECTOR)
    assert [todo.title for todo in setup_todos(security, today)] == [todo.title]
    person(Role.PRINCIPAL)
    assert list(setup_todos(security, today)) == []


def test_a_demonstration_reminds_nobody(admin: User) -> None:
    School.objects.create(name="演示", is_demo=True)
    assert list(setup_todos(admin, timezone.localdate())) == []


def test_finishing_needs_a_school_and_the_right_and_happens_once(admin: User) -> None:
    with pytest.raises(RuleBroken, match="还没有填写学校名称"):
        finish_setup(at=timezone.now(), by=acting(admin))
    School.objects.create(name="青溪镇中心小学")
    with pytest.raises(NotAllowed):
        finish_setup(at=timezone.now(), by=acting(person(Role.SECURITY_ADMIN)))
    finish_setup(at=timezone.now(), by=acting(admin))
    with pytest.raises(RuleBroken, match="已经标记"):
        finish_setup(at=timezone.now(), by=acting(admin))


def test_the_page_shows_the_steps_in_one_number_of_queries_however_large_the_school(
    admin: User, school: School
) -> None:
    client = signed_in(admin)
    client.get("/setup/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = client.get("/setup/").content.decode()
    for _ in range(5):
        person(Role.GUARD)
        school_class()
        room()
    with CaptureQueriesContext(connection) as many:
        client.get("/setup/")
    assert len(few) == len(many)
    for words in (
        "现在做",
        "导入名册",
        "批量建房间",
        "由安全管理员来做",
        "手机打得开吗",
        "功能模块",
        "设置完成",
    ):
        assert words in page


# «手机打得开吗»


@pytest.mark.parametrize(
    ("host", "reach"),
    [
        ("localhost", Reach.HERE), ("127.0.0.1", Reach.HERE), ("[::1]", Reach.HERE), ("::", Reach.HERE),
        ("192.168.1.20", Reach.SCHOOL), ("10.3.0.9", Reach.SCHOOL), ("172.16.4.4", Reach.SCHOOL),
        ("houqin-pc", Reach.SCHOOL), ("houqin.local", Reach.SCHOOL), ("fe80::1", Reach.SCHOOL),
        ("houqin.school.edu.cn", Reach.EVERYWHERE), ("8.8.8.8", Reach.EVERYWHERE),
    ],
)  # fmt: skip
def test_an_address_is_told_apart_by_how_far_it_reaches(host: str, reach: Reach) -> None:
    assert reach_of(host) is reach


def test_this_machines_own_addresses_are_none_that_only_it_can_reach() -> None:
    assert [each for each in own_addresses() if reach_of(each) is Reach.HERE] == []


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:8000", "HOUQIN_BIND=0.0.0.0:8000"),
        ("192.168.1.20:8000", "连着校园网的手机打得开"),
        ("houqin.school.edu.cn", "校内校外的手机都应该打得开"),
    ],
)
def test_the_page_says_whether_phones_get_in_and_what_to_do(
    admin: User, settings: Any, host: str, said: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = signed_in(admin).get("/setup/phone/", headers={"host": host}).content.decode()
    assert said in page
    # A code of an address that no phone can reach would only lead astray.
    is_reached = not host.startswith("127.")
    assert (f"http://{host}/phone/" in page) == is_reached
    assert ('<path d="M0 0h1v1h-1z' in page) == is_reached


def test_a_phone_that_got_through_learns_the_schools_name_and_nothing_else(
    client: Any, school: School, admin: User
) -> None:
    page = client.get("/phone/").content.decode()
    assert "手机打得开" in page
    assert school.name in page
    assert admin.name not in page
