"""Places: the floors, the generator, the labels, and what a phone shows at a door."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

LABEL = "main .facts a[href^='/d/']"


def build_a_house(guide: Guide) -> None:
    """总务主任: floors, preview, save, a room, its label, all labels of the house."""
    page = guide.page
    guide.visit("/places/floors/", "places-1-floors")
    guide.look_in_the_dark("places-1-dark")
    guide.visit("/places/generate/", "places-2-generate")
    # Each window builds a house of its own.
    page.get_by_label("楼名").fill(f"宿舍楼{guide.size.width}")
    page.get_by_role("combobox", name="房号写法").select_option("lettered")
    page.get_by_label("房号前的字母").fill("A")
    page.get_by_label("跳过的号").fill("4")
    page.get_by_role("combobox", name="用途").select_option("dormitory")
    page.get_by_role("button", name="预览").click()
    page.locator(".preview").wait_for()
    guide.look("places-3-preview")
    page.locator("main button.primary").click()
    page.wait_for_url("**/places/floors/?building=*")
    guide.look("places-4-built")
    page.locator("a.room").first.click()
    page.wait_for_url("**/places/*/")
    guide.look("places-5-room")
    room = page.url
    for way in ("edit", "merge", "door", "retire", "attach"):
        guide.visit(f"{room}{way}/", f"places-6-{way}")
    guide.visit("/places/labels/", "places-7-labels")
    address = page.locator("a[href^='?under=']").first.get_attribute("href") or ""
    guide.take_pdf(f"/places/labels/{address}", "places-8-labels")


def stand_at_a_door(guide: Guide) -> None:
    """教师: the room of a class, by its door code; then a code that is none."""
    page = guide.page
    guide.visit("/places/?q=101&level=room", "door-1-found")
    page.locator("table tbody th a").first.click()
    page.locator(LABEL).wait_for()
    guide.visit(page.locator(LABEL).get_attribute("href") or "", "door-2-for-staff")
    guide.visit("/d/2222222222", "door-3-unknown", expect=404)


def scan_without_an_account(guide: Guide) -> None:
    """Before anybody is logged in: a code that is none."""
    guide.visit("/d/2222222222", "door-for-strangers", expect=404)


STOPS = (
    Stop("nobody", scan_without_an_account),
    Stop(Role.DIRECTOR, build_a_house),
    Stop(Role.TEACHER, stand_at_a_door),
)
