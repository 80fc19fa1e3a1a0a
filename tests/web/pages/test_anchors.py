"""From page to page: each begins where the one before it ended, whatever happens in between."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from houqin import totals
from houqin.people.models import Department
from houqin.web.pages import anchors, paging
from houqin.web.pages.anchors import is_walkable
from tests import factories
from tests.web.pages.reading import rows, text, words

pytestmark = pytest.mark.django_db

LIST = "/departments/"
SIZE = 25


def link(page: str, rel: str) -> str:
    """The address of the next or previous page; nothing where no link leads there."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def walked(desk: Client, address: str, rel: str) -> list[list[str]]:
    """The rows of the page at `address` and of all that its links lead to."""
    pages = []
    while address:
        answer = desk.get(address)
        pages.append(rows(answer))
        address = link(text(answer), rel)
    return pages


@pytest.fixture
def departments() -> list[Department]:
    """Ninety by name, made in another order; thirty at a time have the same place in the order of offices."""
    made = [factories.department(f"第{number * 37 % 90:02}处", order=number % 3) for number in range(90)]
    return sorted(made, key=lambda each: each.name)


@pytest.mark.parametrize("sort", ["", "order", "-order", "name", "-name"])
def test_the_links_lead_through_every_row_once_in_order_and_back(
    desk: Client, departments: list[Department], sort: str
) -> None:
    start = f"{LIST}?sort={sort}&size={SIZE}"
    numbered = [rows(desk.get(f"{start}&page={page}")) for page in (1, 2, 3, 4)]
    last = link(text(desk.get(link(text(desk.get(f"{start}&page=2")), "next"))), "next")
    assert walked(desk, start, "next") == numbered
    assert walked(desk, last, "prev")[::-1] == numbered
    assert {name for page in numbered for name in page} == {each.name for each in departments}


@pytest.mark.parametrize("sort", ["", "order", "-order", "name", "-name"])
def test_pages_by_their_number_alone_are_the_same_from_milestones(
    desk: Client, departments: list[Department], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages() -> list[list[str]]:
        return [rows(desk.get(f"{LIST}?sort={sort}&size={SIZE}&page={page}")) for page in (3, 2, 4, 5, 1)]

    walked_over_all = pages()
    monkeypatch.setattr(anchors, "BETWEEN_MILESTONES", 20)
    assert (pages(), pages()) == (walked_over_all, walked_over_all)


def test_behind_a_milestone_no_key_before_it_is_walked_over(
    desk: Client, departments: list[Department], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchors, "BETWEEN_MILESTONES", 40)
    third = f"{LIST}?sort=name&size={SIZE}&page=3"
    first_time = rows(desk.get(third))
    departments[3].delete()
    assert (first_time[0], rows(desk.get(third))) == ("第50处", first_time)


def test_a_row_that_comes_or_goes_meanwhile_moves_no_other_to_another_page(
    desk: Client, departments: list[Department]
) -> None:
    first = desk.get(f"{LIST}?sort=name&size={SIZE}")
    factories.department("第00处甲")
    departments[3].delete()
    second = desk.get(link(text(first), "next"))
    back = desk.get(link(text(desk.get(link(text(second), "next"))), "prev"))
    assert (rows(second)[0], rows(back)) == ("第25处", rows(second))


def test_a_page_whose_row_is_gone_or_not_the_readers_is_found_by_its_number(
    desk: Client, departments: list[Department]
) -> None:
    numbered = rows(desk.get(LIST, {"sort": "name", "size": "25", "page": "2"}))
    for ends in ({"after": "ABSENT2345"}, {"before": "ABSENT2345"}, {"after": "%"}, {"after": "x" * 99}):
        page = desk.get(LIST, {"sort": "name", "size": "25", "page": "2", **ends})
        assert (rows(page), page.status_code) == (numbered, 200)


def test_where_too_few_rows_are_left_before_the_row_stands_the_first_page(
    desk: Client, departments: list[Department]
) -> None:
    page = desk.get(LIST, {"sort": "name", "size": "25", "page": "2", "before": departments[10].public_id})
    assert (rows(page)[0], len(rows(page)), "，第 " in words(page)) == ("第00处", 25, False)


def test_the_links_lead_on_where_a_number_alone_leads_no_further(
    desk: Client, departments: list[Department], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "DEEPEST", 50)
    monkeypatch.setattr(totals, "COUNTED", 3)
    second = desk.get(f"{LIST}?sort=name&size=25&page=2")
    third = desk.get(link(text(second), "next"))
    assert (rows(third)[0], rows(desk.get(f"{LIST}?sort=name&size=25&page=3"))) == ("第50处", [])


def test_only_columns_of_the_row_that_are_never_empty_are_walked_along() -> None:
    orders = (["order", "pk"], ["-search_key"], ["head__name", "pk"], ["retired_on", "pk"], ["absent"])
    assert [is_walkable(Department, order) for order in orders] == [True, True, False, False, False]
