"""Checks of a room that was merged into another since are found where the room is now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from houqin.checklists.models import CheckRun
from houqin.checklists.selectors import last_failures, search_for
from houqin.checklists.services import Correction
from houqin.people.models import User
from houqin.places.models import Place
from houqin.places.services import merge_rooms
from houqin.writing import write
from tests.checklists.factories import NOW, failed, in_use, items_of, office, signed
from tests.factories import acting, person, signed_in
from tests.places import factories as places
from tests.security.filling import form_of

pytestmark = pytest.mark.django_db


def merged(room: Place, survivor: Place) -> None:
    keeper = acting(office())
    write(merge_rooms, place=room, survivor=survivor, reason="打通了", on=NOW.date(), by=keeper)


@pytest.fixture
def desk() -> User:
    return office()


@pytest.fixture
def run(desk: User) -> CheckRun:
    """A check of room 小仓库 with one failed item, which lies in 大仓库 now."""
    edition = in_use()
    made = signed(edition, failed(items_of(edition)[0]), subject=places.room("小仓库"), by=desk)
    merged(made.subject, places.room("大仓库", keeper=person(name="孔大库")))
    return CheckRun.objects.get(pk=made.pk)


def survivor() -> Place:
    return Place.objects.get(name="大仓库")


def test_they_stand_on_the_page_and_on_the_door_of_the_room(run: CheckRun, desk: User) -> None:
    client = signed_in(desk)
    pages = [survivor().get_absolute_url(), places.code_of(survivor()).get_absolute_url()]
    assert [run.get_absolute_url() in client.get(page).content.decode() for page in pages] == [True, True]


def test_they_and_their_findings_are_found_by_the_name_of_the_room(run: CheckRun, desk: User) -> None:
    client = signed_in(desk)
    shown = [
        list(client.get(reverse(f"checks:{name}"), {"q": "大仓库"}).context["part"].rows)
        for name in ("run-list", "finding-list")
    ]
    assert shown == [[run], list(run.findings.all())]
    assert [hit.url for hit in search_for(desk, "大仓库", 5)] == [
        run.get_absolute_url(),
        run.findings.get().get_absolute_url(),
    ]


def test_what_failed_in_either_room_last_is_what_failed_there(run: CheckRun) -> None:
    checklist = run.edition.checklist
    first = last_failures(checklist)
    signed(run.edition, subject=survivor(), performed_at=NOW - timedelta(hours=1), at=NOW)
    earlier = last_failures(checklist)
    signed(
        run.edition, subject=survivor(), performed_at=NOW + timedelta(hours=1), at=NOW + timedelta(hours=1)
    )
    said = {survivor().pk: ["门窗玻璃完好"]}
    assert (first, earlier, last_failures(checklist)) == (said, said, {})


def test_one_is_corrected_and_stays_a_check_of_the_room_that_was_looked_at(run: CheckRun, desk: User) -> None:
    wrong = failed(items_of(run.edition)[1])
    correction: Any = {"correction": Correction(run, "看错了"), "performed_at": None}
    right = signed(run.edition, wrong, subject=survivor(), by=desk, **correction)
    assert (right.replaces, right.subject, right.subject_label) == (run, run.subject, run.subject_label)
    assert str(right.findings.get().owner) == "孔大库"


def test_its_correction_begins_with_the_room_that_is_there_now(run: CheckRun, desk: User) -> None:
    places.room("01", parent=places.floor(parent=places.building(parent=places.campus(order=1))))
    address = f"{run.get_absolute_url()}correct/"
    form = form_of(signed_in(desk).get(address).content.decode(), address)
    assert form is not None
    assert form.filled()["subject"] == survivor().public_id
