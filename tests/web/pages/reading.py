"""Reading a page as its reader does: which rows, which words, which hidden values."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

TAG = re.compile(r"<[^>]+>")


def rows(page: Any) -> list[str]:
    """The first cells of the table, in their order."""
    return [
        unescape(TAG.sub("", cell)).strip()
        for cell in re.findall(r'<th scope="row">(.*?)</th>', text(page), re.S)
    ]


def text(page: Any) -> str:
    return str(page.content.decode())


def words(page: Any) -> str:
    """The page without its marks, for sentences."""
    return " ".join(unescape(TAG.sub(" ", text(page).split("<main", 1)[1].split("</main>")[0])).split())


def hidden(page: Any, name: str) -> str:
    """The value of the page's hidden input `name`."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', text(page))
    assert found is not None, f"no {name} on the page"
    return unescape(found[1])


def hidden_values(page: Any) -> dict[str, str]:
    """All hidden inputs of the page's last form, as a browser would send them."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', text(page))
    return {name: unescape(value) for name, value in pairs}
