"""The round that every role makes: each entry of the navigation, one record of each kind, its forms.

Found by following the page's own links, so that a page added next year is visited unedited.
"""

from __future__ import annotations

import re

from tests.tour.guide import Guide, kind_of

NAVIGATION = "nav.side a.entry"
FIRST_RECORD = "table tbody th[scope=row] a, ul.todos a, ul.my-items a"
WAYS = ".page-actions a"
# The administration is Django's own, seen once from outside; downloads and prints are no pages.
NO_PAGES = re.compile(r"^/admin/.+|/print/$|/labels/\?|[?&]export=")


def make_round(guide: Guide) -> None:
    """Visit what the role finds from its home page, each kind of page once."""
    guide.visit("/", "home")
    kinds = {"/"}
    entries = _links(guide, NAVIGATION)
    for path in entries:
        _visit_once(guide, path, kinds)
        _visit_record(guide, kinds)


def _visit_record(guide: Guide, kinds: set[str]) -> None:
    """The first record of the list at hand, and the forms that both lead to."""
    ways = _links(guide, WAYS)
    records = _links(guide, FIRST_RECORD)
    for path in ways:
        _visit_once(guide, path, kinds)
    if records and _visit_once(guide, records[0], kinds):
        for path in _links(guide, WAYS):
            _visit_once(guide, path, kinds)


def _visit_once(guide: Guide, path: str, kinds: set[str]) -> bool:
    """Whether `path` is of a kind not seen yet; then it has been looked at."""
    kind = kind_of(path)
    if kind in kinds or NO_PAGES.search(path):
        return False
    kinds.add(kind)
    guide.visit(path, kind.strip("/").replace("/", "-") or "home", may_have_moved=True)
    return True


def _links(guide: Guide, selector: str) -> list[str]:
    """The addresses behind the links, in order, each once."""
    found: list[str] = guide.page.eval_on_selector_all(
        selector, "links => links.map(link => link.getAttribute('href'))"
    )
    return list(dict.fromkeys(path for path in found if path and path.startswith("/")))
