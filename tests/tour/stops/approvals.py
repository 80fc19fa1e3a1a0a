"""Approvals: the routes and how one is tried, a month that waits, and every way to answer it."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

FIRST_ROW = "table tbody th[scope=row] a"
ANSWERS = ("opinion", "send-back", "refuse", "transfer", "ask-too")


def keep_the_routes(guide: Guide) -> None:
    """总务主任: routes, one of them, its editor, trying it; the bodies that meet and their minutes."""
    page = guide.page
    guide.visit("/approvals/routes/", "routes-1-list")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/approvals/routes/*/")
    guide.look("routes-2-drawn")
    route = page.url
    guide.visit(f"{route}edit/", "routes-3-editor")
    guide.visit(f"{route}retire/", "routes-4-retire")
    guide.visit("/approvals/routes/new/", "routes-5-new")
    guide.visit("/approvals/routes/try/", "routes-6-try")
    page.get_by_role("combobox", name="申请人").select_option(index=1)
    page.locator("main button.primary").click()
    page.locator("main .chain").wait_for()
    guide.look("routes-7-tried")
    guide.visit("/approvals/bodies/new/", "bodies-1-new")
    page.get_by_label("会议名称").fill(f"校长办公会{guide.size.width}")
    for box in page.locator("input[name=members]").all()[:3]:
        box.check()
    page.locator("main button.primary").click()
    page.wait_for_url("**/approvals/bodies/*/")
    guide.look("bodies-2-saved")
    guide.visit(f"{page.url}minutes/", "bodies-3-minutes")
    guide.visit("/approvals/bodies/", "bodies-4-list")
    guide.visit("/approvals/", "approvals-1-all")


def answer_a_request(guide: Guide) -> None:
    """分管副校长: what waits for me, from home to the form of every answer."""
    page = guide.page
    guide.visit("/", "approvals-2-home")
    guide.visit("/approvals/", "approvals-3-waiting")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/approvals/*/")
    guide.look("approvals-4-request")
    guide.look_in_the_dark("approvals-4-dark")
    for answer in ANSWERS:
        for link in page.locator(f"a[href$='/{answer}/']").all()[:1]:
            guide.visit(link.get_attribute("href") or "", f"approvals-5-{answer}")
            page.go_back()


STOPS = (Stop(Role.DIRECTOR, keep_the_routes), Stop(Role.VICE_PRINCIPAL, answer_a_request))
