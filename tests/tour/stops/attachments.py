"""Photos and papers: added on the phone, seen on the record's page, withdrawn."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop


def a_photo() -> bytes:
    """A wall with a lamp, as large as a phone makes it."""
    picture = Image.effect_noise((3000, 2250), 40).convert("RGB")
    ImageDraw.Draw(picture).rectangle((500, 400, 2300, 560), fill=(250, 250, 240))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def report_with_a_photo(guide: Guide) -> None:
    """维修工: a photo from the phone's camera, sent ahead of the form, a mistake, and it is still there."""
    page = guide.page
    guide.visit("/plans/mine/", "photo-1-mine")
    page.get_by_role("link", name="报进展").first.click()
    camera = page.locator("input[type=file]").first
    photo = {"name": "IMG_0317.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    camera.set_input_files([photo])
    page.locator(".files.kept input[type=checkbox]").wait_for()
    guide.look("photo-2-chosen")
    guide.expected = 422
    page.locator("main button.primary").click()
    page.locator("[aria-invalid=true]").first.wait_for()
    guide.look("photo-3-refused-but-kept")
    guide.expected = 200
    page.get_by_label("做了什么").fill("走廊灯管已换好，拍照留存。")
    page.locator("main button.primary").click()
    page.wait_for_url("**/plans/items/*/")
    guide.look("photo-4-reported")


def see_and_withdraw_a_paper(guide: Guide) -> None:
    """总务主任: the plan's scanned sheet, one more paper, and one withdrawn with its reason."""
    page = guide.page
    guide.visit("/plans/?state=running", "paper-1-plans")
    page.locator("table tbody th[scope=row] a").last.click()
    page.locator("#files").wait_for()
    guide.look("paper-2-plan")
    page.get_by_role("link", name="添加附件").click()
    paper = {"name": "会议纪要.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    strange = {"name": "程序.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" + b"\0" * 60}
    guide.expected = 422
    page.locator("input[type=file]").nth(1).set_input_files([paper, strange])
    page.locator(".files.kept input[type=checkbox]").wait_for()
    page.locator(".file-wrong").wait_for()
    guide.look("paper-3-one-refused")
    guide.expected = 200
    page.get_by_role("button", name="不要了").click()
    page.get_by_label("说明").fill("校长办公会纪要")
    page.locator("main button.primary").click()
    page.get_by_text("附件已保存").first.wait_for()
    page.locator("a.file-withdraw").last.click()
    page.get_by_label("撤下的原因").fill("附错了，另传盖章件")
    guide.look("paper-4-withdraw")
    page.locator("main button.danger").click()
    page.locator(".withdrawn").first.wait_for()
    guide.look("paper-5-withdrawn")
    guide.look_in_the_dark("paper-5-dark")


STOPS = (
    Stop(Role.REPAIR_WORKER, report_with_a_photo, only_phone=True),
    Stop(Role.DIRECTOR, see_and_withdraw_a_paper),
)
