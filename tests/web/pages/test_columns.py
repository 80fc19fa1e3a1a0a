"""A column reads the same cell from a record and from the bare values of its fields."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_plans.models import Item
from calendar_plans.tables import ITEM_COLUMNS
from houqin.people.models import Department, User
from houqin.web.pages.columns import Column, field_of
from tests import factories
from tests.calendar_plans.factories import item
from tests.web.sample_pages import DepartmentList

pytestmark = pytest.mark.django_db


def from_fields(column: Column, record: Any) -> Any:
    model = type(record)
    names = [field_of(model, path) or "" for path in column.paths]
    values = model._base_manager.filter(pk=record.pk).values_list("pk", *names).get()
    return column.maker(model, 1)(values)


@pytest.mark.parametrize("column", DepartmentList.columns, ids=lambda column: column.name)
def test_a_cell_of_a_department_is_the_same_from_its_fields(column: Column) -> None:
    led, without = factories.department(head=factories.person(name="石大勇")), factories.department()
    assert [from_fields(column, each) for each in (led, without)] == [
        column.read(each) for each in (led, without)
    ]


@pytest.mark.parametrize("column", ITEM_COLUMNS, ids=lambda column: column.name)
def test_a_cell_of_an_item_is_the_same_from_its_fields(column: Column) -> None:
    bare = item()
    full = item(owner=factories.person(name="石大勇"))
    assert [from_fields(column, each) for each in (bare, full)] == [
        column.read(each) for each in (bare, full)
    ]


@pytest.mark.parametrize(
    ("model", "path", "name"),
    [
        (Item, "content", "content"),
        (Item, "plan.department.name", "plan__department__name"),
        (Item, "owner", None),  # a record: what is shown of it is its own affair
        (Item, "months_label", None),  # a property
        (Item, "content.length", None),
        (Department, "nothing", None),
        (User, "pk", None),
    ],
)
def test_a_path_is_a_name_of_the_query_only_where_it_ends_at_a_field(
    model: Any, path: str, name: str | None
) -> None:
    assert field_of(model, path) == name
