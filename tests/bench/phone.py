"""A phone on a bad line: when a page can be read and used, as Chromium sees it."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.client import Client
from tests.bench.table import Figure, Table

CHROMIUM = Path("/usr/bin/chromium")
PAGES = {"home": "/", "mine": "/plans/mine/", "list": "/plans/items/"}
SIZE = {"width": 360, "height": 800}
BYTES_A_SECOND = 400_000 / 8
DELAY_MS = 300
LINE = {
    "offline": False,
    "latency": DELAY_MS,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": BYTES_A_SECOND,
}
RUNS = 5
# Everything is painted and every script has run.
USABLE = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return Math.max(page.domContentLoadedEventEnd, paint ? paint.startTime : Infinity);
}"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


def measure_phone(worker: Client, table: Table) -> None:
    """The pages of somebody who works, whose browser knows the style sheet and the scripts from last time."""
    if not CHROMIUM.exists():
        table.remarks.append("No phone was tried: this machine has no Chromium.")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for name, path in PAGES.items():
            page = _on_a_bad_line(browser, worker)
            first = _usable_ms(page, path)
            again = median(_usable_ms(page, path) for _ in range(RUNS))
            table.add(Figure(f"phone at 400 kbit/s and 300 ms, usable: {name}", again, 1000))
            table.remarks.append(f"The phone's very first visit to {name} was usable after {first:.0f} ms.")
            page.context.close()
        browser.close()


def _on_a_bad_line(browser: Browser, who: Client) -> Page:
    context = browser.new_context(base_url=who.address, viewport=SIZE, is_mobile=True, has_touch=True)
    cookies = [{"name": name, "value": value, "url": who.address} for name, value in who.cookies.items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    return page


def _usable_ms(page: Page, path: str) -> float:
    """Milliseconds from asking for `path` until it is painted and its scripts have run."""
    page.goto(path, wait_until="domcontentloaded")
    page.wait_for_function(PAINTED)
    milliseconds: float = page.evaluate(USABLE)
    return milliseconds
