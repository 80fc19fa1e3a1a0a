"""Statements that are prepared, and several of them in one message."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from houqin.database.prepared import in_one_message, prepared
from houqin.people.models import Department
from tests.factories import department

pytestmark = pytest.mark.django_db

ASKED = "SELECT name FROM houqin_department WHERE id = %s"


def ask(key: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [key])
        return cursor.fetchone()


def kept_statements() -> list[tuple[str, int]]:
    """The statements like `ASKED` that the server keeps for this connection, and their parameters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, cardinality(parameter_types) FROM pg_prepared_statements "
            "WHERE statement = 'SELECT name FROM houqin_department WHERE id = $1'"
        )
        return cursor.fetchall()


def test_what_is_asked_often_in_the_same_shape_is_kept_by_the_server() -> None:
    made = [department(), department(), department(), department()]
    with prepared():
        assert [ask(each.pk) for each in made] == [(each.name,) for each in made]
    assert kept_statements() == [(ASKED.replace("%s", "$1"), 1)]


def test_what_is_asked_outside_is_not() -> None:
    before = kept_statements()
    assert [ask(department().pk) is None for _ in range(4)] == [False] * 4
    assert kept_statements() == before


def test_cursors_are_as_before_afterwards_whatever_happened_inside() -> None:
    before = type(connection.cursor().cursor)
    with pytest.raises(DatabaseError), transaction.atomic(), prepared():
        ask("no number")
    with pytest.raises(DatabaseError), transaction.atomic(), in_one_message():
        ask("no number")
    assert type(connection.cursor().cursor) is before


def test_of_several_in_one_message_each_gives_its_own_answer() -> None:
    one, other = department(), department()
    with in_one_message(), connection.cursor() as first, connection.cursor() as second:
        first.execute(ASKED, [one.pk])
        second.execute(ASKED, [other.pk])
        assert (first.fetchone(), second.fetchone()) == ((one.name,), (other.name,))


def fail_and_delete(key: Any) -> Any:
    with in_one_message(), connection.cursor() as first, connection.cursor() as second:
        first.execute("SELECT 1 / 0")
        second.execute("DELETE FROM houqin_department WHERE id = %s", [key])
        return first.fetchone()


def test_what_follows_one_that_fails_does_not_happen() -> None:
    made = department()
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        fail_and_delete(made.pk)
    assert list(Department.objects.filter(pk=made.pk)) == [made]
