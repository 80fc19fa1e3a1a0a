"""How long a step may take: hours of school days; when they have run out, it is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from houqin.actors import System
from houqin.approvals import services
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.selectors import now_with
from houqin.errors import NotAllowed
from houqin.notifications.models import Notice
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.approvals.factories import NOW, agreed, first_school, open_of, spending, submitted
from tests.factories import acting, person
from tests.notifications.working import tell_all
from tests.school_calendar import factories as calendar

pytestmark = pytest.mark.django_db

# Sixteen hours of 8–12 and 14–17:30 from ten on Tuesday: 5.5 and 7.5, and 3 on Thursday.
DUE = datetime(2026, 9, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def asked() -> tuple[ApprovalRequest, dict[str, User]]:
    """A request of 800 yuan at its first step; that its signer was told is seen to."""
    calendar.school_year()
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    tell_all()
    return request, people


def told_at(at: datetime) -> set[str]:
    """Who is told at `at` that a step is late, and was not before."""
    before = set(late_notices())
    write(services.announce_late_steps, at=at, by=System("审批提醒"))
    tell_all()
    return {name for name in late_notices() if name not in before}


def late_notices() -> list[str]:
    notices = Notice.objects.filter(kind="approvals.late")
    return list(notices.values_list("recipient__name", flat=True))


def test_a_step_has_hours_of_school_days(asked: tuple[ApprovalRequest, dict[str, User]]) -> None:
    request, _ = asked
    step = open_of(request)
    assert (step.due_at, step.is_late(DUE), step.is_late(DUE + timedelta(seconds=1))) == (DUE, False, True)
    assert ("逾期" in now_with(request, DUE), "逾期" in now_with(request, DUE + timedelta(hours=1))) == (
        False,
        True,
    )


def test_who_keeps_it_waiting_and_who_waits_are_told_once(
    asked: tuple[ApprovalRequest, dict[str, User]],
) -> None:
    request, people = asked
    concerned = {people["director"].name, request.applicant.name}
    assert told_at(DUE - timedelta(seconds=1)) == set()
    assert told_at(DUE) == concerned
    assert told_at(DUE + timedelta(minutes=30)) == set()
    assert len(late_notices()) == len(concerned)


def test_the_next_step_has_its_own_time(asked: tuple[ApprovalRequest, dict[str, User]]) -> None:
    request, people = asked
    request = agreed(request, people["director"], at=NOW + timedelta(days=1))
    tell_all()
    assert told_at(DUE) == set()
    assert told_at(DUE + timedelta(days=1)) == {people["principal"].name, request.applicant.name}


def test_what_is_settled_or_was_late_long_ago_is_told_to_nobody(
    asked: tuple[ApprovalRequest, dict[str, User]],
) -> None:
    request, _ = asked
    assert told_at(DUE + timedelta(days=8)) == set()
    write(services.withdraw, request=request, at=NOW, by=acting(request.applicant))
    assert told_at(DUE) == set()


def test_no_person_says_that_a_step_is_late() -> None:
    with pytest.raises(NotAllowed):
        write(services.announce_late_steps, at=DUE, by=acting(person(Role.DIRECTOR)))
