"""Closing a ledger while an entry is written: whoever comes first, no entry stands in a closed period."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from calendar_plans.models import ProgressNote
from houqin import ledger
from houqin.actors import Actor, System
from houqin.errors import RuleBroken
from houqin.ledger import ClosedPeriod, close_period
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans.factories import item
from tests.concurrency.racing import PATIENCE, Meeting, together
from tests.factories import acting, person

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 9, 15)
OFFICE = System("测试")


class Order:
    """The first act is done before the second begins; then each waits for the other before it commits."""

    def __init__(self) -> None:
        self.began, self.meeting = threading.Event(), Meeting()

    def first(self, service: Callable[..., Any]) -> Callable[..., Any]:
        def acted(**arguments: Any) -> None:
            service(**arguments)
            self.began.set()
            self.meeting.wait()

        acted.__name__ = service.__name__
        return acted

    def second(self, service: Callable[..., Any]) -> Callable[..., Any]:
        def acted(**arguments: Any) -> None:
            self.began.wait(PATIENCE)
            service(**arguments)
            self.meeting.wait()

        acted.__name__ = service.__name__
        return acted


def note(*, work: Any, by: Actor) -> None:
    ProgressNote(item=work, act="report", text="已修好", occurred_on=DAY).save()


def write_into_a_closing() -> tuple[bool, list[type[BaseException]]]:
    """An entry is written while a closing is on its way: whether they met, and what was refused."""
    order, work, director = Order(), item(), acting(person(Role.DIRECTOR))
    outcome = together(
        partial(write, order.first(close_period), ledger=ProgressNote.LEDGER, until=DAY, by=director),
        partial(write, order.second(note), work=work, by=OFFICE),
    )
    return order.meeting.met, [type(error) for error in outcome.errors]


def test_an_entry_that_comes_while_a_ledger_is_closed_waits_and_is_refused() -> None:
    assert write_into_a_closing() == (False, [RuleBroken])
    assert (ClosedPeriod.objects.count(), ProgressNote.objects.count()) == (1, 0)


def test_control_without_the_lock_an_entry_slips_into_a_closed_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "HOLD_CLOSED", "SELECT %s")
    assert write_into_a_closing() == (True, [])
    assert (ClosedPeriod.objects.count(), ProgressNote.objects.count()) == (1, 1)


def test_a_closing_waits_for_the_entry_that_is_being_written() -> None:
    order, work, director, seen = Order(), item(), acting(person(Role.DIRECTOR)), []

    def close_and_look(*, by: Actor) -> None:
        close_period(ledger=ProgressNote.LEDGER, until=DAY, by=by)
        seen.append(ProgressNote.objects.count())

    outcome = together(
        partial(write, order.first(note), work=work, by=OFFICE),
        partial(write, order.second(close_and_look), by=director),
    )
    assert (order.meeting.met, outcome.errors, seen) == (False, [], [1])
