"""A turn that two people carry out at once; a class that is edited while the year turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models

from houqin.errors import EditedMeanwhile, RuleBroken
from houqin.people.models import SchoolClass
from houqin.people.roles import Role
from houqin.people.services import organisation
from houqin.writing import write
from houqin.year_turn import services
from houqin.year_turn.services import carrying
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting, person, school_class

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 8, 24, 4, tzinfo=UTC)


def all_without_lock(rows: models.QuerySet[Any]) -> Sequence[Any]:
    return list(rows.order_by("pk"))


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the turn only reads again."""
    monkeypatch.setattr(carrying, "lock", without_lock)
    monkeypatch.setattr(carrying, "lock_all", all_without_lock)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after their last check, if a lock does not keep one away."""
    met = Meeting()
    monkeypatch.setattr(carrying, "examine", met.after(carrying.examine))
    monkeypatch.setattr(organisation, "fill_class", met.after(organisation.fill_class))
    return met


def school_and_turn() -> tuple[SchoolClass, Callable[[], Any]]:
    """One class that moves up (and none new comes, so that nothing but the race is looked at)."""
    first = school_class(7, 1, name="七（1）班", entry_year=2025)
    by = acting(person(Role.DIRECTOR))
    turn = write(services.draft_turn, begins_in=2026, leaving=[9], by=by)
    return first, lambda: write(services.carry_out_turn, turn=turn, at=NOON, by=by)


def carry_out_twice() -> tuple[int, list[type[BaseException]], list[str]]:
    _, act = school_and_turn()
    outcome = together(act, act)
    names = SchoolClass.objects.filter(retired_on=None).order_by("grade").values_list("name", flat=True)
    return len(outcome.answers), [type(error) for error in outcome.errors], list(names)


def test_a_turn_that_two_carry_out_is_done_once(meeting: Meeting) -> None:
    assert (carry_out_twice(), meeting.met) == ((1, [RuleBroken], ["七（1）班", "八（1）班"]), False)


def test_control_without_the_lock_the_constraint_refuses_the_second_new_class(
    no_locks: None, meeting: Meeting
) -> None:
    """The classes' own constraint is the last wall: without the lock both get as far as writing."""
    won, refusals, names = carry_out_twice()
    assert (won, refusals, names, meeting.met) == (1, [RuleBroken], ["七（1）班", "八（1）班"], True)


def edit_meanwhile() -> tuple[list[type[BaseException]], set[tuple[int, str]]]:
    """Somebody renames the class on the form that he opened before, at the moment of the turn."""
    edited, act = school_and_turn()
    clerk = acting(person(Role.DEPUTY_DIRECTOR))

    def edit() -> Any:
        return write(
            organisation.update_class, school_class=edited, name="七年级一班", grade=7, number=1,
            entry_year=2025, head_teacher=None, version=edited.version, by=clerk,
        )  # fmt: skip

    outcome = together(act, edit)
    classes = SchoolClass.objects.filter(pk=edited.pk)
    return [type(error) for error in outcome.errors], {(each.grade, each.name) for each in classes}


def test_an_edit_and_a_turn_of_one_class_do_not_both_succeed(meeting: Meeting) -> None:
    """Whoever comes first; the other is told: nothing that was typed is written over unseen."""
    refused, left = edit_meanwhile()
    assert (refused, left) in [
        ([EditedMeanwhile], {(8, "八（1）班")}),
        ([RuleBroken], {(7, "七年级一班")}),
    ]
    assert not meeting.met


def test_control_without_the_lock_the_edit_or_the_turn_is_lost(no_locks: None, meeting: Meeting) -> None:
    refused, left = edit_meanwhile()
    assert (refused, meeting.met, len(left)) == ([], True, 1)
