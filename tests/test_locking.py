"""Row locks: taken at once, read again, in one fixed order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, transaction

from calendar_plans.models import Plan
from houqin.actors import Actor, System
from houqin.errors import Gone
from houqin.locking import RANKS, LockOrderBroken, lock, lock_all
from houqin.numbering import NumberCounter
from houqin.people.models import Department
from houqin.writing import write
from tests.calendar_plans.factories import plan
from tests.concurrency.racing import in_thread
from tests.factories import department

pytestmark = pytest.mark.django_db

OFFICE = System("测试")


def write_with(service: Any) -> Any:
    """Call `service` inside the boundary of a write, where ranks are watched."""

    def acting(*, by: Actor) -> Any:
        return service()

    return write(acting, by=OFFICE)


def test_a_lock_gives_the_row_as_it_is_now() -> None:
    stale = plan(title="旧题目")
    Plan.objects.filter(pk=stale.pk).update(title="新题目")
    assert write_with(lambda: lock(stale)).title == "新题目"


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
