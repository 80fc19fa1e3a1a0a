"""One walk through the whole program in one kind of window: every role, then what nobody may see."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.tour.guide import Album, Guide, Size, guided
from tests.tour.round import make_round
from tests.tour.stops import stops_of

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NOBODY = {"role": "nobody", "login": "", "password": ""}


def walk(address: str, accounts: Sequence[Mapping[str, str]], size: Size, folder: Path) -> Album:
    """Lead every account through its round and its stops; what was found is in the album."""
    album = Album(folder)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for account in [NOBODY, *accounts]:
            began = time.monotonic()
            with guided(browser, address, account["role"], size, album) as guide:
                _lead(guide, account)
            sys.stderr.write(f"{size.width} {account['role']} {time.monotonic() - began:.1f} s\n")
        browser.close()
    return album


def launched(playwright: Playwright) -> Browser:
    """A browser whose own words, in date and file boxes, are Chinese where chromium-l10n is installed."""
    chinese: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
    return playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, env=chinese)


def _lead(guide: Guide, account: Mapping[str, str]) -> None:
    if account["login"]:
        guide.log_in(account["login"], account["password"])
        attempt(guide, "round", make_round)
    for stop in stops_of(account["role"], is_phone=guide.size.is_phone):
        attempt(guide, stop.act.__name__, stop.act)


def attempt(guide: Guide, name: str, act: Callable[[Guide], None]) -> None:
    """One broken stop must not hide what the others would show."""
    try:
        act(guide)
    except Error as error:
        guide.complain(f"{name} stopped: {str(error).splitlines()[0]}")
    guide.expected = 200
