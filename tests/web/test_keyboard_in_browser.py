"""Ordinary tasks by the keyboard alone in a real Chromium; promise C5.

At every stop of Tab the focus has a ring, lies on the screen and is covered by nothing (WCAG 2.4.7, 2.4.11);
and it is where one expects it: the stops between two points of a page are compared as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from calendar_plans.models import ProgressNote
from houqin.people.models import Department, User
from houqin.people.roles import Role
from tests import factories
from tests.calendar_plans.factories import item, running_plan
from tests.web.pages.test_pages_in_browser import _fail_on_error, tab
from tests.web.test_gallery_in_browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STOPS = 120
# What stands beside the heading on a phone.
TOP = ["返回", "搜索", "通知", "全部功能"]

# The name of what has the focus, and what is wrong with how it shows. The whole page's body has none: there
# the browser begins. `main` takes the focus from the link that skips to it and cannot be pressed: no ring.
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return ["", []];
  const words = (node) => {
    const copy = node.cloneNode(true);
    for (const each of copy.querySelectorAll("[aria-hidden=true], svg, select, textarea")) each.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const name = it.getAttribute("aria-label") || [...(it.labels || [])].map(words).join(" ") || words(it);
  if (it.localName === "main") return ["main", []];
  const label = it.closest("label");
  const ringed = [it, label].filter(Boolean).map((each) => getComputedStyle(each))
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const shown = getComputedStyle(it).opacity === "0" && label ? label : it;
  const box = shown.getClientRects()[0] || new DOMRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const faults = [];
  if (!ringed) faults.push("no ring");
  if (left >= right || top >= bottom) faults.push("off the screen");
  else if (!shown.contains(hit)) faults.push(`covered by ${hit && hit.outerHTML.slice(0, 80)}`);
  return [name, faults];
}"""


@dataclass
class Keys:
    """A page of which only the keys are touched; after each of them the focus is looked at."""

    page: Page

    def press(self, key: str) -> str:
        """Press `key`; the name of what has the focus then."""
        self.page.keyboard.press(key)
        return self.focused()

    def focused(self) -> str:
        """What has the focus; fails where it cannot be seen."""
        name, faults = self.page.evaluate(FOCUS)
        assert (name, faults) == (name, [])
        return str(name)

    def stops(self, goal: str, key: str = "Tab") -> list[str]:
        """Press `key` until `goal` has the focus; the names of all stops, the goal among them."""
        passed: list[str] = []
        while goal not in passed:
            assert len(passed) < MOST_STOPS, f"{goal} is not reached: {passed}"
            passed.append(self.press(key))
        return passed

    def leave(self) -> None:
        """Press Enter, which leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open_sheet(self) -> str:
        """Press Enter, which lays a sheet over the page; the name of what has the focus in it."""
        self.page.keyboard.press("Enter")
        self.page.locator("[popover]:popover-open :focus").wait_for()
        return self.focused()

    def skip(self) -> None:
        """On a fresh page: the first stop leads past everything that all pages have."""
        assert [self.focused(), self.press("Tab"), self.press("Enter")] == ["", "跳到正文", "main"]

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()


@pytest.fixture
def admin() -> User:
    return factories.person(Role.SYSTEM_ADMIN, name="孙管理", department=factories.department("信息中心"))


@pytest.fixture
def desk(chromium: Browser, served: str, admin: User) -> Iterator[Keys]:
    opened = tab(chromium, served, admin, viewport=DESK)
    yield Keys(opened)
    opened.context.close()


@pytest.fixture
def phone(chromium: Browser, served: str, admin: User) -> Iterator[Keys]:
    """A screen of 360 px; such a narrow one is also a desk's at 400 %."""
    opened = tab(chromium, served, admin, viewport=PHONE)
    yield Keys(opened)
    opened.context.close()


def test_c5_somebody_logs_in(chromium: Browser, served: str) -> None:
    factories.person(Role.SYSTEM_ADMIN, staff_no="G0001", password="a word for the keys 9")
    keys = Keys(chromium.new_page(base_url=served, viewport=DESK))
    keys.page.goto("/login/")
    assert keys.stops("工号或手机号 必填") == ["跳到正文", "工号或手机号 必填"]
    keys.page.keyboard.type("G0001")
    assert keys.stops("密码 必填") == ["密码 必填"]
    keys.page.keyboard.type("a word for the keys 9")
    assert keys.stops("登录") == ["登录"]
    keys.leave()
    assert keys.page.url == f"{served}/"
    keys.skip()


def test_c5_a_list_is_filtered_by_words_and_by_a_chip(desk: Keys) -> None:
    factories.department("教务处")
    factories.department("教导处")
    factories.department("教研处", retired_on=timezone.localdate())
    desk.page.goto("/departments/")
    desk.skip()
    assert desk.stops("部门名称") == ["新增部门", "部门名称"]
    desk.page.keyboard.type("教")
    desk.leave()
    found = desk.page.locator("tbody tr").count()
    desk.skip()
    assert desk.stops("已停用的") == ["新增部门", "部门名称", "查找", "清除条件", "已停用的"]
    desk.leave()
    assert (found, desk.page.locator("tbody tr").count()) == (2, 1)


def test_c5_a_record_is_opened_from_its_list(desk: Keys) -> None:
    desk.page.goto("/departments/")
    desk.skip()
    assert desk.stops("信息中心")[-2:] == ["状态", "信息中心"]
    desk.leave()
    assert desk.heading == "信息中心"


def test_c5_progress_is_reported(chromium: Browser, served: str) -> None:
    worker = factories.person(Role.REPAIR_WORKER, department=factories.department())
    item(running_plan(), owner=worker, content="检修教室门窗")
    keys = Keys(tab(chromium, served, worker, viewport=PHONE))
    keys.page.goto("/plans/mine/")
    keys.skip()
    assert keys.stops("报进展") == [*TOP, "检修教室门窗", "报进展"]
    keys.leave()
    keys.skip()
    assert keys.stops("做了什么 必填") == [*TOP, "做了什么 必填"]
    keys.page.keyboard.type("三楼换好了")
    assert keys.stops("报进展") == ["拍照", "选择照片或文件", "报进展"]
    keys.leave()
    assert [note.text for note in ProgressNote.objects.all()] == ["三楼换好了"]


def test_c5_a_form_with_a_mistake_is_mended(desk: Keys) -> None:
    desk.page.remove_listener("console", _fail_on_error)
    desk.page.goto("/departments/new/")
    desk.skip()
    assert desk.stops("保存") == ["部门名称 必填", "部门负责人", "排序 必填", "保存"]
    desk.leave()
    assert desk.focused() == "请改正下面的内容： 部门名称：请填写这一项。"
    assert desk.press("Tab") == "部门名称"
    assert desk.press("Enter") == "部门名称 必填"
    desk.page.keyboard.type("教务处")
    desk.leave()
    assert Department.objects.filter(name="教务处").count() == 1


def test_c5_the_menu_of_a_phone_opens_and_closes(phone: Keys) -> None:
    phone.page.goto("/departments/")
    menu = phone.page.locator("#side")
    phone.skip()
    assert phone.stops("全部功能") == TOP
    looks = [(phone.open_sheet(), menu.is_visible()), (phone.press("Escape"), menu.is_visible())]
    looks += [(phone.open_sheet(), menu.is_visible())]
    assert looks == [("后勤", True), ("全部功能", False), ("后勤", True)]
    assert phone.stops("首页") == ["首页"]
    phone.leave()
    assert phone.page.url == phone.page.evaluate("origin + '/'")


def test_c5_a_dialog_is_answered_by_escape_and_by_enter(desk: Keys) -> None:
    desk.page.goto("/components/")
    desk.stops("结束计划…")
    dialog = desk.page.get_by_role("dialog")
    answers = []
    for keys in (["Escape"], ["Tab", "Tab", "Enter"]):
        answers.append((desk.press("Enter"), dialog.is_visible()))
        answers.append(([desk.press(key) for key in keys][-1], dialog.is_visible()))
    assert answers == [("关闭", True), ("结束计划…", False)] * 2


def test_c5_an_act_that_cannot_be_taken_back_is_confirmed(desk: Keys) -> None:
    made = factories.department("教务处")
    desk.page.goto(f"/departments/{made.public_id}/")
    desk.skip()
    assert desk.stops("更多") == ["部门", "修改", "更多"]
    opened = [desk.press("Enter"), desk.press("Tab"), desk.press("Escape"), desk.press("Enter")]
    assert opened == ["更多", "停用", "更多", "更多"]
    desk.press("Tab")
    desk.leave()
    desk.skip()
    assert desk.stops("停用")[0] == "停用日期 必填"
    desk.leave()
    made.refresh_from_db()
    assert made.retired_on == timezone.localdate()


def test_c5_a_long_list_is_paged_through(phone: Keys) -> None:
    for number in range(60):
        factories.department(f"部门{number:02}")
    phone.page.goto("/departments/")
    phone.skip()
    phone.stops("下一页")
    phone.leave()
    on_second = phone.page.locator("tbody tr").count()
    phone.skip()
    phone.stops("上一页")
    phone.leave()
    assert (on_second, phone.page.locator("tbody tr").count()) == (11, 50)


def test_c5_the_theme_is_changed(desk: Keys) -> None:
    desk.page.goto("/departments/")
    desk.stops("孙管理")
    assert desk.open_sheet() == "我的账号"
    assert desk.stops("深色") == ["权限一览", "跟随", "浅色", "深色"]
    assert desk.press("Space") == "深色"
    assert desk.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_c5_somebody_logs_out(phone: Keys) -> None:
    phone.page.goto("/")
    phone.stops("我的")
    assert phone.open_sheet() == "我的账号"
    assert phone.stops("退出登录") == ["权限一览", "跟随", "浅色", "深色", "退出登录"]
    phone.leave()
    assert phone.heading == "登录后勤"
    phone.skip()
