"""`Guide`: leads one person through the program in a browser, takes pictures and notes what is wrong."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
LISTEN = (
    "window.policyViolations = [];"
    "document.addEventListener('securitypolicyviolation',"
    " (event) => window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`));"
)
LEAST_TARGET, LEAST_PHONE_BUTTON = 24, 44
TALLEST_PICTURE = 3_000
SERIOUS = {"serious", "critical"}
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}


PUBLIC_ID = re.compile(r"/[2-9A-HJKMNP-TV-Z]{10}(?=/)")


def kind_of(address: str) -> str:
    """The path of `address` with `x` in the place of every record's id."""
    return PUBLIC_ID.sub("/x", urlsplit(address).path)


# What a form answers whose record stands no longer where the form belongs to.
MOVED = 409


@dataclass(frozen=True)
class Size:
    """A window, and how its pictures are called."""

    width: int
    height: int = 800

    @property
    def is_phone(self) -> bool:
        return self.width < 768


@dataclass(frozen=True)
class Complaint:
    """Something wrong, and where it was seen."""

    sentence: str
    path: str
    width: int
    role: str
    spot: str


@dataclass
class Album:
    """Everything that one walk found: pictures, complaints, and the page structures that axe has seen."""

    folder: Path
    pictures: list[str] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


@dataclass
class Guide:
    """One person in one window. `visit` and `look` check the page they show and take its picture."""

    address: str
    role: str
    size: Size
    album: Album
    page: Page
    expected: int = 200
    spot: str = ""

    def log_in(self, account: str, password: str) -> None:
        """Through the login page, like everybody."""
        self.page.goto(f"{self.address}/login/")
        self.page.get_by_label("工号或手机号").fill(account)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.address}/")

    def visit(self, path: str, name: str, *, expect: int = 200, may_have_moved: bool = False) -> None:
        """Open `path` (its answer is to be `expect`), check it and take the picture `name`.

        A record `may_have_moved` since the link to `path` was drawn: the guide of the other size works in the
        same school at the same time. Then the page says so, which is an answer too.
        """
        self.spot, self.expected = name, MOVED if may_have_moved else expect
        response = self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        status = response.status if response else 0
        has_moved = may_have_moved and status == MOVED and "现在不能操作" in self.page.inner_text("main")
        if status != expect and not has_moved:
            self.complain(f"answered {status} instead of {expect}")
        self.look(name)
        self.expected = 200

    def look(self, name: str) -> None:
        """Check the page as it stands and take the picture `name`."""
        self.spot = name
        # A click is done when the next page answers: before it has come there is nothing to look at.
        self.page.wait_for_load_state()
        found = self.page.evaluate(LOOK, {"least": LEAST_TARGET, "leastButton": self._least_button()})
        for small in found["small"]:
            self.complain(f"too small: {small}")
        for table in found["cut"]:
            self.complain(f"a column is cut in half: {table}")
        for violation in found["violations"]:
            self.complain(f"content security policy: {violation}")
        if found["wide"]:
            self.complain(found["wide"])
        if found["skeleton"] not in self.album.seen:
            self.album.seen.add(found["skeleton"])
            self._ask_axe()
        self._take_picture(name)

    def look_in_the_dark(self, name: str) -> None:
        """The same page in dark colours: contrast is asked again."""
        self.page.emulate_media(color_scheme="dark")
        self.spot = name
        self._ask_axe()
        self._take_picture(name)
        self.page.emulate_media(color_scheme="light")

    def take_pdf(self, path: str, name: str) -> None:
        """Fetch the PDF at `path` and turn its pages into pictures."""
        self.spot = name
        answer = self.page.context.request.get(f"{self.address}{path}" if path.startswith("/") else path)
        if answer.status != 200 or answer.headers["content-type"] != "application/pdf":
            self.complain(f"no PDF: {answer.status} {answer.headers['content-type']}")
            return
        stem = self._stem(name)
        (self.album.folder / f"{stem}.pdf").write_bytes(answer.body())
        picture = self.album.folder / stem
        subprocess.run(["pdftoppm", "-r", "80", "-png", f"{picture}.pdf", str(picture)], check=True)
        self.album.pictures += sorted(each.name for each in self.album.folder.glob(f"{stem}-*.png"))

    def complain(self, sentence: str) -> None:
        """Note what is wrong with the page at hand, with its kind of address."""
        path = kind_of(self.page.url)
        self.album.complaints.append(Complaint(sentence, path, self.size.width, self.role, self.spot))

    # -- ears -----------------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Hear what the browser and the server complain about from now on."""
        self.page.add_init_script(LISTEN)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complain(f"script error: {error}"))
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        is_the_expected_answer = self.expected != 200 and "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not is_the_expected_answer:
            self.complain(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500 and response.status != self.expected:
            self.complain(f"{response.request.method} {response.url} answered {response.status}")
        if not response.url.startswith((self.address, "data:", "blob:")):
            self.complain(f"asked another host: {response.url}")

    # -- eyes -----------------------------------------------------------------------------------------------

    def _least_button(self) -> int:
        return LEAST_PHONE_BUTTON if self.size.is_phone else LEAST_TARGET

    def _ask_axe(self) -> None:
        for violation in Axe().run(self.page, options=AXE_OPTIONS).response["violations"]:
            if violation["impact"] in SERIOUS:
                where = [node["target"] for node in violation["nodes"][:2]]
                self.complain(
                    f"axe {violation['id']}: {violation['help']} {json.dumps(where, ensure_ascii=False)}"
                )

    def _take_picture(self, name: str) -> None:
        """The whole page, in a window as high: what is fixed to an edge stands where it belongs."""
        file = f"{self._stem(name)}.png"
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST_PICTURE)
        is_taller = height > self.size.height
        if is_taller:
            self.page.set_viewport_size({"width": self.size.width, "height": height})
        self.page.screenshot(path=self.album.folder / file, animations="disabled")
        if is_taller:
            self.page.set_viewport_size({"width": self.size.width, "height": self.size.height})
        self.album.pictures.append(file)

    def _stem(self, name: str) -> str:
        return f"{self.role}-{re.sub(r'[^0-9a-z-]+', '-', name.lower()).strip('-')}-{self.size.width}"


@contextmanager
def guided(browser: Browser, address: str, role: str, size: Size, album: Album) -> Iterator[Guide]:
    """A guide with a fresh browser profile, as on a device that was never here."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size.width, "height": size.height},
        is_mobile=size.is_phone,
        has_touch=size.is_phone,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    try:
        guide = Guide(address, role, size, album, context.new_page())
        guide.listen()
        yield guide
    finally:
        context.close()
