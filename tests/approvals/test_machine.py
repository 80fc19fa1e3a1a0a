"""The chain under any order of acts, promise A6: what holds after every step of a random story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from houqin.approvals import services
from houqin.approvals.chain import open_step
from houqin.approvals.models import ApprovalRequest, SeatHolder
from houqin.approvals.states import Act
from houqin.errors import HouqinError
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.people.services.acting import appoint_deputy
from houqin.writing import write
from tests.approvals.factories import (
    DAY,
    NOW,
    first_school,
    meeting,
    second_school,
    spending,
    submitted,
)
from tests.factories import acting, person

pytestmark = pytest.mark.django_db

PEOPLE = st.integers(0, 6)
# Beyond the people: one of those whose turn it is; the applicant, or somebody who has signed already. Where
# seven try anything, a story of a dozen acts seldom comes to its end.
WHO = st.integers(0, 12)
WHOM = st.integers(0, 10)
AMOUNTS = st.sampled_from(["200.00", "800.00", "20000.00"])


class Chain(RuleBasedStateMachine):
    """Anybody tries anything; the rules decide what comes of it."""

    request: ApprovalRequest

    def __init__(self) -> None:
        super().__init__()
        # By hand and not with `atomic`, which the write boundary would take for an outer transaction.
        self.mark = transaction.savepoint()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)
        connection.needs_rollback = False

    @initialize(school=st.sampled_from([first_school, second_school]), amount=AMOUNTS, applicant=PEOPLE)
    def begin(self, school: Callable[[], dict[str, User]], amount: str, applicant: int) -> None:
        held = school()
        self.people = [*held.values(), person(Role.DIRECTOR), person(Role.TEACHER), person(Role.CLAIMS_CLERK)]
        self.applicant = self.people[applicant]
        self.record = spending(amount, "50.00")
        self.request = submitted(self.record, self.applicant)

    def one(self, who: int) -> User:
        """The person with this number; beyond them one of those who may sign now."""
        if who < len(self.people):
            return self.people[who]
        open_seats = SeatHolder.objects.filter(seat__step__request=self.request, seat__step__state="open")
        signers = [each.user for each in open_seats.filter(seat__is_active=True).order_by("pk")]
        return signers[who % len(signers)] if signers else self.applicant

    def other(self, whom: int) -> User:
        """The person with this number; beyond them the applicant, or one who has signed already."""
        if whom < len(self.people):
            return self.people[whom]
        signed = [each.decided_by for each in self.request.decisions.filter(act=Act.AGREE)]
        return signed[-1] if signed and whom % 2 else self.applicant

    def attempt(self, service: Any, who: int, **arguments: Any) -> None:
        """Try it; a refusal is an answer too."""
        self.request.refresh_from_db()
        try:
            write(service, by=acting(self.one(who)), **arguments)
        except HouqinError:
            return
        finally:
            self.request.refresh_from_db()

    def at_step(self, service: Any, who: int, **arguments: Any) -> None:
        step = open_step(self.request)
        if step is not None:
            self.attempt(service, who, step=step, at=NOW, **arguments)

    @rule(who=WHO, strikes=st.booleans())
    def agree(self, who: int, *, strikes: bool) -> None:
        self.at_step(services.agree, who, strike=["2"] if strikes else [])

    @rule(which=st.integers(7, 12))
    def agree_in_turn(self, which: int) -> None:
        self.at_step(services.agree, which)

    @rule(who=WHO, votes=st.integers(0, 4), comers=st.integers(1, 4))
    def meet(self, who: int, votes: int, comers: int) -> None:
        step = open_step(self.request)
        seat = step.seats.filter(kind="meeting").first() if step else None
        if seat is not None and seat.body is not None:
            held = meeting(seat.body, *self.people[:comers], votes_for=min(votes, comers))
            self.at_step(services.agree, who, meeting=held)

    @rule(who=WHO, to=st.integers(0, 2))
    def send_back(self, who: int, to: int) -> None:
        self.at_step(services.send_back, who, to=to, comment="请补")

    @rule(who=WHO)
    def refuse(self, who: int) -> None:
        self.at_step(services.refuse, who, comment="不行")

    @rule(who=WHO, to=WHOM)
    def hand_on(self, who: int, to: int) -> None:
        self.at_step(services.transfer, who, to=self.other(to), comment="请代看")

    @rule(who=WHO, to=WHOM)
    def ask_too(self, who: int, to: int) -> None:
        self.at_step(services.ask_too, who, to=self.other(to), comment="请核")

    @rule(who=WHO)
    def take_back(self, who: int) -> None:
        self.attempt(services.withdraw, who, request=self.request, at=NOW)

    @rule(who=WHO, amount=AMOUNTS)
    def change(self, who: int, amount: str) -> None:
        if self.request.state in {"open", "returned"}:
            spending(amount, "50.00", department=self.record)
            self.attempt(services.content_changed, who, record=self.record, at=NOW)

    @rule(amount=AMOUNTS)
    def hand_in_again(self, amount: str) -> None:
        """What came back; where it is settled, something else of the same applicant."""
        if self.request.state == "open":
            return
        if self.request.state != "returned":
            self.record = spending(amount, "50.00")
        self.request = submitted(self.record, self.applicant)
        self.request.refresh_from_db()

    @rule(absent=WHO, deputy=WHOM)
    def leave(self, absent: int, deputy: int) -> None:
        self.attempt(
            appoint_deputy, absent, absent=self.one(absent), deputy=self.other(deputy), first_day=DAY,
            last_day=DAY + timedelta(days=1), reason="出差", today=DAY,
        )  # fmt: skip

    @invariant()
    def the_applicant_decides_nothing(self) -> None:
        if hasattr(self, "request"):
            deciders = self.request.decisions.values_list("decided_by", "acting_for")
            assert self.applicant.pk not in {pk for pair in deciders for pk in pair}

    @invariant()
    def nobody_agrees_twice_in_a_round(self) -> None:
        if hasattr(self, "request"):
            signed = self.request.decisions.filter(act=Act.AGREE)
            signers = [
                (number, pk)
                for number, *pair in signed.values_list("round", "decided_by", "acting_for")
                for pk in pair
                if pk is not None
            ]
            assert len(signers) == len(set(signers))

    @invariant()
    def an_approved_request_went_the_whole_way(self) -> None:
        if not hasattr(self, "request") or self.request.state != "approved":
            return
        steps = self.request.steps.filter(submission=self.request.submission)
        last = {step.position: step for step in steps}
        assert [step.state for step in last.values()] == ["agreed"] * self.request.length
        final = last[self.request.length]
        signed = final.decisions.filter(act=Act.AGREE)
        assert {each.digest for each in signed} == {self.request.digest}
        meetings = [each for step in last.values() for each in step.seats.filter(kind="meeting")]
        assert all(seat.decisions.get(act=Act.AGREE).meeting.is_carried for seat in meetings)  # type: ignore[union-attr]
        assert (self.request.amount or 0) <= 10_000 or len(meetings) == 1
        named = {role for seat in final.seats.filter(added_by=None) for role in (seat.role, seat.stand_in)}
        for each in signed.filter(seat__added_by=None, seat__kind="role"):
            assert (each.acting_for or each.decided_by).roles & named
        assert signed.filter(seat__added_by=None).exists()


def stories(count: int, length: int) -> settings:
    """So many stories of so many acts; a clock would only make them flicker."""
    return settings(
        max_examples=count,
        stateful_step_count=length,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_a6_separation_holds_in_any_order_of_acts() -> None:
    run_state_machine_as_test(Chain, settings=stories(10, 40))


@pytest.mark.long
def test_a6_separation_holds_in_thousands_of_stories() -> None:
    run_state_machine_as_test(Chain, settings=stories(5000, 30))
