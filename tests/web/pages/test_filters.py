"""The choices that the filters of a list offer, kept from page to page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from houqin.people.models import RoleHolding, User
from houqin.people.roles import IMPLIED, Role
from houqin.web.pages import ListPage
from houqin.web.pages.filters import Related, options_of
from tests import factories
from tests.web.pages.reading import text

pytestmark = pytest.mark.django_db

LIST = "/departments/"
READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def subclasses(of: type) -> Iterator[type]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def related_filters() -> list[tuple[str, Related]]:
    """Every filter of a list of the house that offers rows of a table."""
    assert get_resolver().url_patterns
    lists = sorted(set(subclasses(ListPage)), key=lambda each: f"{each.__module__}.{each.__name__}")
    return [(page.__name__, each) for page in lists for each in page.filters if isinstance(each, Related)]  # type: ignore[attr-defined]


def offered(browser: Client) -> list[str]:
    """The names in the box of the heads of departments."""
    box = re.search(r'<select name="head">(.*?)</select>', text(browser.get(LIST)), re.S)
    return re.findall(r'<option value="\w+">([^<]*)<', box[1]) if box else []


def test_choices_are_read_once_and_again_when_somebody_is_renamed(desk: Client) -> None:
    head = factories.person(name="石大勇")
    pages = [offered(desk), offered(desk)]
    with CaptureQueriesContext(connection) as queries:
        pages.append(offered(desk))
    User.objects.filter(pk=head.pk).update(name="石小勇")
    pages.append(offered(desk))
    assert ["石大勇" in page for page in pages] == [True, True, True, False]
    read = [query["sql"] for query in queries if "SELECT 'head'" in query["sql"]]
    assert ("石小勇" in pages[-1], read) == (True, [])


def test_choices_kept_for_one_reader_are_not_offered_to_another(desk: Client, staff_desk: Client) -> None:
    factories.person(name="石大勇")
    assert ["石大勇" in offered(browser) for browser in (desk, staff_desk, desk)] == [True, False, True]


def test_a_reader_whose_role_ended_is_no_longer_offered_what_it_showed() -> None:
    factories.person(name="石大勇")
    director = factories.person(Role.DIRECTOR)
    browser = factories.signed_in(director)
    before = offered(browser)
    RoleHolding.objects.filter(user=director).delete()
    assert ["石大勇" in page for page in (before, offered(browser))] == [True, False]


@pytest.mark.parametrize("role", [role for role in Role if role not in IMPLIED])
def test_choices_that_are_kept_are_read_from_the_tables_that_they_name(role: Role) -> None:
    user = factories.person(role, department=factories.department())
    assert user.roles >= {role}
    for page, each in related_filters():
        with CaptureQueriesContext(connection) as queries:
            options_of([each], user)
        read = {table for query in queries for table in READ.findall(query["sql"])}
        named = {model._meta.db_table for model in each.tables}
        assert (page, each.name, read - named if named else set()) == (page, each.name, set())
