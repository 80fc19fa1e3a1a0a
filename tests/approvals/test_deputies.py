"""Who signs for whom: deputies while their period lasts, and what becomes of a seat whose role is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from houqin.approvals import services
from houqin.approvals.selectors import now_with
from houqin.errors import NotAllowed
from houqin.people.models import RoleHolding, User
from houqin.people.roles import Role
from houqin.people.services.acting import appoint_deputy
from houqin.writing import write
from tests.approvals.factories import (
    DAY,
    NOW,
    agreed,
    first_school,
    holders,
    spending,
    submitted,
)
from tests.factories import acting, person

pytestmark = pytest.mark.django_db


def stands_in(deputy: User, *, absent: User) -> None:
    """`absent` asked `deputy` to act for him on the day of these tests."""
    write(
        appoint_deputy, absent=absent, deputy=deputy, first_day=DAY, last_day=DAY, reason="出差", today=DAY,
        by=acting(absent),
    )  # fmt: skip


def test_a_deputy_signs_in_his_own_name_while_the_period_lasts() -> None:
    people, deputy = first_school(), person(Role.TEACHER)
    request = submitted(spending("200.00"), person(Role.TEACHER))
    stands_in(deputy, absent=people["director"])
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, deputy, at=NOW + timedelta(days=1))
    request = agreed(request, deputy)
    decision = request.decisions.get()
    assert (request.state, decision.decided_by, decision.acting_for) == (
        "approved",
        deputy,
        people["director"],
    )


def test_an_applicant_is_no_deputy_of_his_own_approver() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    request = submitted(spending("200.00"), teacher)
    stands_in(teacher, absent=people["director"])
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, teacher)


def test_a_deputy_who_became_an_administrator_signs_for_nobody() -> None:
    people, deputy = first_school(), person(Role.TEACHER)
    request = submitted(spending("200.00"), person(Role.TEACHER))
    stands_in(deputy, absent=people["director"])
    RoleHolding.objects.create(user=deputy, role=Role.SYSTEM_ADMIN)
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, deputy)


def test_who_signed_for_himself_does_not_sign_again_as_a_deputy() -> None:
    people = first_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["director"])
    stands_in(people["director"], absent=people["principal"])
    with pytest.raises(NotAllowed, match="您在这一轮已经同意过"):
        agreed(request, people["director"])
    assert agreed(request, people["principal"]).state == "approved"


def test_who_lost_the_role_signs_no_more_and_his_successor_does() -> None:
    people = first_school()
    request = submitted(spending("200.00"), person(Role.TEACHER))
    RoleHolding.objects.filter(user=people["director"]).update(ended_at=NOW + timedelta(days=3650))
    successor = person(Role.DIRECTOR)
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, people["director"])
    assert agreed(request, successor).state == "approved"


def test_a_role_that_nobody_holds_any_more_is_signed_for_by_its_stand_in_or_waits() -> None:
    people = first_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["director"])
    gone = [people["principal"], people["party_secretary"]]
    RoleHolding.objects.filter(user__in=gone).update(ended_at=timezone.now())
    for each in (*gone, people["director"]):
        with pytest.raises(NotAllowed, match="不由您审批"):
            agreed(request, each)
    write(services.remind, request=request, at=NOW, by=acting(request.applicant))
    assert holders(request) == set()
    assert "现在没有人任这个岗位" in now_with(request, NOW)
    secretary = person(Role.PARTY_SECRETARY)
    assert agreed(request, secretary).state == "approved"
