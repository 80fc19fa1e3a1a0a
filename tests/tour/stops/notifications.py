"""Notices: the inbox and one's wishes; the channels, how one is set up, and what did not go out."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop


def read_notices(guide: Guide) -> None:
    """分管副校长: the bell, what it leads to, and what he wants of it."""
    page = guide.page
    guide.visit("/notices/", "notices-1-inbox")
    guide.look_in_the_dark("notices-1-dark")
    for line in page.locator("button.line-opener").all()[:1]:
        guide.visit(line.get_attribute("formaction") or "", "notices-2-notice")
    guide.visit("/notices/preferences/", "notices-3-preferences")


def keep_the_channels(guide: Guide) -> None:
    """系统管理员: no channel yet, one of each kind, one saved and tried out."""
    page = guide.page
    guide.visit("/notices/channels/", "channels-1-list")
    for way in ("mail", "wecom", "dingtalk", "webhook"):
        guide.visit(f"/notices/channels/new/{way}/", f"channels-2-{way}")
    page.get_by_label("名称").fill(f"总务处群{guide.size.width}")
    page.get_by_label("地址").fill("https://hooks.invalid/houqin")
    page.get_by_label("签名密钥").fill("demonstration")
    page.locator("main button.primary").click()
    page.wait_for_url("**/notices/channels/*/")
    guide.look("channels-3-saved")
    page.locator("main button.primary").click()
    page.wait_for_url("**/notices/messages/*/")
    guide.look("channels-4-tried")
    guide.visit("/notices/messages/", "channels-5-messages")
    guide.visit("/", "channels-6-home")


STOPS = (Stop(Role.VICE_PRINCIPAL, read_notices), Stop(Role.SYSTEM_ADMIN, keep_the_channels))
