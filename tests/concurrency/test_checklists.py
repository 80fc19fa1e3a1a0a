"""Two hands at one check or finding at the same moment: one effect; and what happens with the lock off.

A signed check is written once and never locked, so there the database alone decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from houqin.attachments.models import AttachmentLink
from houqin.checklists import services
from houqin.checklists.models import CheckRun, Finding, FindingRound
from houqin.checklists.rules import Given
from houqin.checklists.services import Correction, findings, runs
from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.attachments.factories import checked, laid
from tests.attachments.factories import office as paper
from tests.checklists.factories import (
    ITEMS,
    NOW,
    PHOTO,
    SOON,
    checker,
    finding,
    in_use,
    items_of,
    office,
    rectified,
    signed,
)
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting, person
from tests.places import factories as places

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the findings only reads again."""
    monkeypatch.setattr(findings, "lock", without_lock)


def meeting_at(patch: pytest.MonkeyPatch, room: Any, check: str) -> Meeting:
    """From now on both rivals stand behind `check`, if a lock does not keep one away."""
    met = Meeting()
    patch.setattr(room, check, met.after(getattr(room, check)))
    return met


def reports(found: Finding, *people: User) -> list[Callable[[], Any]]:
    return [
        lambda who=who: write(services.rectify, finding=found, measure="修好了", at=SOON, by=acting(who))  # type: ignore[misc]
        for who in people
    ]


def refused(outcome: Any) -> list[type[BaseException]]:
    return [type(error) for error in outcome.errors]


def test_of_two_who_report_at_once_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = person()
    found, other = finding(owner=owner), office()
    meeting = meeting_at(monkeypatch, findings, "may_rectify")
    outcome = together(*reports(found, owner, other))
    assert (meeting.met, len(outcome.answers), refused(outcome)) == (False, 1, [RuleBroken])
    assert FindingRound.objects.count() == 1


def test_control_without_the_lock_only_the_database_stands_in_the_way(
    no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = person()
    found, other = finding(owner=owner), office()
    meeting = meeting_at(monkeypatch, findings, "may_rectify")
    outcome = together(*reports(found, owner, other))
    assert (meeting.met, len(outcome.answers), refused(outcome)) == (True, 1, [RuleBroken])
    assert "刚才已经有人报过" in str(outcome.errors[0])


def opposite(found: Finding, one: User, other: User) -> list[Callable[[], Any]]:
    """One finds it good and the other sends it back."""
    later = SOON + timedelta(days=1)
    return [
        lambda: write(services.close_finding, finding=found, at=SOON, by=acting(one)),
        lambda: write(
            services.send_back, finding=found, opinion="还不行", due_at=later, at=SOON, by=acting(other)
        ),
    ]


def test_of_yes_and_no_at_once_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rectified(finding(owner=person()))
    people = office(), person(Role.INSPECTOR)
    meeting = meeting_at(monkeypatch, findings, "may_recheck")
    outcome = together(*opposite(found, *people))
    assert (meeting.met, len(outcome.answers), refused(outcome)) == (False, 1, [RuleBroken])
    found.refresh_from_db()
    assert (found.state, found.rounds.get().result) in {("closed", "passed"), ("open", "returned")}


def test_control_without_the_lock_the_finished_round_refuses_the_second(
    no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rectified(finding(owner=person()))
    people = office(), person(Role.INSPECTOR)
    meeting = meeting_at(monkeypatch, findings, "may_recheck")
    outcome = together(*opposite(found, *people))
    assert (meeting.met, len(outcome.answers), refused(outcome)) == (True, 1, [IntegrityError])


def test_two_who_correct_one_check_at_once_leave_one_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    edition, who = in_use(), office()
    wrong = signed(edition, by=who)
    met = meeting_at(monkeypatch, runs, "scored")
    acts = [
        lambda: signed(edition, by=who, subject=wrong.subject, correction=Correction(wrong, "看错了"))
    ] * 2
    outcome = together(*acts)
    assert (met.met, len(outcome.answers), refused(outcome)) == (True, 1, [RuleBroken])
    assert CheckRun.objects.filter(replaces=wrong).count() == 1


def test_one_draft_sent_three_times_at_once_is_one_check() -> None:
    """The phone sends again while its first attempt is still on the way: same key, same id, one check."""
    edition, who, room, key = in_use(), checker(), places.room(), uuid.uuid4()
    acts = [
        lambda: write(
            services.sign_check, key=str(key), draft_id=key, edition=edition, subject=room, given=(),
            all_fine=True, performed_at=NOW, clock={"at": NOW}, by=acting(who),
        )
    ] * 3  # fmt: skip
    outcome = together(*acts)
    assert (outcome.errors, {run.pk for run in outcome.answers}) == ([], {CheckRun.objects.get().pk})


def test_one_draft_sent_from_two_windows_at_once_is_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each window has a key of its own, so the draft's id alone tells that it is the same look."""
    edition, who, room, draft_id = in_use(), checker(), places.room(), uuid.uuid4()
    met = meeting_at(monkeypatch, runs, "scored")
    outcome = together(*[lambda: signed(edition, by=who, subject=room, draft_id=draft_id)] * 2)
    assert (met.met, [str(each) for each in outcome.errors]) == (True, ["这份检查刚才已经上报过，不用再报。"])
    assert [run.pk for run in outcome.answers] == [CheckRun.objects.get().pk]


def test_two_photos_at_once_for_one_place_leave_one(monkeypatch: pytest.MonkeyPatch) -> None:
    who, edition = checker(), in_use(*ITEMS, PHOTO)
    run = signed(edition, Given(items_of(edition)[3], later=1), by=who)
    answer = run.answers.get(item__kind="photo")
    met = meeting_at(monkeypatch, runs, "may_add_photos")
    files = [laid(who), laid(who, checked(paper()))]
    outcome = together(
        *[
            lambda file=file: write(  # type: ignore[misc]
                services.add_photos, answer=answer, attachments=[file], by=acting(who)
            )
            for file in files
        ]
    )
    assert (met.met, len(outcome.answers), refused(outcome)) == (False, 1, [RuleBroken])
    assert AttachmentLink.objects.count() == 1
