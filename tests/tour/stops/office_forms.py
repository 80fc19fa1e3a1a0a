"""A bureau's own form: handed in, refused and put right, filled in for a month."""

from __future__ import annotations

import re

from houqin.people.roles import Role
from tests.office_forms.papers import word_form
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

KEPT = re.compile(r"/forms/[2-9A-HJKMNP-TV-Z]{10}/$")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def hand_in_a_form(guide: Guide) -> None:
    """总务主任: an empty list, a form with a name that is none, the right one, the month on it."""
    page = guide.page
    guide.visit("/forms/", "forms-1-none")
    guide.visit("/forms/new/", "forms-2-new")
    name = f"区学校月工作计划表（{guide.size.width}）"
    page.get_by_label("表名").fill(name)
    page.get_by_label("印发单位").fill("区教育局")
    _choose(guide, word_form("{{部门}}{{月份}}工作计划表"))
    guide.expected = 422
    page.locator("main button.primary").click()
    page.locator(".field.wrong").first.wait_for()
    guide.look("forms-3-refused")
    guide.expected = 200
    page.locator(".files.kept input[type=checkbox]").uncheck()
    _choose(guide, word_form())
    page.locator("main button.primary").click()
    page.wait_for_url(KEPT)
    guide.look("forms-4-kept")
    guide.visit(f"{page.url}retire/", "forms-5-retire")
    guide.visit("/forms/", "forms-6-list")
    guide.visit("/plans/this-month/", "forms-7-month")
    guide.visit(f"{page.url}form/", "forms-8-choose")


def _choose(guide: Guide, data: bytes) -> None:
    before = guide.page.locator(".files.kept input[type=checkbox]").count()
    chooser = guide.page.locator("input[type=file]").last
    chooser.set_input_files([{"name": "表样.docx", "mimeType": WORD, "buffer": data}])
    guide.page.locator(".files.kept input[type=checkbox]").nth(before).wait_for()


STOPS = (Stop(Role.DIRECTOR, hand_in_a_form),)
