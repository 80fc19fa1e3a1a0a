"""A photo in a real Chromium: shrunk before it is sent, kept while the form is wrong, gone when unticked."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from calendar_plans.models import Item
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.people.models import User
from houqin.people.roles import Role
from tests.attachments.factories import pdf
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person
from tests.web.pages.test_pages_in_browser import WIDER, _fail_on_error, tab
from tests.web.test_gallery_in_browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = ".files.kept input[type=checkbox]"


@pytest.fixture
def worker() -> User:
    return person(Role.REPAIR_WORKER, department=department())


@pytest.fixture
def work(worker: User) -> Item:
    return item(running_plan(), owner=worker)


@pytest.fixture
def phone(chromium: Browser, served: str, worker: User, work: Item) -> Page:
    """The worker's phone with the form 报进展 open."""
    opened = tab(chromium, served, worker, viewport=PHONE)
    opened.goto(f"/plans/items/{work.public_id}/report/")
    return opened


def big_photo() -> dict[str, Any]:
    """Noise, because a plain sheet would be small enough to be sent as it is."""
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 90).convert("RGB").save(out, "JPEG", quality=90)
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def choose(phone: Page, *files: dict[str, Any], camera: bool = False) -> None:
    phone.locator("input[type=file]").nth(0 if camera else 1).set_input_files(list(files))


def send(phone: Page) -> None:
    phone.get_by_role("button", name="报进展").click()


def test_a_big_photo_is_shrunk_on_the_phone_and_arrives_with_the_report(phone: Page, work: Item) -> None:
    choose(phone, big_photo(), camera=True)
    phone.locator(KEPT).wait_for()
    is_wide = phone.evaluate(WIDER)
    phone.get_by_label("做了什么").fill("换好了")
    send(phone)
    phone.get_by_text("进展已登记").first.wait_for()
    file = Attachment.objects.get()
    assert (file.width, file.height, file.name, is_wide) == (2560, 1920, "IMG_0001.jpg", False)
    assert (
        AttachmentLink.objects.filter(attachment=file, parent_model="calendar_plans.progressnote").count()
        == 1
    )


def test_a_photo_stays_while_the_form_is_wrong_and_goes_when_it_is_unticked(phone: Page) -> None:
    choose(phone, {"name": "单据.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    phone.locator(KEPT).wait_for()
    # To the browser's console an answer of 422 is an error.
    phone.remove_listener("console", _fail_on_error)
    send(phone)
    phone.locator("[aria-invalid=true]").first.wait_for()
    phone.on("console", _fail_on_error)
    kept = phone.locator(KEPT).count()
    phone.locator(KEPT).uncheck()
    phone.get_by_label("做了什么").fill("换好了")
    send(phone)
    phone.get_by_text("进展已登记").first.wait_for()
    assert (kept, Attachment.objects.count(), AttachmentLink.objects.count()) == (1, 1, 0)


def test_after_a_lost_line_a_file_can_be_sent_again_and_for_a_refused_one_another(phone: Page) -> None:
    phone.route("**/attachments/", lambda route: route.abort())
    phone.remove_listener("console", _fail_on_error)
    paper = {"name": "单据.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    choose(phone, paper)
    phone.get_by_text("没有传上去").wait_for()
    phone.unroute("**/attachments/")
    phone.get_by_role("button", name="再传一次").click()
    phone.locator(KEPT).wait_for()
    choose(phone, {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
    another = phone.get_by_role("button", name="换一个文件")
    another.wait_for()
    again = phone.get_by_role("button", name="再传一次").count()
    with phone.expect_file_chooser() as chooser:
        another.click()
    chooser.value.set_files([paper])
    phone.locator(KEPT).nth(1).wait_for()
    assert (again, phone.get_by_text("程序.exe").count(), phone.locator(KEPT).count()) == (0, 0, 2)
