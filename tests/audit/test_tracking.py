"""The audit sees every write to every tracked model, with who, from where, before and after: promise L7."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from houqin.actors import Person
from houqin.audit.context import set_context
from houqin.database.guards import append_only_tables, kept_tables, tracked_models
from houqin.people.models import User
from houqin.records import Record
from tests.factories import person
from tests.records import build, make

pytestmark = pytest.mark.django_db

ADDRESS = "10.0.0.7"

# Tables that belong to no record: locks, counters, what logins leave behind, what an import holds meanwhile.
UNTRACKED = {"NumberCounter", "IdempotencyKey", "LoginGuess", "ImportedFile", "ImportMapping"} | {
    # Secrets; that it is on stands in the account, which is tracked.
    "TwoStep",
    # Only that a notice goes out on a channel; the notice and the message are tracked.
    "Delivery",
}

# Written by django-axes, Django and procrastinate for themselves; no act of the office is in them.
FOREIGN_APPS = {"admin", "auth", "axes", "contenttypes", "pghistory", "procrastinate", "sessions"}


def as_acting(act: Callable[[], Any]) -> tuple[Any, User]:
    """Do `act` as a member of staff at `ADDRESS`, as the boundary of a write does."""
    user = person(name="王芳")
    with transaction.atomic():
        set_context(Person(user, address=ADDRESS), service="act")
        return act(), user


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        f for f in model._meta.concrete_fields if not isinstance(f, models.GeneratedField | models.AutoField)
    ]


def changeable(model: type[models.Model]) -> models.Field[Any, Any]:
    """A field of `model` that the database lets anybody change: the version, else what the row points at."""
    if issubclass(model, Record):
        return model._meta.get_field("version")  # type: ignore[return-value]
    return next(field for field in columns(model) if field.is_relation)


def unsaved(model: type[models.Model]) -> Any:
    """A row that the database would take: one that was made and taken out again, where that is possible."""
    if model._meta.db_table in append_only_tables() | kept_tables():
        return build(model)
    made = make(model)
    values = {field.attname: getattr(made, field.attname) for field in columns(model)}
    let_go(made)
    model._base_manager.filter(pk=made.pk)._raw_delete("default")
    return model(**values)


def by_save(row: Any) -> list[str]:
    for name, value in another_value(row).items():
        setattr(row, name, value)
    row.save()
    return ["update"]


def by_update(row: Any) -> list[str]:
    type(row)._base_manager.filter(pk=row.pk).update(**another_value(row))
    return ["update"]


def by_bulk_update(row: Any) -> list[str]:
    for name, value in another_value(row).items():
        setattr(row, name, value)
        type(row)._base_manager.bulk_update([row], [type(row)._meta.get_field(name).name])
    return ["update"]


def by_raw_update(row: Any) -> list[str]:
    ((name, value),) = another_value(row).items()
    column = type(row)._meta.get_field(name).column
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {type(row)._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])
    return ["update"]


def by_delete(row: Any) -> list[str]:
    let_go(row)
    # Not `row.delete()`, which would ask the audit's own tables for what hangs on the row.
    type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")
    return ["delete"]


def by_raw_delete(row: Any) -> list[str]:
    let_go(row)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {type(row)._meta.db_table} WHERE id = %s", [row.pk])
    return ["delete"]


def let_go(row: Any) -> None:
    """Delete what hangs on the row, so that it may go."""
    for relation in type(row)._meta.related_objects:
        rows = relation.related_model
        if isinstance(relation, models.ManyToOneRel) and rows in MODELS:
            hanging = rows._base_manager.filter(**{relation.field.name: row})
            # Asked first, because on a ledger even a deletion of nothing is refused.
            if hanging.exists():
                hanging._raw_delete("default")


def another_value(row: Any) -> dict[str, Any]:
    field = changeable(type(row))
    if field.is_relation:
        return {field.attname: make(field.related_model).pk}
    value = getattr(row, field.attname)
    return {field.attname: value + 7 if isinstance(value, int) else "另一个"}


DELETIONS = [by_delete, by_raw_delete]
CHANGES = [by_save, by_update, by_bulk_update, by_raw_update, *DELETIONS]
MODELS = sorted(tracked_models(), key=lambda model: model.__name__)


def events_of(model: type[models.Model], pk: int) -> list[Any]:
    related: Any = model.events.rel.related_model  # type: ignore[attr-defined]
    return list(related.objects.filter(pgh_obj_id=pk).order_by("pgh_id"))


def assert_signed(event: Any, user: User) -> None:
    context = event.pgh_context
    assert (context["by"], context["name"], context["address"]) == (user.pk, "王芳", ADDRESS)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_l7_the_audit_sees_a_change(model: Any, change: Callable[[Any], list[str]]) -> None:
    if model._meta.db_table in append_only_tables():
        row = make(model)
        with pytest.raises(Exception, match=r"permission denied|只能冲销"), transaction.atomic():
            change(row)
        assert [event.pgh_label for event in events_of(model, row.pk)] == ["insert"]
        return
    if model._meta.db_table in kept_tables() and change in DELETIONS:
        row, refusal = make(model), f"permission denied for table {model._meta.db_table}$"
        with pytest.raises(ProgrammingError, match=refusal), transaction.atomic():
            change(row)
        assert [event.pgh_label for event in events_of(model, row.pk)] == ["insert"]
        return
    row = make(model)
    before = {field.attname: getattr(row, field.attname) for field in columns(model)}
    labels, user = as_acting(lambda: change(row))
    told = events_of(model, row.pk)
    fresh = [event for event in told if event.pgh_context and event.pgh_context.get("address") == ADDRESS]
    assert [event.pgh_label for event in fresh] == labels
    for event in fresh:
        assert_signed(event, user)
        assert values_of(told[told.index(event) - 1]) == {
            n: v for n, v in before.items() if n in values_of(event)
        }
    if labels == ["update"]:
        stored = model._base_manager.get(pk=row.pk)
        assert values_of(fresh[-1]) == {n: getattr(stored, n) for n in values_of(fresh[-1])}


def values_of(event: Any) -> dict[str, Any]:
    """The tracked columns of `event`, without the audit's own."""
    tracked = {field.attname for field in columns(event.pgh_tracked_model)}
    return {
        field.attname: getattr(event, field.attname)
        for field in event._meta.concrete_fields
        if field.attname in tracked
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_l7_the_audit_sees_bulk_create(model: Any) -> None:
    fresh = unsaved(model)
    (made,), user = as_acting(lambda: model._base_manager.bulk_create([fresh]))
    (event,) = events_of(model, made.pk)
    assert event.pgh_label == "insert"
    assert_signed(event, user)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_l7_the_audit_sees_copy(model: Any) -> None:
    fresh, fields = unsaved(model), columns(model)
    line = io.StringIO()
    csv.writer(line).writerow([as_copied(getattr(fresh, field.attname)) for field in fields])
    names = ", ".join(f'"{field.column}"' for field in fields)

    def copy() -> int:
        with connection.cursor() as cursor:
            with cursor.copy(
                f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')"
            ) as target:
                target.write(line.getvalue())
            cursor.execute(f"SELECT max(id) FROM {model._meta.db_table}")
            return int(cursor.fetchone()[0])

    pk, user = as_acting(copy)
    (event,) = events_of(model, pk)
    assert event.pgh_label == "insert"
    assert_signed(event, user)


def as_copied(value: Any) -> Any:
    if value is None:
        return r"\N"
    return "{" + ",".join(value) + "}" if isinstance(value, list) else value


def test_l7_every_record_is_tracked() -> None:
    tracked = set(tracked_models())
    assert [m.__name__ for m in apps.get_models() if issubclass(m, Record) and m not in tracked] == []


def test_l7_every_table_of_the_house_is_tracked_or_on_the_reviewed_list() -> None:
    ours = [m for m in apps.get_models() if m._meta.app_label not in FOREIGN_APPS]
    untracked = {
        m.__name__ for m in ours if m not in set(tracked_models()) and not hasattr(m, "pgh_tracked_model")
    }
    assert untracked == UNTRACKED


def test_no_password_reaches_the_audit() -> None:
    names = {field.name for field in User.events.rel.related_model._meta.get_fields()}  # type: ignore[attr-defined]
    assert names & {"password", "last_login", "folded", "grams"} == set()
    assert {"name", "staff_no", "phone", "is_active"} <= names
