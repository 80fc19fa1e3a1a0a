"""Imports: a staff list with errors, corrected, brought in and taken back; rooms from a messy workbook."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.spreadsheets import workbooks
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JOB_MS = 30_000


def hand_in(guide: Guide, kind: str, name: str, data: bytes) -> None:
    """Choose what it is and the file, and send it."""
    page = guide.page
    page.goto(f"{guide.address}/imports/new/?kind={kind}")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": XLSX, "buffer": data})
    page.locator("main form button.primary").click()
    page.wait_for_url("**/columns/")


def check(guide: Guide) -> None:
    """Let it be checked, and wait for what comes of it."""
    guide.page.locator("main form button.primary").click()
    guide.page.locator(".tally").wait_for(timeout=JOB_MS)


def import_the_staff(guide: Guide) -> None:
    """系统管理员: the list of imports, a list with errors, the same corrected, imported, taken back."""
    page, width = guide.page, guide.size.width
    guide.visit("/imports/", "imports-1-list")
    guide.visit("/imports/new/", "imports-2-open")
    wrong = [
        ("D001", "季小满", "1380013", "总务处"),
        ("", "没有工号", "", ""),
        ("D003", "", "13712340003", "教务处"),
        ("D004", "谷小雨", "13712340004", "后勤组"),
        ("D004", "谷小雨", "13712340004", "后勤组"),
    ]
    hand_in(guide, "staff", "教职工花名册.xlsx", workbooks.staff(*wrong))
    guide.look("imports-3-columns")
    check(guide)
    guide.look("imports-4-errors")
    guide.look_in_the_dark("imports-4-dark")
    right = [(f"D{width}{n}", f"新教师{n}", f"137{width:04}{n:04}", "后勤组") for n in range(1, 6)]
    hand_in(guide, "staff", "教职工花名册（改好）.xlsx", workbooks.staff(*right))
    check(guide)
    guide.look("imports-5-checked")
    page.locator(".page-actions button.primary").click()
    page.locator("text=已导入").first.wait_for(timeout=JOB_MS)
    guide.look("imports-6-imported")
    run = page.url
    guide.visit(f"{run}undo/", "imports-7-undo")
    page.locator("main form button.danger").click()
    page.locator("text=已撤销").first.wait_for(timeout=JOB_MS)
    guide.look("imports-8-undone")
    guide.visit("/imports/", "imports-9-list")


def import_rooms(guide: Guide) -> None:
    """总务主任: a sheet for each building, and classes."""
    rows = [
        ["某楼房间一览"],
        ["楼层", "房号", "名称", "用途"],
        ["1楼", "101", "", "教室"],
        ["", "102", "传达室", "办公室"],
    ]
    hand_in(guide, "rooms", "房间.xlsx", workbooks.sheets(实验楼=rows, 艺术楼=rows))
    guide.look("imports-rooms-1-columns")
    check(guide)
    guide.look("imports-rooms-2-checked")
    guide.visit(f"{guide.page.url}drop/", "imports-rooms-3-drop")


STOPS = (
    Stop(Role.SYSTEM_ADMIN, import_the_staff),
    Stop(Role.DIRECTOR, import_rooms),
)
