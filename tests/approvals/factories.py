"""A spending request of no app, and the chains of two schools, to try the approval chain on.

The subject is a department with a list of lines kept beside it, so that a test can change what was submitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from houqin.actors import Actor
from houqin.approvals import services
from houqin.approvals.chain import open_step
from houqin.approvals.models import (
    ApprovalRequest,
    ApprovalStep,
    Meeting,
    MeetingBody,
    Route,
    SeatHolder,
)
from houqin.approvals.services import Conditions, SeatDraft, StepDraft
from houqin.approvals.states import Mode, SeatKind
from houqin.approvals.subjects import Facts, Line, Subject
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.writing import write
from tests import factories

KIND = "test.spending"
NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
DAY = date(2026, 9, 15)

# What each department asks for: (key, label, yuan).
LINES: dict[int, list[tuple[str, str, Decimal]]] = {}


def lines_of(record: Department) -> list[Line]:
    return [Line(*line) for line in LINES[record.pk]]


SPENDING = Subject(
    kind=KIND,
    label="经费申请",
    model="houqin.Department",
    title=lambda record: f"{record.name}的经费申请",
    facts=lambda record: Facts(
        department=record, amount=sum((line.amount for line in lines_of(record)), Decimal(0))
    ),
    content=lambda record: [[line.key, line.label, str(line.amount)] for line in lines_of(record)],
    card=lambda record: [("用途", "办公用品")],
    lines=lines_of,
    has_amount=True,
)


@contextmanager
def spending_is_approved() -> Iterator[None]:
    """Plug the subject in for a test."""
    registry.approval_subjects[KIND] = SPENDING
    try:
        yield
    finally:
        registry.approval_subjects.pop(KIND)
        LINES.clear()


def spending(*amounts: str, department: Department | None = None) -> Department:
    """A department that asks for `amounts` yuan, a line each."""
    department = department or factories.department()
    LINES[department.pk] = [
        (str(place), f"物品{place}", Decimal(amount)) for place, amount in enumerate(amounts, 1)
    ]
    return department


def role_seat(role: Role, stand_in: Role | str = "") -> SeatDraft:
    return SeatDraft(SeatKind.ROLE, role=str(role), stand_in=str(stand_in))


def step(label: str, *seats: SeatDraft, mode: Mode = Mode.ANY, copies: Sequence[str] = ()) -> StepDraft:
    return StepDraft(label, seats, mode=mode, copies=copies)


def route(
    *steps: StepDraft, over: str = "", up_to: str = "", name: str = "经费审批", order: int = 50
) -> Route:
    """A route for the test's subject, made by a 总务主任."""
    band = Conditions(over=Decimal(over) if over else None, up_to=Decimal(up_to) if up_to else None)
    director = factories.acting(_maker())
    return write(
        services.create_route, name=name, kind=KIND, order=order, conditions=band, steps=steps, by=director
    )


def _maker() -> User:
    """A system administrator: somebody who makes routes and signs nothing."""
    return factories.person(Role.SYSTEM_ADMIN)


def body(*members: User, name: str = "校长办公会", quorum: int = 67) -> MeetingBody:
    return write(
        services.create_body, name=name, quorum=quorum, members=members, by=factories.acting(_maker())
    )


def meeting(
    of: MeetingBody, *attendees: User, votes_for: int, held_on: date = DAY, number: str = "", **fields: Any
) -> Meeting:
    recorder = factories.acting(factories.person(Role.DEPUTY_DIRECTOR))
    number = number or f"纪要{Meeting.objects.count() + 1}"
    vote = {"attendees": attendees, "votes_for": votes_for, "minutes": "议定事项。", **fields}
    return write(
        services.hold_meeting, body=of, number=number, held_on=held_on, today=DAY, by=recorder, **vote
    )


def hand_in(*, record: Department, at: datetime, by: Actor) -> ApprovalRequest:
    """What an app's own service does: the request that came back is locked before the record."""
    returned = services.lock_request_of(record)
    return services.submit(record=record, kind=KIND, returned=returned, at=at, by=by)


def submitted(record: Department, applicant: User, at: datetime = NOW) -> ApprovalRequest:
    return write(hand_in, record=record, at=at, by=factories.acting(applicant))


def open_of(request: ApprovalRequest) -> ApprovalStep:
    """The step that is open now; a test that asks expects one."""
    request.refresh_from_db()
    found = open_step(request)
    assert found is not None
    return found


def agreed(request: ApprovalRequest, by: User, **more: Any) -> ApprovalRequest:
    return write(
        services.agree, step=open_of(request), at=more.pop("at", NOW), by=factories.acting(by), **more
    )


def did(service: Any, request: ApprovalRequest, by: User, **more: Any) -> ApprovalRequest:
    """What a signer does at the open step."""
    return write(service, step=open_of(request), at=NOW, by=factories.acting(by), **more)


def holders(request: ApprovalRequest) -> set[str]:
    """The names of those who may sign the open step."""
    rows = SeatHolder.objects.filter(seat__step=open_of(request), seat__is_active=True)
    return {each.user.name for each in rows}


def first_school() -> dict[str, User]:
    """≤300 总务主任; ≤10,000 校长; above, 校长办公会 and then 校长. Gives its people by role."""
    people = {
        str(role): factories.person(role)
        for role in (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL, Role.PARTY_SECRETARY)
    }
    council = body(*people.values())
    office = step("总务主任", role_seat(Role.DIRECTOR, Role.VICE_PRINCIPAL))
    head = step("校长", role_seat(Role.PRINCIPAL, Role.PARTY_SECRETARY))
    route(office, up_to="300", name="三百元以下", order=10)
    route(office, head, over="300", up_to="10000", name="一万元以下", order=20)
    sitting = step("校长办公会", SeatDraft(SeatKind.MEETING, body=council))
    route(office, sitting, head, over="10000", name="一万元以上", order=30)
    return people


def second_school() -> dict[str, User]:
    """≤500 分管副校长; ≤10,000 校长 and 书记 jointly; above, 党组织会议."""
    people = {
        str(role): factories.person(role)
        for role in (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL, Role.PARTY_SECRETARY)
    }
    party = body(*people.values(), name="党组织会议")
    vice = step("分管副校长", role_seat(Role.VICE_PRINCIPAL, Role.PRINCIPAL))
    both = step(
        "校长、书记",
        role_seat(Role.PRINCIPAL, Role.VICE_PRINCIPAL),
        role_seat(Role.PARTY_SECRETARY, Role.VICE_PRINCIPAL),
        mode=Mode.ALL,
    )
    route(vice, up_to="500", name="五百元以下", order=10)
    route(vice, both, over="500", up_to="10000", name="一万元以下", order=20)
    route(
        vice,
        step("党组织会议", SeatDraft(SeatKind.MEETING, body=party)),
        over="10000",
        name="一万元以上",
        order=30,
    )
    return people
