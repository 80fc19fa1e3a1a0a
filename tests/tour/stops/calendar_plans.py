"""The first story: a pasted plan becomes the month's printed sheet; a worker reports from the phone."""

from __future__ import annotations

import re
from pathlib import Path

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

PLAN = Path(__file__).parents[2] / "calendar_plans/reading/plans/given/web-page-with-plan-1.txt"


def paste_a_plan_and_print_a_month(guide: Guide) -> None:
    """总务主任: paste, review, correct, save, assign, start, look at the month, print."""
    _read(guide)
    _correct(guide)
    _save(guide)
    _arrange_a_month(guide)
    _start(guide)
    _print(guide)


def _read(guide: Guide) -> None:
    guide.visit("/plans/read/", "story-1-paste")
    guide.page.get_by_label("粘贴计划全文").fill(PLAN.read_text(encoding="utf-8"))
    guide.page.locator("main button.primary").click()
    guide.page.wait_for_url("**/plans/readings/**")
    guide.look("story-2-review")


def _correct(guide: Guide) -> None:
    """Split one item, merge one into that above it, drop one, add one."""
    page = guide.page
    # The commonest page of several plans: the first one of the web page.
    first = page.locator("[name=s0-i0-text]")
    first.fill(split_in_two(first.input_value()))
    page.locator("[name=s0-i1-act]").select_option("merge")
    page.locator("[name=s1-i0-act]").select_option("drop")
    page.locator("[name=s0-more]").fill("检查各班饮水机滤芯")
    guide.look("story-3-corrected")
    guide.look_in_the_dark("story-3-dark")


def split_in_two(words: str) -> str:
    """`words` on two lines, cut as people do: behind the first sentence, else the first phrase."""
    cuts = (re.search(f"[{marks}](?=.)", words) for marks in ("。；", "，", "、"))
    at = next((each.end() for each in cuts if each), len(words))
    return f"{words[:at]}\n{words[at:]}"


def _save(guide: Guide) -> None:
    guide.page.get_by_role("button", name="保存为计划").click()
    guide.page.locator("ul.months").wait_for()
    guide.look("story-4-draft")


def _arrange_a_month(guide: Guide) -> None:
    page = guide.page
    page.locator("ul.months a").first.click()
    page.wait_for_url("**/plans/months/**")
    guide.look("story-5-month")
    page.locator("a[href$='/assign/']").first.click()
    page.locator("table.assign").wait_for()
    for select in page.locator("select[name$=-owner]").all():
        select.select_option(index=1)
    year, month = map(int, re.findall(r"\d+", page.locator("h1").inner_text())[:2])
    for day in page.locator("input[name$=-due_on]").all():
        day.fill(f"{year}-{month:02}-20")
    guide.look("story-6-assign")
    page.get_by_role("button", name="保存安排").click()
    page.wait_for_url("**/plans/months/*/")
    guide.look("story-7-assigned")


def _start(guide: Guide) -> None:
    page = guide.page
    page.get_by_role("link", name="学校后勤工作计划篇一").first.click()
    page.locator("ul.months").wait_for()
    page.get_by_role("link", name="启用计划").click()
    page.wait_for_url("**/start/")
    guide.look("story-8-start")
    page.locator("main button.primary").click()
    page.get_by_text("计划已启用").wait_for()
    guide.look("story-9-started")
    guide.visit(f"{page.url}matrix/", "story-a-matrix")
    page.go_back()


def _print(guide: Guide) -> None:
    page = guide.page
    page.locator("ul.months a").first.click()
    page.wait_for_url("**/plans/months/**")
    address = page.locator("a[href$='/print/']").get_attribute("href") or ""
    guide.take_pdf(address, "story-b-print")


def report_from_the_phone(guide: Guide) -> None:
    """维修工: my items → report progress → finish."""
    page = guide.page
    guide.visit("/plans/mine/", "story-1-mine")
    page.get_by_role("link", name="报进展").first.click()
    page.get_by_label("做了什么").fill("已换好两处灯管，明天换走廊的。")
    guide.look("story-2-report")
    page.locator("main button.primary").click()
    page.wait_for_url("**/plans/items/*/")
    guide.look("story-3-reported")
    page.goto(f"{guide.address}/plans/mine/")
    page.get_by_role("link", name="报完成").first.click()
    guide.look("story-4-finish")
    page.locator("main button.primary").click()
    page.wait_for_url("**/plans/items/*/")
    guide.look("story-5-finished")
    guide.look_in_the_dark("story-5-dark")


def look_at_this_month(guide: Guide) -> None:
    """校长: the month that the demonstration school is in, and its sheet."""
    guide.visit("/plans/this-month/", "this-month")
    address = guide.page.locator("a[href$='/print/']").get_attribute("href") or ""
    guide.take_pdf(address, "this-month-print")


def narrow_the_items(guide: Guide) -> None:
    """A list that is searched and filtered, one that finds nothing, and one in the dark."""
    guide.visit("/plans/items/?q=检查&state=done", "items-narrowed")
    guide.visit("/plans/items/?q=没有这样的事", "items-nothing")
    guide.visit("/plans/items/?density=dense&sort=due_on", "items-dense")
    guide.look_in_the_dark("items-dark")


def find_nothing_to_do(guide: Guide) -> None:
    """教师: an empty page must say what to expect."""
    guide.visit("/plans/mine/", "mine-empty")


def send_an_empty_form(guide: Guide) -> None:
    """What is wrong stands beside the field."""
    guide.visit("/plans/new/", "new-plan")
    guide.page.get_by_label("标题").fill("")
    guide.expected = 422
    guide.page.locator("main button.primary").click()
    guide.page.locator("[aria-invalid=true]").first.wait_for()
    guide.look("new-plan-wrong")
    guide.expected = 200


STOPS = (
    Stop(Role.DIRECTOR, paste_a_plan_and_print_a_month),
    Stop(Role.DIRECTOR, narrow_the_items),
    Stop(Role.DIRECTOR, send_an_empty_form),
    Stop(Role.REPAIR_WORKER, report_from_the_phone, only_phone=True),
    Stop(Role.PRINCIPAL, look_at_this_month),
    Stop(Role.TEACHER, find_nothing_to_do),
)
