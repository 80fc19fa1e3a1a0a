"""A house full of payloads, each page opened in a real Chromium under the house's own policy; promise U1."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Dialog, Playwright
from playwright.sync_api import Route as Asked

from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from tests.browsers import CHROMIUM, QUIET
from tests.factories import department, person
from tests.security.test_markup import poisoned
from tests.security.walking import Route, client_of, undone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HOUSE = "http://houqin.test"
READERS = (Role.DIRECTOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)

# A blocked handler runs nothing and still shows that a page wrote it.
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy ${event.violatedDirective} ${event.blockedURI}`))
"""
TOUCH_EVERYTHING = """() => document.querySelectorAll("*").forEach((each) => {
  each.dispatchEvent(new MouseEvent("mouseover", {bubbles: false}))
  each.dispatchEvent(new FocusEvent("focus", {bubbles: false}))
  each.dispatchEvent(new Event("toggle"))
})"""

# What a page or a script of the house answered: body, kind, policy; by its path.
Kept = dict[str, tuple[str, str, str]]


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


def first_opened_by(role: Role, route: Route) -> bool:
    """Whether none of the `READERS` before `role` may open the route, so that every page is drawn once."""
    may = [route.needs == "public" or route.needs in registry.rights_of([Role.STAFF, one]) for one in READERS]
    return may.index(True) == READERS.index(role) if any(may) else False


def drawn_for(role: Role) -> Kept:
    """Every page that somebody with `role` is the first to open, with its policy, by its path."""
    reader = person(role, department=department())
    addresses = poisoned(reader, count())
    client, kept = client_of(User.objects.get(pk=reader.pk)), {}
    for address in [address for route, address in addresses if first_opened_by(role, route)]:
        with undone(client):
            response = client.get(address)
            kind = response.get("Content-Type", "")
            if response.status_code == 200 and kind.startswith(("text/html", "text/javascript")):
                kept[address] = (response.content.decode(), kind, response["Content-Security-Policy"])
    return kept


def open_all(browser: Browser, kept: Kept) -> list[str]:
    """Open and touch every page; what ran, was refused or was complained about."""
    said: list[str] = []
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()

    def answer(asked: Asked) -> None:
        path = urlsplit(asked.request.url).path
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if path in kept:
            body, kind, policy = kept[path]
            asked.fulfill(body=body, content_type=kind, headers={"Content-Security-Policy": policy})
        elif found:
            kind = mimetypes.guess_type(str(found))[0] or "text/plain"
            asked.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
        elif urlsplit(asked.request.url).netloc != urlsplit(HOUSE).netloc:
            said.append(f"asked {asked.request.url}")
            asked.abort()
        else:
            asked.fulfill(status=204)

    def refuse(dialog: Dialog) -> None:
        said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    for path in [path for path, (_, kind, _) in kept.items() if kind.startswith("text/html")]:
        said.append(f"on {path}")
        page.goto(f"{HOUSE}{path}", wait_until="load")
        page.evaluate(TOUCH_EVERYTHING)
        if said[-1] == f"on {path}":
            said.pop()
    context.close()
    return said


@pytest.mark.parametrize("role", READERS)
def test_u1_nothing_runs_and_no_policy_is_broken(chromium: Browser, role: Role) -> None:
    kept = drawn_for(role)
    assert kept != {}
    assert open_all(chromium, kept) == []


def test_u1_control_a_page_that_writes_a_payload_is_noticed(chromium: Browser) -> None:
    strict = "default-src 'none'; script-src 'self'; style-src 'self'"
    said = open_all(chromium, {"/": ("<!doctype html><img src=x onerror=alert(1)>", "text/html", strict)})
    assert [each for each in said if "policy" in each or "Policy" in each] != []
    said = open_all(chromium, {"/": ("<!doctype html><body onload=alert(1)>", "text/html", "img-src 'self'")})
    assert "dialog 1" in said
