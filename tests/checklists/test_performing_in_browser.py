"""A check on a phone in a real Chromium: all fine once, exceptions only, a photo, and no network."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from houqin.attachments.models import AttachmentLink
from houqin.checklists.models import CheckRun
from houqin.people.models import User
from tests.attachments.factories import picture
from tests.checklists.factories import FRIDGE, ITEMS, PHOTO, checker, draft, in_use, office
from tests.places import factories as places
from tests.web.pages.test_pages_in_browser import WIDER, _fail_on_error, tab
from tests.web.test_gallery_in_browser import PHONE

# The items at which the one tap for all is seen.
SPOKEN_FOR = """() => [...document.querySelectorAll("[data-item]")]
  .filter((item) => [...item.querySelectorAll(".chip")]
    .some((chip) => getComputedStyle(chip, "::after").content.includes("按全部合格")))
  .map((item) => item.dataset.text)"""
NARROW = ("points", "unit", "least", "most", "choices", "passing")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspector() -> User:
    return checker()


def sheet(chromium: Browser, served: str, inspector: User, *items: Any) -> Page:
    """The inspector's phone with a checklist open; two rooms can be checked."""
    for number in ("101", "102"):
        places.room(number)
    edition = in_use(*(items or ITEMS), name="教室检查")
    opened = tab(chromium, served, inspector, viewport=PHONE, has_touch=True)
    opened.goto(f"/checks/lists/{edition.checklist.public_id}/check/")
    return opened


def choose(phone: Page, number: str) -> None:
    option = phone.locator("select[name=subject] option", has_text=number)
    phone.locator("select[name=subject]").select_option(option.get_attribute("value"))


def sign(phone: Page) -> None:
    phone.get_by_role("button", name="签字上报").click()


def without_network(phone: Page) -> None:
    phone.remove_listener("console", _fail_on_error)
    phone.context.set_offline(True)


def fail(phone: Page, text: str, note: str) -> None:
    item = phone.locator(f"[data-text='{text}']")
    item.get_by_text("不合格", exact=True).click()
    item.locator("input[name^='note-']").fill(note)


def test_all_fine_is_chosen_once_and_signed(chromium: Browser, served: str, inspector: User) -> None:
    phone = sheet(chromium, served, inspector)
    choose(phone, "101")
    phone.get_by_text("全部合格", exact=True).click()
    is_wide = phone.evaluate(WIDER)
    sign(phone)
    phone.get_by_text("检查已签字上报").first.wait_for()
    run = CheckRun.objects.get()
    assert (run.score, run.performed_by, run.is_late, is_wide) == (100, inspector, False, False)


def test_one_tap_for_all_is_seen_at_every_item_that_it_answers(
    chromium: Browser, served: str, inspector: User
) -> None:
    phone = sheet(chromium, served, inspector, *ITEMS, FRIDGE)
    fail(phone, "门窗玻璃完好", "裂了")
    before = phone.evaluate(SPOKEN_FOR)
    phone.get_by_text("全部合格", exact=True).click()
    assert (before, phone.evaluate(SPOKEN_FOR)) == ([], ["电线无裸露", "空调能用"])


def test_a_field_that_only_some_kinds_have_is_there_with_them_alone(chromium: Browser, served: str) -> None:
    desk = tab(chromium, served, office())
    desk.goto(f"/checks/editions/{draft().public_id}/items/new/")
    shown = []
    for kind in ("yes_no", "number", "choice", "text"):
        desk.locator("select[name=kind]").select_option(kind)
        shown.append([each for each in NARROW if desk.locator(f"[name={each}]").is_visible()])
    assert shown == [["points"], ["points", "unit", "least", "most"], ["points", "choices", "passing"], []]


def test_what_is_missing_is_told_at_its_item_and_nothing_is_lost(
    chromium: Browser, served: str, inspector: User
) -> None:
    phone = sheet(chromium, served, inspector)
    phone.remove_listener("console", _fail_on_error)
    choose(phone, "101")
    fail(phone, "门窗玻璃完好", "裂了")
    sign(phone)
    phone.locator(".check-item.wrong", has_text="电线无裸露").wait_for()
    phone.get_by_text("全部合格", exact=True).click()
    sign(phone)
    phone.get_by_text("检查已签字上报").first.wait_for()
    assert list(CheckRun.objects.get().answers.values_list("verdict", "note")) == [
        ("failed", "裂了"),
        ("good", ""),
        ("good", ""),
    ]


def test_a_photo_follows_the_check(chromium: Browser, served: str, inspector: User) -> None:
    phone = sheet(chromium, served, inspector, *ITEMS, PHOTO)
    choose(phone, "101")
    phone.get_by_text("全部合格", exact=True).click()
    photo = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    phone.locator("[data-kind=photo] input[type=file]").nth(1).set_input_files([photo])
    phone.get_by_text("已拍 1 张").wait_for()
    sign(phone)
    phone.get_by_text("检查已签字上报").first.wait_for()
    answer = CheckRun.objects.get().answers.get(item__kind="photo")
    assert (answer.photos, AttachmentLink.objects.get().parent) == (1, answer)


def test_without_network_two_rooms_wait_on_the_phone_and_arrive_once(
    chromium: Browser, served: str, inspector: User
) -> None:
    phone = sheet(chromium, served, inspector)
    without_network(phone)
    for number in ("101", "102"):
        choose(phone, number)
        phone.get_by_text("全部合格", exact=True).click()
        sign(phone)
        phone.locator(".check-queue li", has_text=number).wait_for()
    told, kept = phone.locator(".check-queue").inner_text(), CheckRun.objects.count()
    phone.context.set_offline(False)
    phone.locator(".check-queue").wait_for(state="hidden")
    assert (told.count("还没上报"), told.count("已保存在本机"), kept) == (1, 2, 0)
    assert sorted(CheckRun.objects.values_list("subject_label", flat=True).order_by("pk"))[0].endswith("101")
    assert CheckRun.objects.count() == 2


def test_after_a_lost_answer_the_check_is_sent_again_and_is_one(
    chromium: Browser, served: str, inspector: User
) -> None:
    phone = sheet(chromium, served, inspector)
    phone.remove_listener("console", _fail_on_error)

    def lose(route: Any) -> None:
        """The server gets it, and the line breaks before its answer."""
        route.fetch()
        route.abort()

    phone.route("**/check/", lose, times=1)
    choose(phone, "101")
    phone.get_by_text("全部合格", exact=True).click()
    sign(phone)
    phone.locator(".check-queue li").wait_for()
    after_loss = CheckRun.objects.count()
    phone.get_by_role("button", name="现在上报").click()
    phone.locator(".check-queue").wait_for(state="hidden")
    assert (after_loss, CheckRun.objects.count()) == (1, 1)


def test_what_waits_of_somebody_else_is_not_sent_under_another_name(
    chromium: Browser, served: str, inspector: User
) -> None:
    phone = sheet(chromium, served, inspector)
    without_network(phone)
    choose(phone, "101")
    phone.get_by_text("全部合格", exact=True).click()
    sign(phone)
    phone.locator(".check-queue li").wait_for()
    phone.evaluate("document.querySelector('[data-check-queue]').dataset.checkQueue = 'ANOTHER'")
    phone.context.set_offline(False)
    phone.locator(".check-queue").wait_for(state="hidden")
    assert CheckRun.objects.count() == 0
