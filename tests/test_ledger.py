"""Ledgers by introspection: added to, reversed once, closed by the month; never edited, whoever asks.

So is other history; and what is kept changes on its way and is never deleted.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connections, transaction

from houqin.errors import NotAllowed, RuleBroken
from houqin.ledger import AppendOnly, ClosedPeriod, Kept, LedgerEntry, close_period, ledgers
from houqin.people.roles import Role
from houqin.writing import write
from tests.factories import acting, person
from tests.records import make

pytestmark = pytest.mark.django_db

LEDGERS = [
    pytest.param(model, id=model.__name__) for model in apps.get_models() if issubclass(model, LedgerEntry)
]
HISTORY = [
    pytest.param(model, id=model.__name__) for model in apps.get_models() if issubclass(model, AppendOnly)
]
KEPT = [pytest.param(model, id=model.__name__) for model in apps.get_models() if issubclass(model, Kept)]
DAY = date(2026, 9, 15)
LEDGER = "calendar_plans.progress"


def refused(statement: str, *arguments: Any, using: str = "default") -> str:
    """The database's words when it refuses `statement`; empty when it does not."""
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(statement, arguments)
    except DatabaseError as error:
        return str(error)
    return ""


def columns_of(model: Any) -> str:
    return ", ".join(field.column for field in model._meta.concrete_fields if not field.primary_key)


def copied(entry: Any, **other: Any) -> Any:
    """An unsaved entry like `entry`."""
    fields = {
        field.name: getattr(entry, field.name)
        for field in entry._meta.concrete_fields
        if field.name not in ("id", "public_id", "reverses")
    }
    return type(entry)(**fields | other)


def test_progress_and_carry_overs_are_ledgers() -> None:
    assert {"ProgressNote", "CarryOver"} <= {each.id for each in LEDGERS}


def test_requests_with_their_steps_and_seats_are_kept() -> None:
    assert {"ApprovalRequest", "ApprovalStep", "ApprovalSeat"} <= {each.id for each in KEPT}


@pytest.mark.parametrize("model", HISTORY)
def test_an_entry_is_not_edited_by_the_program(model: Any) -> None:
    entry = make(model)
    with pytest.raises(RuleBroken, match="只能冲销"):
        entry.save()


@pytest.mark.parametrize("model", HISTORY)
def test_l6_the_app_role_has_no_right_to_change_an_entry(model: Any) -> None:
    entry, table = make(model), model._meta.db_table
    assert "permission denied" in refused(f"UPDATE {table} SET version = 9 WHERE id = %s", entry.pk)
    assert "permission denied" in refused(f"DELETE FROM {table} WHERE id = %s", entry.pk)
    assert "permission denied" in refused(f"TRUNCATE {table}")


@pytest.mark.parametrize("model", HISTORY)
@pytest.mark.django_db(transaction=True)
def test_l6_even_the_owner_changes_no_entry(model: Any) -> None:
    entry, table = make(model), model._meta.db_table
    for statement in (f"UPDATE {table} SET version = 9 WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
        assert "Cannot" in refused(statement, entry.pk, using="owner")
    assert model._base_manager.values_list("version", flat=True).get(pk=entry.pk) == 1


@pytest.mark.parametrize("model", KEPT)
@pytest.mark.django_db(transaction=True)
def test_l6_even_the_owner_deletes_nothing_that_is_kept(model: Any) -> None:
    row, table = make(model), model._meta.db_table
    assert "Cannot delete" in refused(f"DELETE FROM {table} WHERE id = %s", row.pk, using="owner")
    assert refused(f"UPDATE {table} SET version = 9 WHERE id = %s", row.pk) == ""
    assert model._base_manager.values_list("version", flat=True).get(pk=row.pk) == 9


@pytest.mark.parametrize("model", LEDGERS)
def test_an_entry_is_reversed_once(model: Any) -> None:
    entry = make(model)
    copied(entry, reverses=entry).save()
    entry.refresh_from_db()
    assert entry.is_reversed
    with pytest.raises(IntegrityError, match="reverses"), transaction.atomic():
        copied(entry, reverses=entry).save()


@pytest.mark.parametrize("model", LEDGERS)
def test_a_closed_period_takes_no_entry_by_the_program(model: Any) -> None:
    entry = make(model)
    write(close_period, ledger=model.LEDGER, until=DAY, by=acting(person(Role.DIRECTOR)))
    with pytest.raises(RuleBroken, match=r"^2026年9月15日及以前已结账"), transaction.atomic():
        copied(entry, occurred_on=DAY).save()
    copied(entry, occurred_on=DAY + timedelta(days=1)).save()
    assert model._base_manager.count() == 2


@pytest.mark.parametrize("model", LEDGERS)
def test_a_closed_period_takes_no_entry_by_raw_sql(model: Any) -> None:
    entry, columns = make(model), columns_of(model)
    values = columns.replace("public_id", "'ZZZZZZZZZZ'").replace("occurred_on", "%s")
    statement = f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} FROM {model._meta.db_table}"
    write(close_period, ledger=model.LEDGER, until=DAY, by=acting(person(Role.DIRECTOR)))
    assert f"ledger {model.LEDGER} is closed" in refused(statement, DAY)
    assert refused(statement, DAY + timedelta(days=1)) == ""
    assert list(model._base_manager.values_list("occurred_on", flat=True).order_by("pk")) == [
        entry.occurred_on,
        DAY + timedelta(days=1),
    ]


@pytest.mark.parametrize("model", LEDGERS)
def test_closing_one_ledger_leaves_the_others_open(model: Any) -> None:
    other = next(each for each in sorted(ledgers()) if each != model.LEDGER)
    write(close_period, ledger=other, until=date(2099, 1, 1), by=acting(person(Role.DIRECTOR)))
    assert make(model).pk is not None


def test_a_ledger_that_nobody_keeps_is_not_closed() -> None:
    with pytest.raises(LookupError, match=r"no model keeps the ledger calendar_plans\.notes"):
        write(close_period, ledger="calendar_plans.notes", until=DAY, by=acting(person(Role.DIRECTOR)))
    assert ClosedPeriod.objects.count() == 0


def test_closing_moves_only_forward() -> None:
    director = acting(person(Role.DIRECTOR))
    write(close_period, ledger=LEDGER, until=DAY, by=director)
    for until in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(RuleBroken, match="已经结过账"):
            write(close_period, ledger=LEDGER, until=until, by=director)
    assert list(ClosedPeriod.objects.values_list("until", "closed_by")) == [(DAY, director.user.pk)]


def test_only_who_may_close_closes() -> None:
    with pytest.raises(NotAllowed):
        write(close_period, ledger=LEDGER, until=DAY, by=acting(person(Role.GUARD)))
    assert ClosedPeriod.objects.count() == 0
