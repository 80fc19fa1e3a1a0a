"""Row locks: taken at once, read again, in one fixed order."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction

from calendar_plans.models import Item, Plan
from houqin.actors import Actor, System
from houqin.database.guards import append_only_tables
from houqin.errors import Gone
from houqin.locking import RANKS, LockOrderBroken, lock, lock_all, lock_both
from houqin.numbering import NumberCounter
from houqin.people.models import Department
from houqin.records import Record
from houqin.writing import write
from tests.calendar_plans.factories import item, plan
from tests.concurrency.racing import PATIENCE, in_thread
from tests.factories import department
from tests.records import make

pytestmark = pytest.mark.django_db

OFFICE = System("测试")

# What is only added to cannot be locked either: that takes the right to change it.
MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, Record) and model._meta.db_table not in append_only_tables()
]


def write_with(service: Any) -> Any:
    """Call `service` inside the boundary of a write, where ranks are watched."""

    def acting(*, by: Actor) -> Any:
        return service()

    return write(acting, by=OFFICE)


def test_a_lock_gives_the_row_as_it_is_now() -> None:
    stale = plan(title="旧题目")
    Plan.objects.filter(pk=stale.pk).update(title="新题目")
    assert write_with(lambda: lock(stale)).title == "新题目"


def test_two_locks_at_once_give_both_rows_as_they_are_now() -> None:
    a_plan = plan(title="旧题目")
    stale = item(a_plan, content="旧内容")
    Plan.objects.filter(pk=a_plan.pk).update(title="新题目")
    Item.objects.filter(pk=stale.pk).update(content="新内容")
    locked_plan, locked_item = write_with(lambda: lock_both(Plan(pk=a_plan.pk), stale))
    assert (locked_plan, locked_plan.title) == (a_plan, "新题目")
    assert (locked_item, locked_item.content) == (stale, "新内容")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_locked_row_holds_what_the_orm_reads(model: Any) -> None:
    made = make(model)
    read = model._base_manager.get(pk=made.pk)
    names = [field.attname for field in model._meta.concrete_fields]
    locked = write_with(lambda: lock(made))
    assert [getattr(locked, name) for name in names] == [getattr(read, name) for name in names]


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused() -> None:
    made = department()
    with pytest.raises(LockOrderBroken, match="outside a transaction"):
        lock(made)


def test_a_row_that_is_gone_cannot_be_locked() -> None:
    made = department()
    Department.objects.filter(pk=made.pk).delete()
    with pytest.raises(Gone, match="被别人删除"):
        write_with(lambda: lock(made))


def test_of_two_rows_each_may_be_gone() -> None:
    kept, gone = department(), department()
    Department.objects.filter(pk=gone.pk).delete()
    for pair in ((kept, gone), (gone, kept)):
        with pytest.raises(Gone, match="被别人删除"):
            write_with(lambda pair=pair: lock_both(*pair))


def test_rows_of_one_model_are_locked_in_the_order_of_their_keys() -> None:
    made = [department() for _ in range(4)]
    rows = Department.objects.filter(pk__in=[row.pk for row in made]).order_by("-pk")
    assert write_with(lambda: lock_all(rows)) == made


def test_going_back_in_rank_is_refused() -> None:
    a_plan, counter = plan(), NumberCounter.objects.create(series="x", year=2026)

    def counter_first() -> None:
        lock(counter)
        lock(a_plan)

    with pytest.raises(LockOrderBroken, match="plan must be locked before counter"):
        write_with(counter_first)
    with pytest.raises(LockOrderBroken, match="plan must be locked before counter"):
        write_with(lambda: lock_both(counter, a_plan))


def test_going_up_in_rank_and_staying_in_it_are_allowed() -> None:
    one, other, counter = plan(), plan(), NumberCounter.objects.create(series="x", year=2026)

    def in_order() -> list[Any]:
        return [lock(one), lock(other), lock(counter)]

    assert write_with(in_order) == [one, other, counter]


def test_the_next_write_begins_at_the_lowest_rank() -> None:
    a_plan, counter = plan(), NumberCounter.objects.create(series="x", year=2026)
    write_with(lambda: lock(counter))
    assert write_with(lambda: lock(a_plan)) == a_plan


def test_the_ranks_stand_in_the_order_of_the_design() -> None:
    assert RANKS == (
        "reference", "approval", "plan", "ticket", "asset", "stock", "budget", "counter", "attachment",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_lock_holds_at_once_and_until_the_end_of_the_transaction() -> None:
    """A lazy `select_for_update` would leave the row free for whoever comes between."""
    made = department()
    refused: list[str] = []

    def try_to_take() -> None:
        try:
            with transaction.atomic():
                Department.objects.select_for_update(nowait=True).get(pk=made.pk)
        except OperationalError as error:
            refused.append(error.__cause__.sqlstate)  # type: ignore[union-attr]

    with transaction.atomic():
        lock(made)
        with in_thread(try_to_take):
            pass
    assert refused == ["55P03"]
    with in_thread(try_to_take):
        pass
    assert refused == ["55P03"]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_locks_sees_what_was_committed_while_the_first_one_waited() -> None:
    a_plan = plan()
    work = item(a_plan, content="旧内容")
    is_held, seen = threading.Event(), []

    def change() -> None:
        with transaction.atomic():
            lock(a_plan)
            is_held.set()
            wait_until_somebody_waits()
            Item.objects.filter(pk=work.pk).update(content="新内容")

    with in_thread(change):
        is_held.wait(PATIENCE)
        with transaction.atomic():
            seen.append(lock_both(a_plan, work)[1].content)
    assert seen == ["新内容"]


def wait_until_somebody_waits() -> None:
    """Until another session stands at a lock of this one; the sleep is the server's."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute(
                "SELECT pg_sleep(0.02), count(*) FROM pg_stat_activity "
                "WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits")
