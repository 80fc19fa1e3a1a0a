"""No forged write, and no GET that writes; promise B4. (`test_matrix.py` watches every GET as every role.)"""

from __future__ import annotations

import pytest
from django.test import Client

from houqin.people.models import User
from houqin.people.roles import Role
from tests.factories import department, person
from tests.security.objects import address_of
from tests.security.walking import Route, client_of, every_route, holder_of, is_answered, rows_written, undone

pytestmark = pytest.mark.django_db

ROUTES = [pytest.param(route, id=route.key) for route in every_route()]
METHODS = ("post", "put", "patch", "delete")


def who_may(route: Route) -> User:
    """Somebody who may use the route."""
    admin = getattr(route.view, "model_admin", None)
    right = route.needs if admin is None else admin.manage_permission
    return person(department=department()) if right == "public" else holder_of(right, department=department())


@pytest.mark.parametrize("route", ROUTES)
def test_b4_without_a_token_nothing_is_written(route: Route) -> None:
    user = who_may(route)
    address = address_of(route, user)
    client = client_of(user, enforce_csrf_checks=True)
    for method in METHODS:
        with undone(client):
            before = rows_written()
            response = getattr(client, method)(address, {"_key": "1"} if method == "post" else b"")
            assert (response.status_code, rows_written() - before) == (403, 0), method


@pytest.mark.parametrize("route", [case for case in ROUTES if "POST" in case.values[0].methods])  # type: ignore[attr-defined]
def test_b4_a_token_of_another_visitor_is_none(route: Route) -> None:
    user, stranger = who_may(route), Client(enforce_csrf_checks=True)
    stranger.get("/login/")
    foreign = "x" * 64
    client = client_of(user, enforce_csrf_checks=True)
    response = client.post(address_of(route, user), {"csrfmiddlewaretoken": foreign})
    assert response.status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_b4_reading_never_writes(route: Route) -> None:
    user = who_may(route)
    address = address_of(route, user)
    client = client_of(user)
    for method in ("head", "options", "trace", "get"):
        before = rows_written()
        response = getattr(client, method)(address)
        assert (is_answered(response), rows_written() - before) == (True, 0), method


def test_b4_control_a_write_is_counted() -> None:
    before = rows_written()
    person(Role.DIRECTOR)
    assert rows_written() > before
