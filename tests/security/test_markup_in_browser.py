"""A house full of payloads, each page opened in a real Chromium under the house's own policy; promise U1."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Dialog, Playwright

from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from tests.browsers import CHROMIUM, QUIET
from tests.factories import department, person
from tests.security.test_markup import poisoned
from tests.security.walking import Route, client_of, undone

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HOUSE = "127.0.0.1"
ALONE = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOUSE}"
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
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, ALONE])
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


@contextmanager
def serving(kept: Kept) -> Iterator[str]:
    """The address of a house of nothing but these pages and the static files, which the browser may keep."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
            if path in kept:
                body, kind, policy = kept[path]
                self.told(200, body.encode(), kind, {"Content-Security-Policy": policy})
            elif found:
                kind = mimetypes.guess_type(str(found))[0] or "text/plain"
                self.told(200, Path(str(found)).read_bytes(), kind, {"Cache-Control": "max-age=3600"})
            else:
                self.told(204, b"", "text/plain", {})

        def told(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer((HOUSE, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://{HOUSE}:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_all(browser: Browser, kept: Kept) -> list[str]:
    """Open and touch every page; what ran, was refused, was complained about or left the house."""
    said: list[str] = []
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()

    def refuse(dialog: Dialog) -> None:
        said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    with serving(kept) as house:
        page.on("dialog", refuse)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(house) else said.append(asked.url))
        for path in [path for path, (_, kind, _) in kept.items() if kind.startswith("text/html")]:
            said.append(f"on {path}")
            page.goto(f"{house}{path}", wait_until="load")
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


def test_u1_control_what_a_page_asks_of_another_house_is_noticed(chromium: Browser) -> None:
    foreign = "http://elsewhere.test/a.png"
    said = open_all(chromium, {"/": (f"<!doctype html><img src={foreign}>", "text/html", "img-src *")})
    assert foreign in said
