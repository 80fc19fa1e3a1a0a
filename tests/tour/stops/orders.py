"""我的文件: many labels ordered, the bar, the file."""

from __future__ import annotations

import re

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

JOB_MS = 120_000
# Eleven pages of labels and a few more.
FLOORS, ROOMS_OF_A_FLOOR = "6", "15"


def print_a_big_house(guide: Guide) -> None:
    """总务主任: the empty list, ninety labels, how far they are, the file, the list."""
    page = guide.page
    guide.visit("/files/", "orders-1-list")
    name = f"实验楼{guide.size.width}"
    page.goto(f"{guide.address}/places/generate/")
    page.get_by_label("楼名").fill(name)
    page.locator("[name=last]").fill(FLOORS)
    page.locator("[name=per_floor]").fill(ROOMS_OF_A_FLOOR)
    page.get_by_role("button", name="预览").click()
    page.locator(".preview").wait_for()
    page.locator("main button.primary").click()
    page.wait_for_url("**/places/floors/?building=*")
    page.goto(f"{guide.address}/places/labels/")
    page.locator(".todo", has_text=name).get_by_role("link").click()
    page.get_by_role("button", name="开始制作").wait_for()
    guide.look("orders-2-offered")
    page.get_by_role("button", name="开始制作").click()
    page.wait_for_url(re.compile(r"/files/[2-9A-Z]{10}/$"))
    guide.look("orders-2-under-way")
    page.get_by_text("文件做好了").wait_for(timeout=JOB_MS)
    guide.look("orders-3-ready")
    guide.look_in_the_dark("orders-3-dark")
    guide.take_pdf(page.get_by_role("link", name="打开 PDF").get_attribute("href") or "", "orders-4-labels")
    guide.visit("/files/", "orders-5-list")


STOPS = (Stop(Role.DIRECTOR, print_a_big_house),)
