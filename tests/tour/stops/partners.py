"""Partners: the list, one whose licence has expired, a new one that is there already, papers, merging."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

FIRST_ROW = "table tbody th[scope=row] a"


def keep_partners(guide: Guide) -> None:
    """总务主任: list, what ends, a firm entered twice, its papers and account, stopping, merging."""
    page = guide.page
    guide.visit("/partners/", "partners-1-list")
    guide.look_in_the_dark("partners-1-dark")
    guide.visit("/partners/?kind=food&expired=1", "partners-2-expired")
    guide.visit("/partners/?q=没有这一家", "partners-3-nothing")
    guide.visit("/partners/ending/", "partners-4-ending")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/partners/papers/*/")
    guide.look("partners-5-paper")
    paper = page.url
    for act in ("edit", "withdraw", "attach"):
        guide.visit(f"{paper}{act}/", f"partners-6-paper-{act}")
    _enter_once_more(guide)
    page.goto(f"{guide.address}/partners/?expired=1")
    page.locator(FIRST_ROW).first.click()
    page.locator(".alert", has_text="资质已过期").wait_for()
    guide.look("partners-9-expired")
    guide.look_in_the_dark("partners-9-dark")
    address = page.url
    for act in ("edit", "papers/new", "contacts/new", "account", "merge", "stop", "attach"):
        guide.visit(f"{address}{act}/", f"partners-10-{act.replace('/', '-')}")


def _enter_once_more(guide: Guide) -> None:
    """A name that is nearly another's comes back with the question."""
    page = guide.page
    guide.visit("/partners/new/", "partners-7-new")
    page.locator("input[name=name]").fill("丰源粮油商行")
    page.get_by_label("食材供应商").check()
    guide.expected = 409
    page.locator("main button.primary").click()
    page.get_by_text("可能已经登记过").wait_for()
    guide.look("partners-8-alike")
    guide.expected = 200


def read_partners(guide: Guide) -> None:
    """维修工: whom to call; nothing to change."""
    page = guide.page
    guide.visit("/partners/", "partners-11-reader")
    page.locator(FIRST_ROW).first.click()
    page.wait_for_url("**/partners/*/")
    guide.look("partners-12-read")


def keep_my_own(guide: Guide) -> None:
    """司务长: his own suppliers, and what ends of them."""
    guide.visit("/partners/?mine=1", "partners-13-mine")
    guide.visit("/partners/ending/?mine=1", "partners-14-my-ending")


STOPS = (
    Stop(Role.DIRECTOR, keep_partners),
    Stop(Role.REPAIR_WORKER, read_partners),
    Stop(Role.CANTEEN_MANAGER, keep_my_own),
)
