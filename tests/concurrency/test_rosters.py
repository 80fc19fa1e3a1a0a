"""Two keepers put one person on two shifts at the same moment, and two fill one place: one of each counts.

No lock keeps them apart, because they hold different rosters: the database alone decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.rosters import services
from houqin.rosters.models import Duty, Roster
from houqin.rosters.services import duties
from houqin.writing import write
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting
from tests.rosters.factories import TUESDAY, guard, kind, office, roster, shift_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after everything was checked, before either writes."""
    met = Meeting()
    monkeypatch.setattr(duties, "_free_seat", met.after(duties._free_seat))
    return met


def adding(made: Roster, who: User, shift: str = "白班") -> Callable[[], Any]:
    by = acting(office())
    on = shift_of(made.kind, shift)
    return lambda: write(services.add_duty, roster=made, shift=on, day=TUESDAY, person=who, by=by)


def test_one_person_is_put_in_one_of_two_places_that_are_filled_at_once(meeting: Meeting) -> None:
    gate, who = roster(kind(name="门卫")), guard("关镇海")
    buses = roster(kind(("接车", time(7), time(9)), name="校车"))
    outcome = together(adding(gate, who), adding(buses, who, "接车"))
    kept = Duty.objects.get()
    assert (meeting.met, len(outcome.answers), [type(each) for each in outcome.errors]) == (
        True, 1, [RuleBroken],
    )  # fmt: skip
    assert f"关镇海这段时间已经排了 {services.duty_label(kept)}" in str(outcome.errors[0])


def test_of_two_who_fill_one_place_at_once_the_second_is_told_that_it_is_full(meeting: Meeting) -> None:
    gate = roster()
    outcome = together(adding(gate, guard()), adding(gate, guard()))
    assert (meeting.met, len(outcome.answers), [type(each) for each in outcome.errors]) == (
        False, 1, [RuleBroken],
    )  # fmt: skip
    assert ("已经排满" in str(outcome.errors[0]), Duty.objects.count()) == (True, 1)


def test_control_without_the_lock_the_database_keeps_the_place_for_one(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting
) -> None:
    monkeypatch.setattr(duties, "lock", without_lock)
    gate = roster()
    outcome = together(adding(gate, guard()), adding(gate, guard()))
    assert (meeting.met, len(outcome.answers), [str(each) for each in outcome.errors]) == (
        True, 1, [duties.FULL],
    )  # fmt: skip
