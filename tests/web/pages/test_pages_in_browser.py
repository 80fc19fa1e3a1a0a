"""Drafts, double clicks, merging and narrow screens in a real Chromium, under our own content policy."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page

from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.writing import write
from tests import factories
from tests.web.sample_pages import change_department, open_department
from tests.web.test_gallery_in_browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module", autouse=True)
def _sync_database_calls() -> None:
    """Playwright runs a loop in this thread until the session ends, in which Django would refuse to ask."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def tab(chromium: Browser, address: str, user: User, **options: Any) -> Page:
    """A tab in which `user` is signed in; an error of the console or of the content policy fails the test."""
    client = factories.signed_in(user)
    context = chromium.new_context(base_url=address, locale="zh-CN", **options)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
    opened = context.new_page()
    opened.on("console", _fail_on_error)
    return opened


def _fail_on_error(message: ConsoleMessage) -> None:
    """An answer of 409 is also an error to the browser's console, and is what some tests are about."""
    if message.type == "error" and "status of 409" not in message.text:
        pytest.fail(message.text)


def test_what_was_typed_is_there_again_until_it_is_saved(
    chromium: Browser, served: str, director: User
) -> None:
    desk = tab(chromium, served, director, viewport=DESK)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto("/departments/new/")
    desk.get_by_label("部门名称").fill("教务处")
    desk.goto("/departments/")
    desk.goto("/departments/new/")
    restored = desk.get_by_label("部门名称").input_value()
    toast = desk.locator(".toast").inner_text()
    desk.get_by_role("button", name="保存").click()
    desk.get_by_text("部门已建立。").wait_for()
    desk.goto("/departments/new/")
    assert (restored, "已恢复" in toast) == ("教务处", True)
    assert (desk.get_by_label("部门名称").input_value(), Department.objects.count()) == ("", 1)


def test_a_double_click_is_one_record(chromium: Browser, served: str, director: User) -> None:
    desk = tab(chromium, served, director, viewport=DESK)
    desk.goto("/departments/new/")
    desk.get_by_label("部门名称").fill("教务处")
    desk.get_by_role("button", name="保存").dblclick()
    desk.get_by_text("部门已建立。").wait_for()
    assert Department.objects.count() == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_two_edits_are_merged_by_choosing(
    chromium: Browser, served: str, director: User, viewport: dict[str, int]
) -> None:
    by = factories.acting(factories.person(Role.DEPUTY_DIRECTOR, name="吴副主任"))
    department = write(open_department, by=by, name="教务处", head=None)
    desk = tab(chromium, served, director, viewport=viewport)
    desk.goto(f"/departments/{department.public_id}/edit/")
    facts = {"name": "教研处", "order": 7, "head": None}
    write(change_department, by=by, department=department, version=None, **facts)
    desk.get_by_label("部门名称").fill("教导处")
    desk.get_by_role("button", name="保存").click()
    desk.get_by_label("教导处").check()
    is_wide = desk.evaluate(WIDER)
    desk.get_by_role("button", name="按所选保存").click()
    desk.get_by_text("已保存。").wait_for()
    department.refresh_from_db()
    assert (is_wide, department.name, department.order) == (False, "教导处", 7)


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_no_page_scrolls_sideways(
    chromium: Browser, served: str, director: User, viewport: dict[str, int]
) -> None:
    department = factories.department("后勤服务与安全保卫处", head=director)
    for _ in range(30):
        factories.department()
    browser = tab(chromium, served, director, viewport=viewport)
    wide = []
    for path in ("", "new/", "bulk/", f"{department.public_id}/", f"{department.public_id}/edit/"):
        browser.goto(f"/departments/{path}?chosen={department.public_id}")
        wide += [path] if browser.evaluate(WIDER) else []
    assert wide == []
