"""Checks: a list made and put in use, a check on the phone, with and without network, what becomes of it."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

FIRST_ROW = "table tbody th[scope=row] a"


def keep_a_checklist(guide: Guide) -> None:
    """总务主任: the lists, a new one from a sample, its editor, its previews and its sheet, put in use."""
    page, width = guide.page, guide.size.width
    guide.visit("/checks/lists/", "checks-1-lists")
    guide.visit("/checks/lists/new/", "checks-2-new")
    page.get_by_label("检查表名称").fill(f"期末检查（教室{width}）")
    page.get_by_role("combobox", name="从样表开始").select_option("classroom")
    page.locator("main button.primary").click()
    page.wait_for_url("**/checks/lists/*/")
    guide.look("checks-3-list")
    page.locator(".linked a").first.click()
    page.wait_for_url("**/checks/editions/*/")
    guide.look("checks-4-draft")
    edition = page.url
    guide.visit(f"{edition}items/new/", "checks-5-item")
    guide.visit(f"{edition}edit/", "checks-6-grades")
    guide.visit(f"{edition}preview/", "checks-7-preview")
    guide.take_pdf(f"{edition}print/", "checks-8-blank")
    guide.visit(f"{edition}use/", "checks-9-use")
    page.locator("main form button.primary").click()
    page.wait_for_url(edition)
    guide.look("checks-10-in-use")
    guide.visit(f"{edition}copy/", "checks-11-copy")


def look_at_checks_and_findings(guide: Guide) -> None:
    """总务主任: a check with a failure, its print and correction; findings at every stage and their forms."""
    page = guide.page
    guide.visit("/checks/", "checks-12-records")
    guide.visit("/checks/?q=没有这样的地方", "checks-13-none")
    page.goto(f"{guide.address}/checks/?failed=1")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/checks/*/")
    guide.look("checks-14-record")
    guide.take_pdf(f"{page.url}print/", "checks-15-record")
    guide.visit(f"{page.url}correct/", "checks-16-correct")
    guide.visit("/checks/findings/", "checks-17-findings")
    for state in ("rectified", "open", "closed"):
        page.goto(f"{guide.address}/checks/findings/?state={state}")
        page.locator(FIRST_ROW).first.click()
        page.wait_for_url("**/checks/findings/*/")
        guide.look(f"checks-18-{state}")
        address = page.url
        for act in ("assign", "rectify", "close", "send-back"):
            if page.locator(f"a[href$='/{act}/']").count():
                guide.visit(f"{address}{act}/", f"checks-19-{state}-{act}")
                page.goto(address)
        if state == "closed":
            guide.take_pdf(f"{address}print/", "checks-20-notice")


def check_a_room(guide: Guide) -> None:
    """检查员: from the start to a signed check, with an exception; once more without network."""
    page = guide.page
    guide.visit("/checks/start/", "checking-1-start")
    page.locator(".check-ways a", has_text="开学检查（教室）").click()
    page.wait_for_url("**/check/")
    guide.look("checking-2-sheet")
    guide.look_in_the_dark("checking-2-dark")
    page.locator("select[name=subject]").select_option(index=1)
    fill(guide)
    item = page.locator("[data-text^='课椅'], [data-text^='课桌椅够数']").first
    item.get_by_text("不合格", exact=True).click()
    item.locator("input[name^='note-']").fill("缺一张课椅")
    guide.look("checking-3-exception")
    # Without network the browser says so on its console, too.
    guide.expected = 0
    page.context.set_offline(True)
    page.get_by_role("button", name="签字上报").click()
    page.locator(".check-queue li").wait_for()
    guide.look("checking-4-without-network")
    page.context.set_offline(False)
    page.locator(".check-queue").wait_for(state="hidden")
    guide.expected = 200
    guide.visit("/checks/", "checking-5-records")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/checks/*/")
    guide.look("checking-6-signed")


def fill(guide: Guide) -> None:
    """All fine, and what has to be entered by hand."""
    page = guide.page
    page.get_by_text("全部合格", exact=True).click()
    page.locator("[data-kind=choice]").get_by_text("好", exact=True).first.click()
    for box in page.locator("[data-kind=number] input[name^='na-'], [data-kind=text] input[name^='na-'], "
                            "[data-kind=photo] input[name^='na-']").all():  # fmt: skip
        box.check(force=True)


STOPS = (
    Stop(Role.DIRECTOR, keep_a_checklist),
    Stop(Role.DIRECTOR, look_at_checks_and_findings),
    Stop(Role.INSPECTOR, check_a_room),
)
