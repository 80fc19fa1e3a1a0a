"""Rosters: kinds and shifts, a roster drawn up by turns and published, the wall, my duties."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

FIRST_ROW = "table tbody th[scope=row] a"


def draw_up_a_roster(guide: Guide) -> None:
    """总务主任: a new kind with a shift, a roster of it, from the proposal to the wall and the paper."""
    page, width = guide.page, guide.size.width
    guide.visit("/rosters/kinds/", "rosters-1-kinds")
    guide.visit("/rosters/kinds/new/", "rosters-2-new-kind")
    page.get_by_label("值班种类").fill(f"护校队（{width}）")
    page.get_by_role("combobox", name="排班人").select_option(label="陆文山 QX004")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/rosters/kinds/*/")
    kind = page.url
    guide.look("rosters-3-no-shift")
    guide.visit(f"{kind}shifts/new/", "rosters-4-shift")
    for label, typed in (("班次", "放学护校"), ("开始时间", "16:00"), ("结束时间", "17:00")):
        page.get_by_label(label).fill(typed)
    page.get_by_role("combobox", name="哪些日子").select_option(label="上课日")
    page.locator("main form button.primary").click()
    page.wait_for_url(kind)
    guide.look("rosters-5-kind")
    page.goto(kind)
    page.locator("a.primary").click()
    page.wait_for_url("**/rosters/new/*")
    guide.look("rosters-6-new")
    page.get_by_label("名称").fill(f"护校值班（{width}）")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/turns/")
    guide.look("rosters-7-nobody")
    for name in ("林晓月 QX019", "何清莲 QX026", "江上舟 QX027"):
        page.get_by_text(name, exact=True).first.click()
    page.get_by_role("button", name="先看结果").click()
    page.wait_for_url("**/turns/?*")
    guide.look("rosters-8-proposed")
    guide.look_in_the_dark("rosters-8-dark")
    page.get_by_role("button", name="保存排班").click()
    page.wait_for_url("**/rosters/*/")
    guide.look("rosters-9-drawn-up")
    roster = page.url.partition("?")[0]
    guide.visit(f"{roster}publish/", "rosters-10-publish")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/rosters/*/")
    guide.look("rosters-11-published")


def look_at_the_wall(guide: Guide) -> None:
    """总务主任: all rosters, the one of the gate with its paper, a duty and giving it to somebody else."""
    page = guide.page
    guide.visit("/rosters/", "rosters-12-list")
    page.get_by_role("link", name="门卫值班安排表").first.click()
    page.wait_for_url("**/rosters/*/")
    guide.look("rosters-13-wall")
    guide.take_pdf(f"{page.url}print/", "rosters-14-paper")
    guide.visit(f"{page.url}duties/new/", "rosters-15-one-duty")
    page.go_back()
    page.locator(".wall td a").first.click()
    page.wait_for_url("**/rosters/duties/*/")
    guide.look("rosters-16-duty")
    guide.visit(f"{page.url}edit/", "rosters-17-somebody-else")
    guide.visit("/rosters/duties/", "rosters-18-all-duties")
    guide.visit("/rosters/duties/?q=没有这个人", "rosters-19-none")
    guide.visit("/rosters/today/", "rosters-20-today")


def look_at_my_duties(guide: Guide) -> None:
    """门卫: who is on duty, when I am, and the rosters in which I stand."""
    guide.visit("/rosters/today/", "rosters-21-today")
    guide.visit("/rosters/mine/", "rosters-22-mine")
    guide.visit("/rosters/", "rosters-23-mine-on-the-wall")


def swap_and_hand_over(guide: Guide) -> None:
    """门卫: one of my duties, asking for a swap, the log of the night with its paper, what waits for me."""
    page = guide.page
    guide.visit("/rosters/mine/", "rosters-24-mine")
    page.locator(FIRST_ROW).last.click()
    page.wait_for_url("**/rosters/duties/*/")
    guide.look("rosters-25-my-duty")
    guide.visit(f"{page.url}swap/", "rosters-26-ask")
    guide.visit("/rosters/swaps/", "rosters-27-swaps")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/rosters/swaps/*/")
    guide.look("rosters-28-swap")
    guide.visit("/rosters/logs/", "rosters-29-logs")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/rosters/logs/*/")
    guide.look("rosters-30-log")
    guide.take_pdf(f"{page.url}print/", "rosters-31-log")


def write_sign_and_take_over(guide: Guide) -> None:
    """门卫: the forms of the log: one more entry, something to hand over, the signature, taking over."""
    page = guide.page
    guide.visit("/rosters/logs/?state=open", "rosters-32-open-logs")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/rosters/logs/*/")
    log = page.url
    guide.look("rosters-33-open-log")
    guide.visit(f"{log}matters/new/", "rosters-34-hand-over")
    guide.visit(f"{log}sign/", "rosters-35-sign")
    guide.visit(f"{log}take-over/", "rosters-36-not-mine-to-take-over", expect=409)
    page.goto(log)
    page.locator("main summary", has_text="更多").click()
    page.get_by_role("link", name="记一条").click()
    page.wait_for_url("**/rosters/duties/*/log/")
    guide.look("rosters-37-write")


def write_for_the_guard(guide: Guide) -> None:
    """总务主任: the same log, written for whoever is on duty and does not tap (代录)."""
    page = guide.page
    guide.visit("/rosters/logs/?state=open", "rosters-38-open-logs")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/rosters/logs/*/")
    guide.look("rosters-39-somebody-elses-log")
    page.locator("main summary", has_text="更多").click()
    page.get_by_role("link", name="代录一条").click()
    page.wait_for_url("**/rosters/duties/*/log/")
    guide.look("rosters-40-write-for-him")
    guide.look_in_the_dark("rosters-40-dark")


STOPS = (
    Stop(Role.DIRECTOR, draw_up_a_roster),
    Stop(Role.DIRECTOR, look_at_the_wall),
    Stop(Role.GUARD, look_at_my_duties),
    Stop(Role.GUARD, swap_and_hand_over),
    Stop(Role.GUARD, write_sign_and_take_over),
    Stop(Role.DIRECTOR, write_for_the_guard),
)
