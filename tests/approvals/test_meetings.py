"""Meeting bodies and their minutes: what cannot have been a sitting is refused beside its field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from houqin.approvals import services
from houqin.approvals.models import BodyMember, MeetingBody
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.approvals.factories import DAY, agreed, body, first_school, meeting, open_of, spending, submitted
from tests.factories import acting, people, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def members() -> list[User]:
    return people([[]] * 3)


@pytest.fixture
def council(members: list[User]) -> MeetingBody:
    return body(*members)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"held_on": DAY + timedelta(days=1)}, "held_on"),
        ({"number": "  "}, "number"),
        ({"minutes": " "}, "minutes"),
        ({"votes_for": 2, "votes_against": 1, "abstentions": 1}, "votes_for"),
        ({"number": "纪要一号"}, "number"),
    ],
)
def test_minutes_that_cannot_be_are_refused_beside_their_field(
    council: MeetingBody, members: list[User], told: dict[str, Any], field: str
) -> None:
    meeting(council, *members, votes_for=3, number="纪要一号")
    with pytest.raises(RuleBroken) as refused:
        meeting(council, *members, **{"votes_for": 3} | told)
    assert refused.value.field == field


def test_only_members_come_to_a_meeting(council: MeetingBody, members: list[User]) -> None:
    guest = person(name="周来客")
    with pytest.raises(RuleBroken, match=r"周来客 T\d+ 不是校长办公会的成员") as refused:
        meeting(council, members[0], guest, votes_for=2)
    assert refused.value.field == "attendees"


def test_minutes_are_recorded_by_the_office_or_the_leaders(council: MeetingBody, members: list[User]) -> None:
    with pytest.raises(NotAllowed):
        write(
            services.hold_meeting, body=council, number="1", held_on=DAY, attendees=members, votes_for=3,
            minutes="同意。", today=DAY, by=acting(person(Role.TEACHER)),
        )  # fmt: skip


def test_a_body_without_members_or_of_a_taken_name_is_refused(
    council: MeetingBody, members: list[User]
) -> None:
    by = acting(person(Role.SYSTEM_ADMIN))
    for told, field in (
        ({"members": []}, "members"),
        ({"name": " "}, "name"),
        ({"name": "校长办公会"}, "name"),
        ({"quorum": 101}, "quorum"),
    ):
        with pytest.raises(RuleBroken) as refused:
            write(
                services.create_body, by=by, **{"name": "党组织会议", "quorum": 50, "members": members} | told
            )
        assert refused.value.field == field


def test_minutes_keep_the_members_and_the_quorum_of_their_day() -> None:
    """A body that shrinks later makes no quorum of a sitting that had none."""
    council_people = first_school()
    request = agreed(submitted(spending("20000.00"), person(Role.TEACHER)), council_people["director"])
    council = open_of(request).seats.get().body
    assert council is not None
    two = [council_people["vice_principal"], council_people["party_secretary"]]
    thin = meeting(council, *two, votes_for=2)
    by = acting(person(Role.SYSTEM_ADMIN))
    write(services.update_body, body=council, name=council.name, quorum=1, members=two, by=by)
    assert (thin.members, thin.quorum, BodyMember.objects.filter(body=council).count()) == (4, 67, 2)
    with pytest.raises(RuleBroken, match="应到 4 人，实到 2 人，不足 67%"):
        agreed(request, two[0], meeting=thin)
