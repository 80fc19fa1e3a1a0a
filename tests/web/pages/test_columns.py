"""A column reads the same cell from a record and from the bare values of its fields."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_plans.models import Item
from calendar_plans.tables import ITEM_COLUMNS, item_rows
from houqin.people.models import Department, User
from houqin.web.pages.columns import Column, field_of
from houqin.web.pages.exporting import field_in
from tests import factories
from tests.calendar_plans.factories import item
from tests.web.sample_pages import DepartmentList

pytestmark = pytest.mark.django_db


def told(column: Column, rows: Any) -> tuple[list[Any], list[Any]]:
    """The cells of `rows`, from the bare values of the query and from the records."""
    names = [field_in(rows, path) or "" for path in column.paths]
    make, read = column.maker(rows.model, 0), column.reader(rows.model)
    ordered = rows.order_by("pk")
    return [make(values) for values in ordered.values_list(*names)], [read(each) for each in ordered]


@pytest.mark.parametrize("column", DepartmentList.columns, ids=lambda column: column.name)
def test_a_cell_of_a_department_is_the_same_from_its_fields(column: Column) -> None:
    factories.department(head=factories.person(name="石大勇"))
    factories.department()
    from_fields, from_records = told(column, Department.objects.select_related("head"))
    assert from_fields == from_records


@pytest.mark.parametrize("column", ITEM_COLUMNS, ids=lambda column: column.name)
def test_a_cell_of_an_item_is_the_same_from_its_fields(column: Column) -> None:
    item()
    item(owner=factories.person(name="石大勇"))
    from_fields, from_records = told(column, item_rows(Item.objects.all()))
    assert from_fields == from_records


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
