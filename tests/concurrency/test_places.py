"""Rooms that are merged into each other at once, a door whose code two people change: one winner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models
from django.db.models import signals
from django.test import Client

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.roles import Role
from houqin.places.models import DoorCode, Place
from houqin.places.services import doors, merging
from houqin.writing import write
from tests.concurrency.racing import Meeting, in_thread, together, without_lock
from tests.factories import acting, person
from tests.places.factories import code_of, room

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 9, 15)


def all_without_lock(rows: models.QuerySet[Any]) -> Sequence[Any]:
    return list(rows.order_by("pk"))


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the services only reads again."""
    monkeypatch.setattr(doors, "lock", without_lock)
    monkeypatch.setattr(merging, "lock_all", all_without_lock)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after the last reading of their services, if a lock does not keep one away."""
    met = Meeting()
    monkeypatch.setattr(doors, "open_codes", met.after(doors.open_codes))
    monkeypatch.setattr(merging, "can_merge", met.after(merging.can_merge))
    return met


def merge_into_each_other() -> tuple[int, list[type[BaseException]], int]:
    """How many of two opposite merges succeed, how they are refused, and how many rooms are left."""
    first, second, by = room(), room(), acting(person(Role.DIRECTOR))

    def act(place: Place, survivor: Place) -> Callable[[], Any]:
        return lambda: write(
            merging.merge_rooms, place=place, survivor=survivor, reason="打通", on=DAY, by=by
        )

    outcome = together(act(first, second), act(second, first))
    left = Place.objects.filter(pk__in=[first.pk, second.pk], retired_on=None).count()
    return len(outcome.answers), [type(error) for error in outcome.errors], left


def test_two_rooms_are_not_merged_into_each_other(meeting: Meeting) -> None:
    assert (merge_into_each_other(), meeting.met) == ((1, [RuleBroken], 1), False)


@pytest.fixture
def both_written(meeting: Meeting) -> Iterator[None]:
    """The rivals meet again before either commits: the database refuses whoever sees the other merged."""

    def wait(instance: Place, **kwargs: Any) -> None:
        if instance.merged_into_id is not None:
            meeting.wait()

    signals.post_save.connect(wait, sender=Place)
    yield
    signals.post_save.disconnect(wait, sender=Place)


def test_control_without_the_lock_both_rooms_are_gone(
    no_locks: None, meeting: Meeting, both_written: None
) -> None:
    assert (merge_into_each_other(), meeting.met) == ((2, [], 0), True)


def test_the_label_of_a_room_is_good_while_it_is_merged() -> None:
    """Whoever scans waits for nobody: until the merge is through it is the old room, then the survivor."""
    gone, survivor = room(full_name="教学楼 302"), room(full_name="教学楼 303")
    label, scanned = f"/d/{code_of(gone).public_id}", list[str]()

    def scan() -> None:
        answer = Client().get(label)
        name = re.search(r"教学楼 30[23]", answer.content.decode())
        scanned.append(f"{answer.status_code} {name and name[0]}")

    def merge_while_somebody_scans(*, by: Actor) -> None:
        merging.merge_rooms(place=gone, survivor=survivor, reason="打通", on=DAY, by=by)
        with in_thread(scan):
            pass

    write(merge_while_somebody_scans, by=acting(person(Role.DIRECTOR)))
    scan()
    assert scanned == ["200 教学楼 302", "200 教学楼 303"]


def change_the_code_twice() -> tuple[int, list[type[BaseException]], int]:
    place, by = room(), acting(person(Role.DIRECTOR))
    outcome = together(*[lambda: write(doors.rotate_door_code, place=place, by=by)] * 2)
    codes = DoorCode.objects.filter(place=place, closed_at=None).count()
    return len(outcome.answers), [type(error) for error in outcome.errors], codes


def test_a_door_whose_code_two_people_change_has_one_that_is_good(meeting: Meeting) -> None:
    assert (change_the_code_twice(), meeting.met) == ((2, [], 1), False)


def test_control_without_the_lock_the_database_refuses_the_second_code(
    no_locks: None, meeting: Meeting
) -> None:
    won, refusals, codes = change_the_code_twice()
    assert (won, refusals, codes, meeting.met) == (1, [IntegrityError], 1, True)
