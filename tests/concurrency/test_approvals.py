"""Two decisions at the same moment have one effect, promise L2; and what happens with the lock off.

Each pair meets after reading and checking, before either writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError

from houqin.actors import Actor
from houqin.approvals import services
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.services import deciding, submitting
from houqin.approvals.states import Mode, RequestState
from houqin.errors import RuleBroken
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.writing import write
from tests.approvals.factories import (
    NOW,
    open_of,
    role_seat,
    route,
    spending,
    spending_is_approved,
    step,
    submitted,
)
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _spending() -> Iterator[None]:
    with spending_is_approved():
        yield


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the services only reads again."""
    for room in (deciding, submitting):
        monkeypatch.setattr(room, "lock", without_lock)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after the last check, if a lock does not keep one away."""
    met = Meeting()
    for room, check in ((deciding, "can_speak_for_content"), (submitting, "can_withdraw")):
        monkeypatch.setattr(room, check, met.after(getattr(room, check)))
    return met


def asked() -> tuple[ApprovalRequest, list[User]]:
    """A request that either of two 总务主任 can decide."""
    directors = [person(Role.DIRECTOR), person(Role.DIRECTOR)]
    route(step("总务主任", role_seat(Role.DIRECTOR)))
    return submitted(spending("100.00"), person(Role.TEACHER)), directors


def decide(service: Callable[..., Any], request: ApprovalRequest, by: User, **more: Any) -> Callable[[], Any]:
    seen = open_of(request)
    return lambda: write(service, step=seen, at=NOW, by=acting(by), **more)


def race(request: ApprovalRequest, *acts: Callable[[], Any]) -> tuple[int, list[type[BaseException]], int]:
    """How many acts took effect, how the others were refused, and how many decisions are kept."""
    outcome = together(*acts)
    request.refresh_from_db()
    return len(outcome.answers), [type(error) for error in outcome.errors], request.decisions.count()


def test_l2_of_two_who_agree_at_once_one_counts(meeting: Meeting) -> None:
    request, directors = asked()
    result = race(request, *[decide(services.agree, request, each) for each in directors])
    assert (meeting.met, result, request.state) == (False, (1, [RuleBroken], 1), "approved")


def test_l2_of_yes_and_no_at_once_one_counts(meeting: Meeting) -> None:
    request, (one, other) = asked()
    yes = decide(services.agree, request, one)
    no = decide(services.refuse, request, other, comment="库里有")
    assert race(request, yes, no) == (1, [RuleBroken], 1)
    assert request.state == ("approved" if request.decisions.get().act == "agree" else "refused")


def test_l2_of_a_yes_and_a_withdrawal_at_once_one_counts(meeting: Meeting) -> None:
    request, (one, _) = asked()
    back = acting(request.applicant)
    won, refusals, decisions = race(
        request,
        decide(services.agree, request, one),
        lambda: write(services.withdraw, request=request, at=NOW, by=back),
    )
    assert (won, refusals) == (1, [RuleBroken])
    assert (request.state, decisions) in {("approved", 1), ("withdrawn", 0)}


def test_l2_control_without_the_lock_only_the_database_stands_in_the_way(
    no_locks: None, meeting: Meeting
) -> None:
    request, directors = asked()
    result = race(request, *[decide(services.agree, request, each) for each in directors])
    assert (meeting.met, result) == (True, (1, [IntegrityError], 1))


@pytest.fixture
def late_meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here when each has counted who has signed, if a lock does not keep one away."""
    met = Meeting()
    monkeypatch.setattr(deciding, "is_agreed", met.after(deciding.is_agreed))
    return met


def joint() -> tuple[ApprovalRequest, tuple[int, list[type[BaseException]], int]]:
    """校长 and 书记 sign jointly, at the same moment."""
    people = [person(Role.PRINCIPAL), person(Role.PARTY_SECRETARY)]
    seats = role_seat(Role.PRINCIPAL), role_seat(Role.PARTY_SECRETARY)
    route(step("校长、书记", *seats, mode=Mode.ALL))
    request = submitted(spending("100.00"), person(Role.TEACHER))
    return request, race(request, *[decide(services.agree, request, each) for each in people])


def test_two_who_sign_jointly_at_once_approve_it(late_meeting: Meeting) -> None:
    request, result = joint()
    assert (late_meeting.met, result, request.state) == (False, (2, [], 2), "approved")


def test_control_without_the_lock_both_have_signed_and_nobody_notices(
    no_locks: None, late_meeting: Meeting
) -> None:
    request, result = joint()
    assert (late_meeting.met, result, request.state) == (True, (2, [], 2), "open")


def edit(*, record: Department, meeting: Meeting, by: Actor) -> None:
    """What an app's own service does: the request is locked first, then the record, which it changes."""
    found = services.open_request_of(record)
    assert found is not None
    request = submitting.lock(found)
    meeting.wait()
    if request.state != RequestState.OPEN:
        raise RuleBroken("已经审批，不能再改。")
    spending("999.00", department=record)
    services.content_changed(record=record, at=NOW, by=by)


def edited_while_somebody_agrees(meeting: Meeting) -> tuple[str, list[type[BaseException]], int]:
    """How the request stands afterwards, how the second was refused, and how many decisions are kept."""
    request, (one, _) = asked()
    applicant = acting(request.applicant)
    _won, refusals, decisions = race(
        request,
        decide(services.agree, request, one),
        lambda: write(edit, record=request.subject, meeting=meeting, by=applicant),
    )
    return request.state, refusals, decisions


def test_l2_of_an_edit_and_a_yes_at_once_one_counts(meeting: Meeting) -> None:
    """Whoever is second is told: nothing is approved that nobody saw, and nothing approved is changed."""
    outcome = edited_while_somebody_agrees(meeting)
    assert outcome in [("approved", [RuleBroken], 1), ("returned", [RuleBroken], 0)]
    assert not meeting.met


def test_l2_control_without_the_lock_the_edit_and_the_yes_meet(no_locks: None, meeting: Meeting) -> None:
    """The triggers of the database are the last wall: one of the two breaks at it."""
    state, refusals, _ = edited_while_somebody_agrees(meeting)
    assert (meeting.met, len(refusals), RuleBroken in refusals) == (True, 1, False)
    assert state in {"approved", "returned"}
