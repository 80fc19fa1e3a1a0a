"""A long list of people in a real Chromium, on phone and desk: narrowed by a few characters or initials."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from houqin.people.models import Department, User
from houqin.people.roles import Role
from tests.factories import department, person
from tests.places.factories import room
from tests.web.pages.test_pages_in_browser import tab
from tests.web.test_gallery_in_browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = (
    "王芳", "王建国", "魏峰", "吴敏", "武芬", "李娜", "刘洋", "陈静", "杨勇", "赵磊",
    "黄丽", "周杰", "徐强", "孙艳", "马超", "朱琳", "胡军", "郭霞", "何平", "林涛",
)  # fmt: skip
OFFERED = "(select) => [...select.options].filter((each) => each.value).map((each) => each.text)"


@pytest.fixture
def office() -> Department:
    """A department, in a school of twenty people besides whoever keeps it."""
    for name in NAMES:
        person(name=name)
    return department("总务处")


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, chromium: Browser, served: str, office: Department) -> Any:
    """The form of the department, before whom may change it."""
    opened = tab(chromium, served, person(Role.DIRECTOR, name="张伟"), viewport=request.param)
    opened.goto(reverse("people:department-edit", args=[office.public_id]))
    yield opened
    opened.context.close()


def bare(label: str) -> str:
    """The name in a choice, without the 工号 behind it."""
    return label.split(maxsplit=1)[0]


def offered(page: Page) -> list[str]:
    labels: list[str] = page.get_by_label("部门负责人", exact=True).evaluate(OFFERED)
    return [bare(label) for label in labels]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("wf", ["王芳", "魏峰", "武芬"]),
        ("王", ["王芳", "王建国"]),
        ("W F", ["王芳", "魏峰", "武芬"]),
        ("zz", []),
    ],
)
def test_a_few_characters_or_initials_narrow_the_list(page: Page, typed: str, left: list[str]) -> None:
    search = page.get_by_label("在“部门负责人”里查找")
    search.fill(typed)
    assert (offered(page), page.locator(".narrowing output").inner_text()) == (
        left,
        f"{len(left)} 个" if left else "没有符合的",
    )
    search.fill("")
    assert len(offered(page)) == len(NAMES) + 1


def test_enter_takes_the_first_that_fits_and_sends_nothing(page: Page, office: Department) -> None:
    search = page.get_by_label("在“部门负责人”里查找")
    search.fill("武")
    search.press("Enter")
    assert User.objects.get(name="武芬").pk == int(page.get_by_label("部门负责人", exact=True).input_value())
    search.fill("zz")
    assert offered(page) == ["武芬"]
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**{office.get_absolute_url()}")
    office.refresh_from_db()
    assert str(office.head) == "武芬"


def test_boxes_to_tick_are_narrowed_and_what_is_ticked_stays(page: Page) -> None:
    page.goto(reverse("approvals:body-create"))
    group = page.get_by_role("group", name="成员")
    group.get_by_label("李娜").check()
    group.get_by_role("searchbox").fill("王")
    seen = group.locator("label:has(input):visible").all_inner_texts()
    assert {bare(text) for text in seen} == {"李娜", "王芳", "王建国"}


def test_all_rows_of_a_page_are_ticked_with_one_press(page: Page) -> None:
    for name in ("101", "102", "103"):
        room(name)
    page.goto(reverse("places:place-list"))
    boxes, press = page.locator(".tick-cell input"), page.get_by_role("button", name="全选本页")
    told = []
    for act in (press.click, boxes.first.uncheck, press.click, press.click):
        act()
        told.append(page.locator(".tick-cell input:checked").count())
    rows = boxes.count()
    assert told == [rows, rows - 1, rows, 0]
