"""Every answer is hardened: pages, files, prints and every error, over http and https; promise B6."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from houqin.people.devices import cookie_name
from houqin.people.roles import Role
from houqin.urls import handler400, handler403, handler404, handler500, urlpatterns
from houqin.web.access import public
from tests.factories import PASSWORD, department, person
from tests.security.objects import address_of
from tests.security.test_writes import who_may
from tests.security.walking import Route, client_of, every_route, undone

pytestmark = pytest.mark.django_db

ROUTES = [pytest.param(route, id=route.key) for route in every_route()]

ONLY_OURSELVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}

# A print or a stored file runs nothing: without a `script-src`, scripts fall under `default-src`. Chromium
# draws its viewer of PDF with a style of its own, which is the one exception there.
CONFINED = {"default-src": "'none'", "script-src": None, "base-uri": "'none'", "form-action": "'none'"}

LOOSE = re.compile(r"unsafe|\*|https?:")


def policy_of(response: Any) -> dict[str, str]:
    """The content security policy, by directive."""
    parts = [
        part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";") if part.strip()
    ]
    return {name: value for name, _, value in parts}


def weaknesses(response: Any) -> list[str]:
    """What is missing from the answer's headers."""
    if "Content-Security-Policy" not in response:
        return ["no policy"]
    policy = policy_of(response)
    is_print = response.get("Content-Type") == "application/pdf" or "sandbox" in policy
    found = [
        f"{name} {policy.get(name)}"
        for name, value in (CONFINED if is_print else ONLY_OURSELVES).items()
        if policy.get(name) != value
    ]
    found += [f"{name} {value}" for name, value in policy.items() if not is_print and LOOSE.search(value)]
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    found += [
        f"{name}: {response.get(name)}" for name, value in wanted.items() if response.get(name) != value
    ]
    return found + [name for name in ("Server", "X-Powered-By") if name in response]


@pytest.mark.parametrize("route", ROUTES)
def test_b6_every_route_is_hardened_for_everybody(route: Route) -> None:
    user = who_may(route)
    address = address_of(route, user)
    for client in (client_of(user), client_of(person(Role.GUARD)), Client()):
        for method in route.methods:
            with undone(client):
                assert weaknesses(getattr(client, method.lower())(address)) == [], method


@public
def failing(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("the table houqin_user has a secret")


@pytest.fixture
def house_with_a_fault(settings: Any) -> None:
    """The house with a page that fails."""
    import tests.security.planted as urls

    urls.urlpatterns = [*urlpatterns, path("failing/", failing, name="failing")]
    urls.handler400, urls.handler403, urls.handler404, urls.handler500 = (
        handler400,
        handler403,
        handler404,
        handler500,
    )
    settings.ROOT_URLCONF = urls.__name__


@pytest.mark.parametrize(
    ("address", "status"), [("/no-such-page/", 404), ("/components/", 403), ("/failing/", 500)]
)
def test_b6_every_error_is_hardened_and_tells_nothing(
    house_with_a_fault: None, address: str, status: int
) -> None:
    client = client_of(person(Role.GUARD), raise_request_exception=False)
    response = client.get(address)
    text = response.content.decode()
    assert (response.status_code, weaknesses(response)) == (status, [])
    assert [
        word for word in ("Traceback", "ZeroDivision", "secret", "houqin_user", ".py") if word in text
    ] == []


def test_b6_a_failed_request_names_its_number_and_nothing_else(house_with_a_fault: None) -> None:
    one, other = (Client(raise_request_exception=False).get("/failing/").content.decode() for _ in range(2))
    assert "编号" in one
    assert one != other


def test_b6_a_forged_form_and_an_oversized_one_are_hardened(settings: Any) -> None:
    forged = client_of(person(Role.DIRECTOR), enforce_csrf_checks=True).post("/plans/new/", {})
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    too_big = client_of(person(Role.DIRECTOR)).post("/plans/new/", {"title": "长" * 1000})
    assert (forged.status_code, weaknesses(forged)) == (403, [])
    assert (too_big.status_code, weaknesses(too_big)) == (400, [])


def test_b6_over_https_the_browser_is_told_to_stay(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    response = Client().get("/login/", secure=True)
    assert response["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")


def test_b6_plain_http_is_led_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/login/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/login/")


def test_b6_cookies_are_out_of_reach_of_scripts_and_other_sites(settings: Any) -> None:
    user, client = person(Role.DIRECTOR), Client()
    client.post("/login/", {"login": user.staff_no, "password": PASSWORD})
    client.get("/plans/new/")
    kept = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, cookie_name()}
    assert {name: (bool(each["httponly"]), each["samesite"]) for name, each in client.cookies.items()} == (
        dict.fromkeys(kept, (True, "Lax"))
    )


def test_b6_pages_of_a_signed_in_person_are_not_kept_by_others() -> None:
    client = client_of(person(Role.DIRECTOR, department=department()))
    for address in ("/", "/people/", "/plans/items/?export=csv", "/account/"):
        assert "public" not in client.get(address).get("Cache-Control", ""), address
