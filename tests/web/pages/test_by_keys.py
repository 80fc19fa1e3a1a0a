"""The rows of a page by their keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from houqin.people.models import Department
from houqin.people.roles import Role
from houqin.web.pages import ListPage
from houqin.web.pages.by_keys import rows_with
from tests.factories import department, person
from tests.security.walking import every_route

pytestmark = pytest.mark.django_db


def bare(rows: Any) -> Any:
    return rows


def with_a_value(rows: QuerySet[Department]) -> Any:
    return rows.annotate(today=Value("2026-11-27"))


@pytest.mark.parametrize("with_columns", [bare, with_a_value])
def test_rows_stand_in_the_order_of_the_keys_and_one_that_went_is_left_out(with_columns: Any) -> None:
    first, second, third = (department().pk for _ in range(3))
    keys = [third, 0, first, second]

    found = rows_with(keys, Department.objects.all(), with_columns)

    assert [row.pk for row in found] == [third, first, second]


def test_no_keys_are_no_question() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert rows_with([], Department.objects.all(), bare) == []
    assert len(asked) == 0


def test_what_narrowed_the_keys_is_not_asked_of_their_rows_again() -> None:
    pk = department().pk
    narrowed = Department.objects.filter(name="没有这个部门")
    assert [row.pk for row in rows_with([pk], narrowed, bare)] == [pk]


def test_the_columns_values_are_read_for_each_row() -> None:
    pk = department().pk
    found = rows_with([pk], Department.objects.all(), with_a_value)
    assert [(row.pk, row.today) for row in found] == [(pk, "2026-11-27")]


LISTS = [
    pytest.param(route.page, id=route.key)
    for route in every_route()
    if isinstance(route.page, type) and issubclass(route.page, ListPage)
]


@pytest.mark.parametrize("page", LISTS)
def test_the_columns_of_a_list_are_read_alike_for_every_reader(
    page: type[ListPage], rf: RequestFactory
) -> None:
    """Their statement is made for the first reader and asked for all others."""
    made = set()
    for role in (Role.DIRECTOR, Role.GUARD, Role.SYSTEM_ADMIN):
        view, request = page(), rf.get("/")
        request.user = person(role, department=department())
        view.setup(request)
        made.add(str(view.with_columns(page.model.objects.all()).order_by().query))
    assert len(made) == 1
