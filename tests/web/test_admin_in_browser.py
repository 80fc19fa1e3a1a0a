"""The pages of Django's admin in a real Chromium: its rows are rows, and its words are the house's."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from houqin.people.roles import Role
from tests.factories import department, person
from tests.web.pages.test_pages_in_browser import tab
from tests.web.test_gallery_in_browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# How far the middle of each word lies from the middle of its row, in pixels.
OFF = """() => [...document.querySelectorAll('.module tr:has(.addlink) a')].map((link) => {
  const text = new Range();
  text.selectNodeContents(link);
  const [said, row] = [text, link.closest('tr')].map((each) => each.getBoundingClientRect());
  return Math.abs(said.top + said.bottom - row.top - row.bottom) / 2;
})"""
# Letters and figures lie a little off; nobody sees as much.
UNSEEN = 2


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_one_may_do_with_each_kind_stands_in_its_row(chromium: Browser, served: str, size: Any) -> None:
    department("总务处")
    page = tab(chromium, served, person(Role.DIRECTOR), viewport=size)
    page.goto("/admin/")
    off = page.evaluate(OFF)
    words = set(page.locator("td .addlink").all_inner_texts())
    page.context.close()
    assert (words, len(off) > 3, max(off) < UNSEEN) == ({"新增"}, True, True)
