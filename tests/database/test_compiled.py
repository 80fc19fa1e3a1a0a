"""Queries whose statement is made once: the same rows as Django's own, whoever asked first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from houqin.database import compiled
from houqin.database.compiled import Compiled, by_public_id
from houqin.people.models import Department, SchoolClass, User
from tests.factories import department, person, school_class

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_whole", {})


def test_each_call_gives_the_rows_of_its_own_values() -> None:
    named = Compiled(lambda name, order: Department.objects.filter(name=name, order__gte=order))
    one, other = department("教务处", order=7), department("德育处", order=9)
    asked = [("教务处", 7), ("德育处", 1), ("教务处", 8), ("德育处", 9)]
    assert [named(*values) for values in asked] == [[one], [other], [], [other]]


def test_what_is_joined_comes_along() -> None:
    made = Compiled(lambda key: User.objects.filter(pk=key).select_related("department"))
    people = [person(department=department("教务处")), person(department=department("德育处")), person()]
    found = [made(each.pk)[0] for each in people]
    assert [each.__dict__["_state"].fields_cache["department"] for each in found] == [
        each.department for each in people
    ]


@pytest.mark.parametrize(
    "build",
    [
        lambda key: Department.objects.filter(pk=key, name="教务处"),
        lambda key: Department.objects.filter(pk=key + 1),
        lambda key: Department.objects.filter(pk=7),
    ],
)
def test_a_statement_that_takes_anything_but_the_values_is_refused(build: Any) -> None:
    with pytest.raises(ValueError, match="the statement takes"):
        Compiled(build)(3)


def test_a_record_is_found_by_its_id_among_all_and_among_some() -> None:
    one, other = department("教务处"), department("德育处")
    everything, some = Department.objects.all(), Department.objects.filter(name="教务处")
    found = [
        by_public_id(rows, each.public_id) for rows in (everything, some, everything) for each in (one, other)
    ]
    assert found == [[one], [other], [one], [], [one], [other]]


def shapes() -> list[QuerySet[Any]]:
    """What must never be taken for one another, and what must not be held at all."""
    return [
        SchoolClass.objects.all(),
        SchoolClass.objects.select_related("head_teacher"),
        SchoolClass.objects.defer("search_key"),
        SchoolClass.objects.filter(retired_on=None),
        SchoolClass.objects.exclude(retired_on=None),
        SchoolClass.objects.none(),
        SchoolClass.objects.prefetch_related("head_teacher"),
        Department.objects.all(),
    ]


def test_what_is_held_is_the_rows_of_that_shape_alone() -> None:
    kept = school_class()
    once = [by_public_id(rows, kept.public_id) for rows in shapes()]
    again = [by_public_id(rows, kept.public_id) for rows in reversed(shapes())]
    assert once == [[kept], [kept], [kept], [kept], [], [], [kept], []] == list(reversed(again))
    assert len(compiled._whole) == 4
