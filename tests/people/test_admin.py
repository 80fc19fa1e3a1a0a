"""The role-based admin: each role its own models, saved by services, nothing deleted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from houqin.people.models import Department, SchoolClass
from houqin.people.roles import GRANTABLE, Role
from houqin.registry import registry
from tests.factories import department, person, school_class, signed_in

pytestmark = pytest.mark.django_db

MANAGERS = {Role.DIRECTOR, Role.DEPUTY_DIRECTOR, Role.SYSTEM_ADMIN}
LISTS = ("/admin/houqin/department/", "/admin/houqin/schoolclass/")


@pytest.fixture
def director() -> Client:
    return signed_in(person(Role.DIRECTOR))


def form(**fields: Any) -> dict[str, Any]:
    return {"form_key": str(uuid.uuid4()), "read_version": "", "head": "", "order": "50", **fields}


@pytest.mark.parametrize("role", GRANTABLE)
def test_each_role_sees_its_own_models_only(role: Role) -> None:
    client = signed_in(person(role))
    for path, right in zip(LISTS, ("houqin.department:manage", "houqin.class:manage"), strict=True):
        expected = 200 if role in registry.permission(right).grants else 403
        assert client.get(path).status_code == expected, (role, path)
    assert (client.get("/admin/").status_code == 200) is (
        role in registry.permission("houqin.reference:read").grants
    )


def test_two_roles_see_what_both_may() -> None:
    client = signed_in(person(Role.TEACHER, Role.DEPUTY_DIRECTOR))
    assert [client.get(path).status_code for path in LISTS] == [200, 200]


def test_strangers_are_sent_to_the_houses_login() -> None:
    client = Client()
    assert client.get("/admin/").headers["Location"] == "/login/?next=/admin/"
    assert client.get("/admin/login/?next=//evil.example").headers["Location"] == "/login/?next=/admin/"


@pytest.mark.parametrize(
    "route", ["logout", "password_change", "password_change_done", "autocomplete", "view_on_site"]
)
def test_pages_that_the_house_does_not_use_are_not_there(director: Client, route: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{route}")
    assert director.get(f"/admin/{route}/").status_code == 404


def test_nothing_is_deleted_and_there_is_no_second_history(director: Client) -> None:
    place = department("总务处")
    for path in (f"{place.public_id}/delete/", f"{place.public_id}/history/", f"{place.pk}/delete/"):
        answer = director.post(f"/admin/houqin/department/{path}", {"post": "yes"})
        assert answer.status_code == 404
    answer = director.post(
        LISTS[0], {"action": "delete_selected", "_selected_action": place.pk, "post": "yes"}
    )
    assert (Department.objects.count(), answer.status_code) == (1, 200)
    assert "delete_selected" not in director.get(LISTS[0]).content.decode()


def test_a_department_is_added_through_its_service_once(director: Client) -> None:
    typed = form(name=" 教务处 ")
    answers = [director.post("/admin/houqin/department/add/", typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    made = Department.objects.get()
    assert (made.name, made.created_by is not None) == ("教务处", True)


def test_a_department_is_changed_by_its_public_id_only(director: Client) -> None:
    place = department("总务处")
    page = director.get(f"/admin/houqin/department/{place.public_id}/change/").content.decode()
    assert 'name="name" value="总务处"' in page
    # Called as the house calls it, in its colours, with a way back to it.
    house = ("<h1>修改部门</h1>", "houqin/css/admin.css", '<a href="/">返回后勤首页</a>')
    assert [each in page for each in house] == [True] * 3
    answer = director.post(
        f"/admin/houqin/department/{place.public_id}/change/", form(name="后勤处", read_version=place.version)
    )
    assert (answer.status_code, Department.objects.get().name) == (302, "后勤处")
    assert f"/admin/houqin/department/{place.public_id}/change/" in director.get(LISTS[0]).content.decode()
    assert director.get(f"/admin/houqin/department/{place.pk}/change/").status_code == 302


def test_the_services_refusal_stands_in_the_form(director: Client) -> None:
    place = department("总务处")
    answer = director.post(
        f"/admin/houqin/department/{place.public_id}/change/",
        form(name="后勤处", read_version=place.version + 7),
    )
    assert (answer.status_code, Department.objects.get().name) == (200, "总务处")
    assert "别人已经改过它" in answer.content.decode()
    answer = director.post("/admin/houqin/department/add/", form(name="总务处"))
    assert (answer.status_code, Department.objects.count()) == (200, 1)
    assert "已有同名部门" in answer.content.decode()


def test_a_class_is_changed_through_its_service(director: Client) -> None:
    each = school_class(7, 3)
    typed = {
        "form_key": str(uuid.uuid4()), "read_version": each.version, "name": "初一3班",
        "grade": 7, "number": 4, "entry_year": 2026, "head_teacher": "",
    }  # fmt: skip
    assert director.post(f"/admin/houqin/schoolclass/{each.public_id}/change/", typed).status_code == 302
    assert SchoolClass.objects.get().number == 4


def test_a4_fields_outside_the_form_change_nothing(director: Client) -> None:
    place = department("总务处")
    extra = {"retired_on": "2020-01-01", "public_id": "X", "created_by": "1", "search_key": "x"}
    director.post(
        f"/admin/houqin/department/{place.public_id}/change/", form(name="后勤处", read_version=1, **extra)
    )
    again = Department.objects.get()
    assert (again.name, again.retired_on, again.public_id, again.created_by) == (
        "后勤处",
        None,
        place.public_id,
        None,
    )


def test_what_is_new_is_called_as_everywhere_in_the_house(director: Client) -> None:
    chosen = department("总务处")
    paths = ["/admin/", "/admin/houqin/"]
    for path, record in ((LISTS[0], chosen), (LISTS[1], school_class(3, 2))):
        paths += [path, f"{path}add/", f"{path}{record.public_id}/change/"]
    pages = {path: director.get(path).content.decode() for path in paths}
    assert [path for path, page in pages.items() if "增加" in page] == []
    assert [path for path, page in pages.items() if "新增" not in page] == [
        f"{LISTS[0]}{chosen.public_id}/change/",
        f"{LISTS[1]}{record.public_id}/change/",
    ]
