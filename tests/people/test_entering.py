"""代录: the office enters what a worker did; it is his act, and everybody sees who typed it and from what."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from calendar_plans.models import Item, ProgressNote
from houqin.actors import Person
from houqin.attachments.models import AttachmentLink
from houqin.audit.selectors import timeline
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.entering import entered
from houqin.people.models import User
from houqin.people.roles import Role
from tests.attachments.factories import stored, upload
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> User:
    return person(Role.REPAIR_WORKER, name="石大勇", department=department())


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR, name="陆文山")


@pytest.fixture
def work(worker: User) -> Item:
    return item(running_plan(), owner=worker)


def report(client: Client, work: Item, **typed: Any) -> Any:
    data = {"_key": str(uuid.uuid4()), "text": "换好了", **typed}
    return client.post(f"/plans/items/{work.public_id}/report/", data)


def test_what_is_entered_for_a_worker_is_his_and_says_who_typed_it(
    work: Item, worker: User, director: User
) -> None:
    answer = report(signed_in(director), work, doer=worker.pk, entry_source="paper")
    latest = timeline(work)[0]
    assert (answer.status_code, ProgressNote.objects.get().created_by) == (303, worker)
    assert (latest.who, latest.entered_by, latest.note) == ("石大勇", "陆文山", "陆文山代录，来源：纸质")


def test_without_a_name_the_reader_acts_himself(work: Item, director: User) -> None:
    answer = report(signed_in(director), work)
    assert (answer.status_code, ProgressNote.objects.get().created_by) == (303, director)


@pytest.mark.parametrize("typed", ["doer", "entry_source"])
def test_a_name_without_a_source_or_a_source_without_a_name_comes_back(
    work: Item, worker: User, director: User, typed: str
) -> None:
    value = {"doer": worker.pk, "entry_source": "paper"}[typed]
    answer = report(signed_in(director), work, **{typed: value})
    assert (answer.status_code, ProgressNote.objects.count()) == (409, 0)


def test_a_worker_is_offered_nobody_and_can_forge_nothing(work: Item, worker: User, director: User) -> None:
    phone = signed_in(worker)
    page = phone.get(f"/plans/items/{work.public_id}/report/").content.decode()
    answer = report(phone, work, doer=director.pk, entry_source="paper")
    assert ("替谁登记" in page, answer.status_code, ProgressNote.objects.get().created_by) == (
        False,
        303,
        worker,
    )


def test_the_act_is_measured_by_the_rights_of_who_did_it(work: Item, director: User) -> None:
    stranger = person(Role.TEACHER, department=department())
    answer = report(signed_in(director), work, doer=stranger.pk, entry_source="phone")
    assert (answer.status_code, ProgressNote.objects.count()) == (403, 0)


def test_a_photo_of_the_slip_is_kept_with_it_whoever_uploaded_it(
    work: Item, worker: User, director: User
) -> None:
    before = stored(director).public_id
    files = {"attachments": [before], "attachments-chosen": upload()}
    report(signed_in(director), work, doer=worker.pk, entry_source="chat", **files)
    assert AttachmentLink.objects.filter(created_by=worker).count() == 2


def test_a_head_enters_for_his_own_department_and_for_nobody_else() -> None:
    own, other = department(), department()
    head = Person(person(Role.DEPARTMENT_HEAD, department=own))
    mine, theirs = person(department=own), person(department=other)
    assert entered(by=head, doer=mine, source="paper") == Person(mine, entered_by=head.user, source="纸质")
    with pytest.raises(NotAllowed):
        entered(by=head, doer=theirs, source="paper")


def test_nothing_is_entered_for_a_closed_account(director: User) -> None:
    with pytest.raises(RuleBroken, match="已停用"):
        entered(by=Person(director), doer=person(is_active=False), source="paper")


def test_the_same_key_for_another_person_is_another_content(work: Item, worker: User, director: User) -> None:
    client, key = signed_in(director), str(uuid.uuid4())
    first = report(client, work, _key=key, doer=worker.pk, entry_source="paper")
    second = report(client, work, _key=key)
    assert (first.status_code, second.status_code, ProgressNote.objects.count()) == (303, 409, 1)
