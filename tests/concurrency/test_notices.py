"""Two workers and one notice; two taps on one. Each scarce thing with its lock, and without it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from houqin.actors import System
from houqin.notifications import carrying, services
from houqin.notifications.models import Channel, Message, Notice
from houqin.notifications.services import sending
from houqin.people.models import RoleHolding
from houqin.people.roles import Role
from houqin.writing import write
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting, person
from tests.notifications.factories import channel, list_hosts, notice, waiting
from tests.notifications.servers import Server, answering, serving

pytestmark = pytest.mark.django_db(transaction=True)

JOB = System("通知")


def test_two_workers_with_one_announcement_tell_everybody_once() -> None:
    holding = RoleHolding.objects.create(user=person(), role=Role.GUARD)
    tell = partial(
        write, services.tell, kind="people.role_granted", record=holding.pk, mark="k", words={},
        at=timezone.now(), by=JOB,
    )  # fmt: skip
    outcome = together(tell, tell)
    assert (sorted(outcome.answers), outcome.errors, Notice.objects.count()) == ([0, 1], [], 1)


def test_two_workers_on_one_channel_send_a_notice_once() -> None:
    list_hosts("127.0.0.1")
    with serving(answering()) as server:
        on = channel(address=server.address)
        waiting(notice(person()), on)
        send = partial(carrying.send_waiting, on, by=JOB)
        outcome = together(send, send)
    assert (sorted(outcome.answers), outcome.errors, len(server.asked)) == ([0, 1], [], 1)


def test_while_the_other_side_is_written_to_no_row_is_held() -> None:
    """It looks itself, before it answers: whoever wants the channel and the message then need not wait."""
    list_hosts("127.0.0.1")
    free: list[list[int]] = []

    def look(server: Server, line: Any) -> None:
        try:
            with transaction.atomic():
                tables: tuple[Any, ...] = (Channel, Message, Notice)
                free.append([len(each.objects.select_for_update(nowait=True)) for each in tables])
        finally:
            connections.close_all()
        answering()(server, line)

    with serving(look) as server:
        on = channel(address=server.address)
        waiting(notice(person()), on)
        assert (carrying.send_waiting(on, by=JOB), free) == (1, [[1, 1, 1]])


def taken_by_two(monkeypatch: pytest.MonkeyPatch) -> tuple[Meeting, int]:
    """Two workers take from a channel on which one notice waits; how many messages were made."""
    on = channel()
    waiting(notice(person()), on)
    meeting = Meeting()
    monkeypatch.setattr(sending, "_weeded", meeting.after(sending._weeded))
    take = partial(write, services.take_message, channel=on, at=timezone.now(), by=JOB)
    together(take, take)
    return meeting, Message.objects.count()


def test_a_waiting_notice_is_taken_by_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, made = taken_by_two(monkeypatch)
    assert (meeting.met, made) == (False, 1)


def test_without_the_channels_lock_two_workers_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "lock", _unlocked)
    meeting, made = taken_by_two(monkeypatch)
    assert (meeting.met, made) == (True, 2)


def _unlocked(record: Any) -> Any:
    return without_lock(record) if isinstance(record, Channel) else record


def test_a_notice_read_twice_at_once_is_read_at_one_moment() -> None:
    user = person()
    told = notice(user)
    read = partial(write, services.mark_read, notice=told, by=acting(user))
    outcome = together(read, read)
    told.refresh_from_db()
    assert (outcome.errors, {each.read_at for each in outcome.answers}) == ([], {told.read_at})
