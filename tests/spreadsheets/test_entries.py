"""「导入」 on the lists that workbooks are read into: found by the registry, shown to whoever may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houqin.people.roles import Role
from houqin.registry import registry
from houqin.spreadsheets.states import USE
from tests.factories import person, signed_in

pytestmark = pytest.mark.django_db


def entries(client: Client, importer: Any) -> list[tuple[str, str]]:
    answer = client.get(reverse(importer.list_url_name))
    found: list[tuple[str, str]] = answer.context["imports"] if answer.status_code == 200 else []
    assert all(f'href="{url}"' in answer.content.decode() for _, url in found)
    return found


@pytest.mark.parametrize("kind", ["staff", "classes", "rooms", "partners", "checklists"])
def test_each_list_leads_to_its_own_import(kind: str) -> None:
    importer = registry.imports[kind]
    users = registry.permission(USE).grants
    holder = next(role for role in registry.permission(importer.perm).grants if role in users)
    address = f"/imports/new/?kind={kind}"
    client = signed_in(person(holder))
    assert entries(client, importer) == [("导入", address)]
    assert client.get(address).context["form"]["kind"].value() == kind


def test_no_import_is_without_a_list_of_this_test() -> None:
    assert sorted(registry.imports) == ["checklists", "classes", "partners", "rooms", "staff"]


def test_who_may_read_a_list_and_not_import_into_it_sees_no_such_button() -> None:
    readers = {
        kind: signed_in(person(role)) for kind, role in (("staff", Role.DIRECTOR), ("rooms", Role.TEACHER))
    }
    assert {kind: entries(client, registry.imports[kind]) for kind, client in readers.items()} == {
        "staff": [], "rooms": [],
    }  # fmt: skip


def test_a_list_that_takes_no_workbook_has_no_such_button() -> None:
    assert signed_in(person(Role.DIRECTOR)).get(reverse("rosters:duty-list")).context["imports"] == []
