"""Default deny: every route declares its right, and every test of this folder can reach it; promise A1."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import Error
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from houqin.checks import every_route_declares_its_right
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.urls import handler400, handler403, handler404, handler500, urlpatterns
from houqin.web.access import needs
from tests.factories import person, signed_in
from tests.security.objects import maker_of
from tests.security.walking import every_route, with_object

# Reviewed: who comes without a login. The admin's own login page only sends to the house's; whoever fetches a
# calendar has a signed address that its person can close.
PUBLIC = {
    "people:login",
    "people:login-code",
    "people:logout",
    "admin:login",
    "calendar:feed",
    "places:door",
    "setup:phone-opened",
}

ERROR_HANDLERS = (handler400, handler403, handler404, handler500)


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("every secret of the house")


@needs("nobody.ever:declared")
def misspelt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("every secret of the house")


@pytest.fixture
def planted(settings: Any) -> Any:
    """The house with two views that somebody forgot to declare."""
    import tests.security.planted as urls

    urls.urlpatterns = [*urlpatterns, path("bare/", bare, name="bare"), path("odd/", misspelt, name="odd")]
    urls.handler400, urls.handler403, urls.handler404, urls.handler500 = ERROR_HANDLERS
    settings.ROOT_URLCONF = urls.__name__
    return urls


def test_a1_every_route_declares_a_right_or_that_it_is_public() -> None:
    assert [route.key for route in every_route() if route.needs == "None"] == []
    assert every_route_declares_its_right(None) == []


def test_a1_every_declared_right_exists() -> None:
    assert {route.needs for route in every_route()} - {"public"} <= set(registry.permissions)


def test_a1_the_public_routes_are_the_reviewed_ones() -> None:
    assert {route.key for route in every_route() if route.needs == "public"} == PUBLIC


def test_a1_a_planted_bare_view_stops_the_start(planted: Any) -> None:
    found = every_route_declares_its_right(None)
    assert [(type(each), each.id) for each in found] == [(Error, "houqin.E001"), (Error, "houqin.E002")]


@pytest.mark.django_db
def test_a1_a_planted_bare_view_answers_nobody(planted: Any) -> None:
    for client in (Client(), signed_in(person(Role.DIRECTOR)), signed_in(person(Role.SYSTEM_ADMIN))):
        response = client.get("/bare/")
        assert (response.status_code, b"secret" in response.content) == (403, False)


def test_every_route_has_a_name_of_its_own() -> None:
    keys = [route.key for route in every_route()]
    assert sorted(keys) == sorted(set(keys))


def test_every_route_has_its_objects() -> None:
    """A route that names a row needs a maker in objects.py, or nobody would try it with another's row."""
    assert [route.key for route in with_object() if maker_of(route) is None] == []


def test_no_address_carries_a_key_of_the_database() -> None:
    odd = {place for route in every_route() for place in route.places} - {
        "public_id",
        "object_id",
        "index",
        "app_label",
        "code",
        "kind",
        "token",
        "way",
    }
    assert odd == set()
