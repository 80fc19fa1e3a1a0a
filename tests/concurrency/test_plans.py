"""Two people, one plan: one winner under real threads, and with the lock off the race is lost.

Each pair meets after reading and checking, before either writes, so that the worst order of events happens in
every run. The control shows that without the lock this order does harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calendar_plans.models import Item, Plan, ProgressNote
from calendar_plans.services import items, plans
from calendar_plans.states import ItemState, PlanState
from houqin.errors import RuleBroken
from houqin.numbering import NumberCounter
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans.factories import item, plan, running_plan
from tests.concurrency.racing import Meeting, Outcome, together, without_lock, without_locks
from tests.factories import acting, person

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 9, 15)


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the services only reads again."""
    for room in (plans, items):
        monkeypatch.setattr(room, "lock", without_lock)
        monkeypatch.setattr(room, "lock_both", without_locks)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after the last check of their services, if a lock does not keep one away."""
    met = Meeting()
    for room, check in ((plans, "can_start"), (plans, "can_close"), (items, "can_work_on")):
        monkeypatch.setattr(room, check, met.after(getattr(room, check)))
    return met


def race(*acts: Callable[[], Any]) -> tuple[int, list[type[BaseException]]]:
    """How many of `acts` succeeded, and how the others were refused."""
    outcome: Outcome = together(*acts)
    return len(outcome.answers), [type(error) for error in outcome.errors]


# A draft is started twice at once


def start_twice() -> tuple[int, list[type[BaseException]], Plan]:
    draft, director = plan(), acting(person(Role.DIRECTOR))
    item(draft)
    won, refusals = race(*[lambda: write(plans.start_plan, plan=draft, on=DAY, by=director)] * 2)
    draft.refresh_from_db()
    return won, refusals, draft


def test_a_plan_that_is_started_twice_at_once_gets_one_number(meeting: Meeting) -> None:
    won, refusals, started = start_twice()
    assert (meeting.met, won, refusals) == (False, 1, [RuleBroken])
    assert (started.state, started.number, started.version) == (PlanState.RUNNING, "JH-2026-001", 2)
    assert NumberCounter.objects.get(series="calendar_plans.plan").last == 1


def test_control_without_the_lock_a_plan_that_is_started_twice_uses_two_numbers(
    no_locks: None, meeting: Meeting
) -> None:
    won, _, started = start_twice()
    assert (meeting.met, won, started.number) == (True, 2, "JH-2026-002")


# An item is reported done by two people at once


def finish_twice() -> tuple[int, list[type[BaseException]], Item]:
    work, office = item(), [acting(person(Role.DIRECTOR)), acting(person(Role.DEPUTY_DIRECTOR))]
    won, refusals = race(
        *[lambda by=by: write(items.finish_item, item=work, text=by.label, on=DAY, by=by) for by in office]
    )
    work.refresh_from_db()
    return won, refusals, work


def test_an_item_that_two_people_finish_at_once_is_finished_once(meeting: Meeting) -> None:
    won, refusals, work = finish_twice()
    assert (meeting.met, won, refusals) == (False, 1, [RuleBroken])
    assert (work.state, work.version, work.notes.count()) == (ItemState.DONE, 2, 1)
    assert work.outcome == ProgressNote.objects.get(item=work).text


def test_control_without_the_lock_an_item_is_finished_twice(no_locks: None, meeting: Meeting) -> None:
    won, _, work = finish_twice()
    assert (meeting.met, won, work.notes.count()) == (True, 2, 2)


# Two different ends of one item at once: exactly one counts


def test_of_done_and_not_done_at_once_one_counts(meeting: Meeting) -> None:
    work, director, deputy = item(), acting(person(Role.DIRECTOR)), acting(person(Role.DEPUTY_DIRECTOR))
    won, refusals = race(
        lambda: write(items.finish_item, item=work, text="已修好", on=DAY, by=director),
        lambda: write(items.fail_item, item=work, reason="下雨", on=DAY, by=deputy),
    )
    work.refresh_from_db()
    assert (won, refusals, work.notes.count()) == (1, [RuleBroken], 1)
    assert (work.state, work.outcome) in [(ItemState.DONE, "已修好"), (ItemState.NOT_DONE, "下雨")]


# A plan is closed while somebody takes a result back


def close_while_reopening() -> tuple[int, list[type[BaseException]], Plan]:
    a_plan = running_plan()
    work = item(a_plan, state=ItemState.DONE)
    director, deputy = acting(person(Role.DIRECTOR)), acting(person(Role.DEPUTY_DIRECTOR))
    won, refusals = race(
        lambda: write(plans.close_plan, plan=a_plan, by=director),
        lambda: write(items.reopen_item, item=work, reason="没修好", on=DAY, by=deputy),
    )
    a_plan.refresh_from_db()
    return won, refusals, a_plan


def is_sound(a_plan: Plan) -> bool:
    """A closed plan has no item without a result."""
    return a_plan.state != PlanState.CLOSED or not a_plan.items.filter(settled_on=None).exists()


def test_a_plan_is_not_closed_over_an_item_that_is_reopened(meeting: Meeting) -> None:
    won, refusals, a_plan = close_while_reopening()
    assert (meeting.met, won, refusals, is_sound(a_plan)) == (False, 1, [RuleBroken], True)


def test_control_without_the_lock_a_plan_is_closed_over_an_open_item(
    no_locks: None, meeting: Meeting
) -> None:
    won, _, a_plan = close_while_reopening()
    assert (meeting.met, won, is_sound(a_plan)) == (True, 2, False)


# The last open item is finished while the plan is closed: whoever comes first, nothing is left hanging


def test_closing_and_finishing_the_last_item_leave_nothing_hanging(meeting: Meeting) -> None:
    a_plan = running_plan()
    work, director = item(a_plan), acting(person(Role.DIRECTOR))
    together(
        lambda: write(plans.close_plan, plan=a_plan, by=director),
        lambda: write(items.finish_item, item=work, text="已修好", on=DAY, by=director),
    )
    a_plan.refresh_from_db()
    work.refresh_from_db()
    assert (work.state, work.notes.count(), is_sound(a_plan)) == (ItemState.DONE, 1, True)


# An item is carried over twice at once


def test_an_item_that_is_carried_over_twice_at_once_moves_once(meeting: Meeting) -> None:
    work, director = item(), acting(person(Role.DIRECTOR))
    carry = {"item": work, "to_month": date(2026, 9, 1), "reason": "下雨", "on": DAY, "by": director}
    won, refusals = race(*[lambda: write(items.carry_over, **carry)] * 2)
    work.refresh_from_db()
    assert (won, refusals) == (1, [RuleBroken])
    assert (work.times_carried, work.carry_overs.count(), work.original_month) == (1, 1, date(2026, 8, 1))


# Two people correct one item: the second is told


def test_of_two_who_opened_the_same_item_the_second_is_told() -> None:
    work, director, deputy = item(), acting(person(Role.DIRECTOR)), acting(person(Role.DEPUTY_DIRECTOR))

    def corrected(content: str, by: Any) -> Callable[[], Any]:
        facts = items.ItemFacts(month=work.month, through=work.through, content=content)
        return lambda: write(items.update_item, item=work, version=1, facts=facts, by=by)

    won, refusals = race(corrected("检修门窗", director), corrected("检修桌椅", deputy))
    assert (won, [each.__name__ for each in refusals]) == (1, ["EditedMeanwhile"])
    work.refresh_from_db()
    assert work.version == 2


# A double tap


def test_a_double_tap_adds_one_item() -> None:
    a_plan, director = plan(), acting(person(Role.DIRECTOR))
    facts = items.ItemFacts(month=a_plan.first_month, through=a_plan.first_month, content="检修门窗")
    outcome = together(
        *[lambda: write(items.create_item, key="form-1", plan=a_plan, facts=facts, by=director)] * 5
    )
    assert (outcome.errors, len(set(outcome.answers)), a_plan.items.count()) == ([], 1, 1)


def test_control_without_a_key_a_double_tap_adds_an_item_each() -> None:
    a_plan, director = plan(), acting(person(Role.DIRECTOR))
    facts = items.ItemFacts(month=a_plan.first_month, through=a_plan.first_month, content="检修门窗")
    together(*[lambda: write(items.create_item, plan=a_plan, facts=facts, by=director)] * 5)
    assert a_plan.items.count() == 5
