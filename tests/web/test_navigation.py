"""Every page stands under the entry of the navigation that leads to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from houqin.registry import registry
from houqin.web import navigation
from houqin.web.pages import Page
from tests.factories import signed_in
from tests.security.objects import address_of
from tests.security.walking import Route, every_route, holder_of

pytestmark = pytest.mark.django_db

# No page is farther from the navigation.
STEPS_BACK = 6
# An item's page leads back to its plan or to 我的工作, and stands under 全部事项, which leads to it as well;
# what is printed in the background is ordered from many pages and found again in 我的文件.
BY_ANOTHER_WAY = {"plans:item-", "attachments:", "orders:place"}


def pages() -> list[Route]:
    """The routes that a page answers by GET."""
    found = [route for route in every_route() if "GET" in route.methods and route.needs != "public"]
    return [
        route
        for route in found
        if isinstance(route.page, type)
        and issubclass(route.page, Page)
        and not any(route.name.startswith(each) for each in BY_ANOTHER_WAY)
    ]


def entry_behind(client: Client, address: str) -> str:
    """The entry that is reached by going back from `address`; empty when that is none."""
    entries = {navigation.address_of(entry.url_name) for entry in registry.navigation}
    for _ in range(STEPS_BACK):
        if address in entries:
            return address
        answer = client.get(address)
        address = answer.context["back_url"].partition("?")[0] if answer.status_code == 200 else ""
        if address in {"", "/"}:
            return ""
    raise AssertionError(f"{address} is farther back than any page")


def highlighted(answer: Any) -> str:
    """The entry that the page marks as the current one."""
    at = answer.context["standing_at"] or answer.request["PATH_INFO"]
    links = [link for group in navigation.groups(registry.navigation, at) for link in group.links]
    return next((link.url for link in links if link.is_current), "")


@pytest.mark.parametrize("route", [pytest.param(route, id=route.key) for route in pages()])
def test_a_page_marks_the_entry_that_one_gets_to_by_going_back(route: Route) -> None:
    user = holder_of(route.needs)
    client, address = signed_in(user), address_of(route, user)
    answer = client.get(address)
    if answer.status_code != 200 or not answer.context or "back_url" not in answer.context:
        pytest.skip("a paper, a file, or a page that only sends on")
    # Where the arrow leads home, nothing says otherwise than the address.
    marked = highlighted(answer)
    assert (entry_behind(client, address.partition("?")[0]) or marked) == marked
