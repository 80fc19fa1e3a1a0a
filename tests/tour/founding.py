"""A school from nothing: an empty database, two administrators, and the workbooks that the office has.

The workbooks are those of the import's own tests, one for each trap. Each window has a school of its
own, because it begins where there is none.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.program import own_place
from tests.spreadsheets import workbooks
from tests.tour.guide import Album, Guide, Size, guided
from tests.tour.stops.spreadsheets import JOB_MS, check, hand_in
from tests.tour.walk import attempt, launched

ADMINISTRATOR, GRANTER = ("GL01", "白云帆"), ("GL02", "钟守一")
OWN_PASSWORD = "Qingxi-2026-school"
SLIP = re.compile(r"账号 (GL\d\d)\s+一次性密码 (\S+)")

STAFF = {
    "题头合计.xlsx": workbooks.titled,
    "两行表头.xlsx": workbooks.merged_heads,
    "左右两栏.xlsx": workbooks.side_by_side,
    "一个部门一张表.xlsx": workbooks.one_sheet_each,
    "表头重复.xlsx": workbooks.repeated_heads,
    "各种格式.xlsx": workbooks.formats,
    "去年的隐藏表.xlsx": workbooks.hidden,
    "公式.xlsx": workbooks.formulas,
}
CLASSES = (
    ["2026学年班主任一览"],
    ["班级", "班主任", "", "班级", "班主任"],
    ["七（1）班", "王芳", "", "八1", "赵敏"],
    ["七2", "李强", "", "802班", ""],
)
FLOORS = (
    ["教学楼房间"],
    ["楼层", "房号", "名称", "用途"],
    ["一楼", 101, "", "普通教室"],
    ["", 102, "传达室", "办公室"],
    ["2F", "201", "音乐室", "专用教室"],
)


def walk_founding(size: Size, folder: Path) -> tuple[Album, list[str]]:
    """Set a school up in a window of this `size`: what was seen, and what the server wrote down as errors."""
    album = Album(folder)
    with own_place(f"houqin_founding_{size.width}", HOUQIN_DEMO="off") as place:
        place.prepare()
        given = ["--name", "青溪镇中心小学", "--system-admin", *ADMINISTRATOR, "--security-admin", *GRANTER]
        passwords = dict(SLIP.findall(place.run("manage.py", "setup_school", *given)))
        with place.serve() as served, place.work(), sync_playwright() as playwright:
            browser = launched(playwright)
            began = time.monotonic()
            with guided(browser, served.address, "founder", size, album) as guide:
                attempt(guide, "founding", lambda guide: set_up(guide, passwords[ADMINISTRATOR[0]]))
            with guided(browser, served.address, "granter", size, album) as guide:
                attempt(guide, "granting", lambda guide: grant_roles(guide, passwords[GRANTER[0]]))
            sys.stderr.write(f"{size.width} founding {time.monotonic() - began:.1f} s\n")
            browser.close()
        return album, place.errors()


def set_up(guide: Guide, password: str) -> None:
    """系统管理员: departments, school year, staff, classes, rooms, slips."""
    log_in_first(guide, ADMINISTRATOR[0], password)
    guide.visit("/setup/", "setup-1-steps")
    guide.visit("/setup/phone/", "setup-2-phone")
    guide.visit("/phone/", "setup-3-phone-opened")
    name_departments(guide)
    enter_year(guide)
    bring_in(guide, "staff", STAFF)
    bring_in(guide, "classes", {"班主任.xlsx": lambda: workbooks.sheets(班级=CLASSES)})
    bring_in(guide, "rooms", {"房间.xlsx": lambda: workbooks.sheets(教学楼=FLOORS, 综合楼=FLOORS)})
    print_slips(guide)
    guide.visit("/setup/", "setup-9-steps")


def grant_roles(guide: Guide, password: str) -> None:
    """安全管理员: who decides and who runs the office."""
    log_in_first(guide, GRANTER[0], password)
    grant(guide, "王芳", "总务主任", "director")
    grant(guide, "赵敏", "校长", "principal")
    guide.visit("/setup/", "setup-steps")


def log_in_first(guide: Guide, account: str, password: str) -> None:
    """With the one-time password, which must be changed before anything else."""
    page = guide.page
    page.goto(f"{guide.address}/login/")
    page.get_by_label("工号或手机号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/account/password/**")
    guide.look("first-password")
    fields = page.locator("main input[type=password]")
    for place in range(fields.count()):
        fields.nth(place).fill(OWN_PASSWORD if place else password)
    page.locator("main form button.primary").click()
    page.wait_for_url(f"{guide.address}/")


def name_departments(guide: Guide) -> None:
    """The departments that the staff list speaks of."""
    page = guide.page
    for name in ("总务处", "教务处"):
        page.goto(f"{guide.address}/departments/new/")
        page.get_by_label("名称").fill(name)
        page.locator("main form button.primary").click()
        page.wait_for_url(re.compile(r"/departments/[2-9A-Z]{10}/$"))
    guide.visit("/departments/", "setup-4-departments")


def enter_year(guide: Guide) -> None:
    """The school year as its form proposes it."""
    guide.visit("/calendar/terms/new/", "setup-5-year")
    fill_days(guide, time.localtime().tm_year)
    guide.page.locator("main form button.primary").click()
    guide.page.wait_for_url("**/calendar/terms/")
    guide.look("setup-6-terms")


def fill_days(guide: Guide, year: int) -> None:
    """Days where the form proposes none."""
    days = guide.page.locator("main input[type=date]")
    proposed = [f"{year}-09-01", f"{year + 1}-01-22", f"{year + 1}-02-22", f"{year + 1}-07-04"]
    for place in range(days.count()):
        if not days.nth(place).input_value():
            days.nth(place).fill(proposed[place])


def bring_in(guide: Guide, kind: str, books: Mapping[str, Callable[[], bytes]]) -> None:
    """Each workbook: which column is which, what the check says, and the result."""
    for number, (name, make) in enumerate(books.items(), 1):
        spot = f"import-{kind}-{number}"
        hand_in(guide, kind, name, make())
        guide.look(f"{spot}-columns")
        check(guide)
        guide.look(f"{spot}-checked")
        button = guide.page.locator(".page-actions button.primary")
        if button.count():
            button.click()
            guide.page.locator("text=已导入").first.wait_for(timeout=JOB_MS)
            guide.look(f"{spot}-done")


def print_slips(guide: Guide) -> None:
    """The slips of the first who have no password yet, on paper."""
    guide.visit("/slips/", "setup-7-slips")
    boxes = guide.page.locator("input[name=chosen]")
    for place in range(min(4, boxes.count())):
        boxes.nth(place).check()
    guide.page.locator("form button[formaction]").first.click()
    guide.page.wait_for_load_state()
    guide.look("setup-8-print")


def grant(guide: Guide, name: str, role: str, spot: str) -> None:
    """Give `name` the office `role` on the person's page."""
    page = guide.page
    page.goto(f"{guide.address}/people/?q={name}")
    page.get_by_role("link", name=name).first.click()
    page.wait_for_url(re.compile(r"/people/[2-9A-Z]{10}/$"))
    page.goto(f"{page.url}roles/")
    page.get_by_role("combobox", name="岗位").select_option(label=role)
    guide.look(f"grant-{spot}")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/people/[2-9A-Z]{10}/$"))
