"""The gallery in a real Chromium, at phone and desk size, light and dark: what a person would see and press.

The page is drawn here and handed to the browser together with the house's own policy, so that anything inline
is refused just as it is in use.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from csp.utils import build_policy
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route

from houqin.web.gallery import Gallery

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 800}
ADDRESS = "http://houqin.test/components/"

# Everything that a thumb presses alone; links inside a sentence are measured by the line they stand in.
TARGETS = (
    ".button, .chip, summary, select, .tabs a, .page-head a, .page-head button, fieldset.field label, "
    ".field input:not([type=checkbox], [type=radio])"
)
SMALL_ONES = """(targets) => [...document.querySelectorAll(targets)]
  .filter((each) => each.checkVisibility())
  .filter((each) => each.getBoundingClientRect().height < 44)
  .map((each) => each.outerHTML)"""


def gallery() -> str:
    request = RequestFactory().get("/components/")
    request.user = AnonymousUser()
    request.user.name = "张伟"  # type: ignore[attr-defined]
    return Gallery.as_view()(request).render().content.decode()


def answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path == "/components/":
        headers = {"Content-Security-Policy": build_policy()}
        route.fulfill(body=gallery(), content_type="text/html; charset=utf-8", headers=headers)
        return
    found = finders.find(path.removeprefix("/static/"))
    if found:
        kind = mimetypes.guess_type(str(found))[0] or "text/plain"
        route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
    else:
        route.fulfill(status=404)


@pytest.fixture
def opened(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, list[str]]]:
    """The gallery at the size and theme that the test names, and what the console said meanwhile."""
    size, theme = getattr(request, "param", (DESK, "light"))
    is_phone = size is PHONE
    context = chromium.new_context(viewport=size, color_scheme=theme, has_touch=is_phone, is_mobile=is_phone)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.goto(ADDRESS)
    yield page, said
    context.close()


EVERYWHERE = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
NAMES = ["phone light", "phone dark", "desk light", "desk dark"]


@pytest.mark.parametrize("opened", EVERYWHERE, indirect=True, ids=NAMES)
def test_nobody_is_shut_out(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    found = Axe().run(page).response["violations"]
    assert [(each["impact"], each["id"]) for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("opened", EVERYWHERE, indirect=True, ids=NAMES)
def test_the_page_is_as_wide_as_the_screen_and_the_console_is_silent(opened: tuple[Page, list[str]]) -> None:
    page, said = opened
    width: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (width, said) == (0, [])


@pytest.mark.parametrize("opened", [(PHONE, "light")], indirect=True, ids=["phone"])
def test_a_thumb_hits_every_target(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    assert page.evaluate(SMALL_ONES, TARGETS) == []


def test_a_chosen_theme_is_remembered(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.locator(".me-opener").click()
    page.get_by_role("button", name="深色").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_text("深色").get_attribute("aria-pressed") == "true"


def test_paper_is_white_and_keeps_its_tables_even_from_a_dark_screen(opened: tuple[Page, list[str]]) -> None:
    """A4 without its margins is narrower than a tablet: the cards of the phone must not reach it."""
    page, _ = opened
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 1000})
    look = """() => [getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.querySelector("#table table")).display,
      getComputedStyle(document.querySelector(".side")).display]"""
    assert page.evaluate(look) == ["rgb(255, 255, 255)", "table", "none"]


def test_a_dialog_opens_and_escape_closes_it(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.get_by_role("button", name="结束计划…").click()
    dialog = page.get_by_role("dialog", name="结束这份计划？")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_button_that_cannot_be_pressed_says_why(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.get_by_role("button", name="结束计划", exact=True).first.click(force=True)
    assert page.locator("body > .toasts p").all_inner_texts() == ["还有 3 条没有完成。"]


def test_a_second_tap_sends_nothing(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.evaluate(
        """() => {
          const form = Object.assign(document.createElement("form"), {method: "post", target: "elsewhere"});
          window.sent = 0;
          document.addEventListener("submit", (event) => { if (!event.defaultPrevented) window.sent += 1; });
          addEventListener("submit", (event) => event.preventDefault());
          document.body.append(form);
          form.requestSubmit();
          form.requestSubmit();
        }"""
    )
    assert page.evaluate("window.sent") == 1


@pytest.mark.parametrize(
    ("event", "detail", "sentence"),
    [
        ("htmx:sendError", "{}", "网络断开，内容还在，请稍后再点一次。"),
        (
            "htmx:responseError",
            "{xhr: {status: 409, responseText: '已经有人改过。', getResponseHeader: () => 'text/plain'}}",
            "已经有人改过。",
        ),
        (
            "htmx:responseError",
            "{xhr: {status: 503, responseText: '<h1>', getResponseHeader: () => 'text/html'}}",
            "系统正在恢复，刚才的操作没有保存，请等半分钟再试。",
        ),
    ],
)
def test_a_failed_request_says_a_sentence(
    opened: tuple[Page, list[str]], event: str, detail: str, sentence: str
) -> None:
    page, _ = opened
    page.evaluate(f"document.dispatchEvent(new CustomEvent('{event}', {{detail: {detail}}}))")
    assert page.locator("body > .toasts p").all_inner_texts() == [sentence]
