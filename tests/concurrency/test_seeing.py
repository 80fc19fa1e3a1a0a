"""Who sees a row is kept right when what it is made of changes twice at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections, transaction

from calendar_plans.models import Item, ItemPartner, Plan
from houqin.people.models import Department
from tests.calendar_plans.factories import item, running_plan
from tests.concurrency.racing import Meeting, together
from tests.factories import department

pytestmark = pytest.mark.django_db(transaction=True)

LOCK = "PERFORM 1 FROM calendar_plans_plan WHERE id = NEW.plan_id FOR SHARE;"


def kept(of: Item) -> list[str]:
    seen: list[str] = Item.objects.values_list("seen_by", flat=True).get(pk=of.pk)
    return seen


def names(*departments: Department) -> list[str]:
    return sorted(f"department:{each.pk}" for each in departments)


def test_two_departments_that_begin_to_help_at_once_both_see_the_item() -> None:
    office, first, second = department(), department(), department()
    work, meeting = item(running_plan(office)), Meeting()

    def help_with(helping: Department) -> None:
        with transaction.atomic():
            ItemPartner.objects.create(item=work, department=helping)
            meeting.wait()

    outcome = together(lambda: help_with(first), lambda: help_with(second))
    assert (outcome.errors, meeting.met, kept(work)) == ([], False, names(office, first, second))


def move_and_add() -> tuple[bool, list[str], Department]:
    """A plan gets another department while an item is added to it; both before either is committed."""
    office, other = department(), department()
    plan, meeting, made = running_plan(office), Meeting(), list[Item]()

    def move() -> None:
        with transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(department=other)
            meeting.wait()

    def add() -> None:
        with transaction.atomic():
            made.append(item(plan))
            meeting.wait()

    outcome = together(move, add)
    assert outcome.errors == []
    return meeting.met, kept(made[0]), other


def test_an_item_that_is_added_while_its_plan_changes_hands_is_seen_by_the_new_department() -> None:
    met, seen, other = move_and_add()
    assert (met, seen) == (False, names(other))


@pytest.fixture
def no_lock() -> Iterator[None]:
    """The control: the trigger of new items without its lock."""
    find = "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'pgtrigger_seen_by_of_new%%'"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT pg_get_functiondef(oid) FROM pg_proc WHERE oid = ({find})::regprocedure")
        whole = cursor.fetchone()[0]
        assert LOCK in whole
        cursor.execute(whole.replace(LOCK, ""))
        yield
        cursor.execute(whole)


def test_control_without_the_lock_the_former_department_keeps_the_item(no_lock: None) -> None:
    met, seen, other = move_and_add()
    assert (met, seen == names(other)) == (True, False)
