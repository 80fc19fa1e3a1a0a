"""After a test that committed the database is as it was before, whatever the test wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, connections

from calendar_plans.models import Category, Item
from houqin.people.models import User
from tests.calendar_plans import factories as plans
from tests.emptying import Beginning
from tests.factories import department, person

pytestmark = pytest.mark.django_db(transaction=True)

OFF = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
MAY_WRITE_HISTORY = "SELECT has_table_privilege('houqin_app', 'houqin_userevent', 'INSERT')"


@pytest.fixture
def beginning() -> Beginning:
    noted = Beginning()
    noted.note()
    return noted


def one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def as_owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def now() -> Beginning:
    found = Beginning()
    found.note()
    return found


def test_what_was_added_is_gone_with_its_history_and_the_rest_stands(beginning: Beginning) -> None:
    owner = person(department=department())
    plans.item(plans.running_plan(owner.department), owner=owner)
    assert (Item.objects.count(), User.objects.count(), one("SELECT count(*) FROM houqin_userevent") > 0) == (
        1, 1, True,
    )  # fmt: skip

    beginning.restore()

    assert now() == beginning
    assert one(OFF) == 0


def test_what_hangs_together_in_the_job_queue_goes_in_the_right_order(beginning: Beginning) -> None:
    as_owner("INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('a task', 'a queue')")
    as_owner(
        "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, job_id, periodic_id) "
        "SELECT 'a task', 1, id, '' FROM procrastinate_jobs"
    )

    beginning.restore()

    assert now() == beginning


def test_a_row_of_the_beginning_that_was_changed_is_made_anew(beginning: Beginning) -> None:
    names = list(Category.objects.order_by("order").values_list("name", flat=True))
    Category.objects.filter(name=names[0]).update(name="改过的类别")

    beginning.restore()

    assert list(Category.objects.order_by("order").values_list("name", flat=True)) == names
    assert now() == beginning


def test_a_fence_that_was_opened_is_shut(beginning: Beginning) -> None:
    as_owner("GRANT INSERT ON houqin_userevent TO houqin_app")
    assert one(MAY_WRITE_HISTORY) is True

    beginning.restore()

    assert one(MAY_WRITE_HISTORY) is False
