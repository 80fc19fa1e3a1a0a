"""The worker itself, as the app role: from an announcement to another server, and what waits its minute."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from houqin.actors import System
from houqin.notifications.announcing import QUEUE
from houqin.notifications.models import Delivery, Message, Notice
from houqin.notifications.states import MessageState
from houqin.people.roles import Role
from houqin.people.services import grant_role
from houqin.writing import write
from tests.factories import person
from tests.notifications.factories import channel, list_hosts, notice, waiting, wish
from tests.notifications.servers import answering, serving

pytestmark = pytest.mark.django_db(transaction=True)

# Any minute: which one it is says nothing to the job.
MINUTE = 1


@pytest.fixture(autouse=True)
def _no_line_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's threads would keep their connections when the database is dropped."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


def work() -> None:
    call_command("procrastinate", "worker", "--one-shot", "--queues", QUEUE)


def let_a_minute_pass() -> None:
    """The minute's job waits in the queue, once.

    A worker that is at work when a minute turns puts it there too, perhaps just before it stops.
    """
    with suppress(AlreadyEnqueued):
        app.configure_task("houqin.send_due", queue=QUEUE).defer(timestamp=MINUTE)


def test_the_worker_tells_and_what_is_due_goes_out_in_the_next_minute() -> None:
    list_hosts("127.0.0.1")
    with serving(answering()) as server:
        channel(address=server.address)
        user = person(name="周杰")
        wish(user)
        write(grant_role, user=user, role=Role.GUARD, by=System("测试"))
        work()
        assert Notice.objects.get().recipient == user
        # It is gathered for a while; the minute's job finds it when that is over.
        Delivery.objects.update(not_before="2026-09-01T00:00:00Z")
        let_a_minute_pass()
        work()
    assert [each.json["notices"][0]["to"] for each in server.asked] == [["周杰"]]
    assert Message.objects.get().state == MessageState.SENT


def test_a_job_whose_worker_died_is_done_again() -> None:
    write(grant_role, user=person(), role=Role.GUARD, by=System("测试"))
    # The queue outlives a test; the newest job is this one's.
    dead = ProcrastinateJob.objects.filter(queue_name=QUEUE, task_name="houqin.tell").latest("pk")
    # As a worker leaves it that was killed: under way, and nobody beats for it.
    taken = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(taken, [dead.pk])
    let_a_minute_pass()
    work()
    work()
    assert Notice.objects.count() == 1


def test_a_failure_while_one_is_told_leaves_the_others_waiting_for_nothing() -> None:
    list_hosts("127.0.0.1")
    with serving(answering(500)) as bad, serving(answering()) as good:
        for server in (bad, good):
            waiting(notice(person()), channel(address=server.address))
        let_a_minute_pass()
        work()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "waiting"]
