"""The pages of the settings and of the module switches, as a browser meets them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from houqin.people.roles import Role
from houqin.school_settings.models import SettingChange
from houqin.showing import said_day
from tests.calendar_plans import factories as plans
from tests.factories import department, person, signed_in
from tests.school_settings.conftest import SAMPLE_GRAMS
from tests.web.pages.reading import words

pytestmark = pytest.mark.django_db

CHANGE = f"/settings/{SAMPLE_GRAMS.code}/change/"


@pytest.fixture
def director() -> Client:
    return signed_in(person(Role.DIRECTOR, name="陆文山"))


def typed(**fields: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "_key": str(uuid.uuid4()),
        "value": "150",
        "valid_from": today,
        "reason": "例会",
        "seen": "",
    } | fields


def switched_off(*apps: str) -> None:
    """As if the administrator had switched these off today."""
    for app in apps:
        SettingChange.objects.create(
            code=f"modules.{app}", value="no", valid_from=timezone.localdate(), reason="先不用"
        )


def test_the_list_shows_value_default_bounds_and_source(director: Client) -> None:
    page = words(director.get("/settings/"))
    shown = ["留样克数", "125 克", "125—500 克", "《餐饮服务食品安全操作规范》"]
    assert [each in page for each in shown] == [True] * 4


def test_where_the_law_leaves_no_choice_none_is_offered(director: Client) -> None:
    pages = [director.get(f"/settings/separation.{code}/") for code in ("request_decide", "buyer_keeper")]
    assert ["只能“禁止”，不能放宽" in words(page) for page in pages] == [True, False]
    assert ["/change/" in page.content.decode() for page in pages] == [False, True]


def test_a_change_stands_in_the_history_with_who_and_why(director: Client) -> None:
    response = director.post(CHANGE, typed(), follow=True)
    page = words(response)
    assert (
        response.redirect_chain[0][1],
        [each in page for each in ("150 克", "现行", "例会", "陆文山")],
    ) == (
        303,
        [True] * 4,
    )


def test_a_future_value_says_from_when(director: Client) -> None:
    day = timezone.localdate() + timedelta(days=40)
    director.post(CHANGE, typed(valid_from=day.isoformat()))
    page = words(director.get(f"/settings/{SAMPLE_GRAMS.code}/"))
    assert (f"将于 {said_day(day, on=timezone.localdate())}" in page, "生效：150 克" in page) == (True, True)


def test_below_the_floor_the_source_is_cited_beside_the_field(director: Client) -> None:
    response = director.post(CHANGE, typed(value="100"))
    sentence = "“留样克数”不能低于 125 克。出处：《餐饮服务食品安全操作规范》。"
    assert (response.status_code, response.context["form"].errors["value"]) == (409, [sentence])


def test_an_unknown_setting_is_not_there(director: Client) -> None:
    assert [director.get(f"/settings/{path}").status_code for path in ("no.such/", "no.such/change/")] == [
        404,
        404,
    ]


def test_whoever_may_only_read_finds_no_button_and_the_reason() -> None:
    principal = signed_in(person(Role.PRINCIPAL))
    page = words(principal.get(f"/settings/{SAMPLE_GRAMS.code}/"))
    assert ("您的岗位没有“修改学校的设置”的权限" in page, principal.get(CHANGE).status_code) == (True, 403)


def test_a_shorter_idle_time_ends_a_session_sooner(director: Client) -> None:
    session = director.session
    session["seen"] = timezone.now().timestamp() - 10 * 60
    session.save()
    assert director.get("/").status_code == 200
    SettingChange.objects.create(
        code="login.idle_minutes", value="5", valid_from=timezone.localdate(), reason="公用电脑"
    )
    session = director.session
    session["seen"] = timezone.now().timestamp() - 10 * 60
    session.save()
    assert director.get("/")["Location"].startswith("/login/?ended=1")


# Modules


def test_the_pages_of_a_module_that_is_off_say_so_to_everybody() -> None:
    switched_off("calendar_plans")
    for role in (Role.DIRECTOR, Role.SYSTEM_ADMIN, Role.TEACHER):
        response = signed_in(person(role)).get("/plans/")
        assert (response.status_code, "“工作计划”这个功能，学校现在没有启用。" in words(response)) == (
            404,
            True,
        )


def test_a_stranger_is_asked_to_log_in_before_he_learns_which_modules_there_are() -> None:
    switched_off("calendar_plans")
    assert Client().get("/plans/")["Location"] == "/login/?next=/plans/"


def test_a_module_that_is_off_writes_nothing() -> None:
    switched_off("calendar_plans")
    response = signed_in(person(Role.DIRECTOR)).post("/plans/new/", {"_key": str(uuid.uuid4())})
    assert response.status_code == 404


def test_nothing_of_a_module_that_is_off_is_left_on_home_search_and_administration() -> None:
    user = person(Role.DIRECTOR, department=department())
    plans.item(plans.running_plan(user.department), owner=user, content="检修独一无二的门窗")
    client = signed_in(user)
    pages = ("/", "/search/?q=独一无二", "/admin/")
    telling = ("独一无二的门窗", "的门窗", "工作类别")
    before = [word in words(client.get(page)) for page, word in zip(pages, telling, strict=True)]
    switched_off("calendar_plans")
    after = [word in words(client.get(page)) for page, word in zip(pages, telling, strict=True)]
    assert (before, after) == ([True] * 3, [False] * 3)
    assert ("/plans/" in client.get("/").content.decode(), client.get("/settings/").status_code) == (
        False,
        200,
    )
    assert client.get("/admin/calendar_plans/category/").status_code == 404


def test_the_administrator_switches_a_module_off_and_on_with_a_tick() -> None:
    admin = signed_in(person(Role.SYSTEM_ADMIN))
    sent = {"_key": str(uuid.uuid4()), "reason": "先不用"}
    assert admin.post("/settings/modules/", sent).status_code == 303
    assert signed_in(person(Role.DIRECTOR)).get("/plans/").status_code == 404
    sent = {"_key": str(uuid.uuid4()), "reason": "开学启用", "calendar_plans": "on"}
    assert admin.post("/settings/modules/", sent).status_code == 303
    assert signed_in(person(Role.DIRECTOR)).get("/plans/").status_code == 200
    page = words(admin.get("/settings/modules/"))
    assert [each in page for each in ("先不用", "开学启用", "停用")] == [True] * 3
