"""What the database refuses although no service is asked: raw SQL as the app role, promise A6."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from houqin.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalSeat, SeatHolder
from houqin.people.models import User
from houqin.people.roles import Role
from tests.approvals.factories import agreed, first_school, open_of, spending, submitted
from tests.factories import person

pytestmark = pytest.mark.django_db


def refusal(statement: str, *arguments: Any) -> str:
    """The constraint, or the words, with which the database refuses `statement`; empty when it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, arguments)
    except DatabaseError as error:
        diagnosed = getattr(error.__cause__, "diag", None)
        return (diagnosed and diagnosed.constraint_name) or str(error).splitlines()[0]
    return ""


@pytest.fixture
def asked() -> tuple[ApprovalRequest, dict[str, User]]:
    """A request of 800 yuan at its first step, and the people of the school."""
    people = first_school()
    return submitted(spending("800.00"), person(Role.TEACHER)), people


def decided(request: ApprovalRequest, by: User, **other: Any) -> str:
    """What the database says to a decision of `by` at the open seat, written without the service."""
    step = open_of(request)
    row = {
        "request_id": request.pk, "step_id": step.pk, "seat_id": step.seats.get().pk, "round": request.round,
        "act": "agree", "applicant_id": request.applicant_id, "decided_by_id": by.pk, "acting_for_id": None,
        "decided_at": request.submitted_at, "comment": "", "digest": request.digest, "public_id": "RAW2",
        "version": 1, "created_at": request.submitted_at,
    } | other  # fmt: skip
    columns = ", ".join(row)
    places = ", ".join(["%s"] * len(row))
    return refusal(f"INSERT INTO houqin_approvaldecision ({columns}) VALUES ({places})", *row.values())


def test_a6_a_holder_decides_and_nobody_else(asked: Any) -> None:
    request, people = asked
    assert decided(request, people["principal"]) == "decided_by_a_holder"
    assert decided(request, request.applicant) in {"nobody_decides_for_himself", "decided_by_a_holder"}
    assert decided(request, people["director"]) == ""


def test_a6_the_applicant_is_not_renamed_in_the_decision(asked: Any) -> None:
    request, people = asked
    other = person(Role.TEACHER)
    assert decided(request, people["director"], applicant_id=other.pk) == "decision_on_what_was_submitted"


def test_a6_a_decision_speaks_of_the_content_that_was_submitted(asked: Any) -> None:
    request, people = asked
    assert decided(request, people["director"], digest="0" * 64) == "decision_on_what_was_submitted"


def test_a6_a_decision_waits_for_its_step(asked: Any) -> None:
    request, people = asked
    later = request.steps.get(position=2)
    refused = decided(request, people["principal"], step_id=later.pk, seat_id=later.seats.get().pk)
    assert refused == "decision_at_the_open_seat"


def test_a6_nobody_makes_himself_a_holder(asked: Any) -> None:
    request, people = asked
    seat = open_of(request).seats.get()
    sneak = "INSERT INTO houqin_seatholder (seat_id, user_id, acting_for_id) VALUES (%s, %s, %s)"
    assert refusal(sneak, seat.pk, person(Role.TEACHER).pk, None) == "seat_held_by_whom_it_names"
    assert refusal(sneak, seat.pk, request.applicant_id, None) == "applicant_is_no_approver"
    assert refusal(sneak, seat.pk, person().pk, people["director"].pk) == "acting_for_by_appointment"
    assert refusal(sneak, seat.pk, people["director"].pk, request.applicant_id) == "applicant_is_no_approver"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'approved', settled_at = now()", "approved_by_every_step"),
        ("agreed_amount = 900, amount = 900", "content_holds_for_the_round"),
        ("digest = repeat('0', 64)", "content_holds_for_the_round"),
        ("length = 0", "content_holds_for_the_round"),
        ("applicant_id = (SELECT min(id) FROM houqin_user)", "request_stays"),
        ("round = 0", "rounds"),
    ],
)
def test_a6_a_request_is_not_approved_or_rewritten_by_hand(asked: Any, change: str, constraint: str) -> None:
    request, _people = asked
    said = refusal(f"UPDATE houqin_approvalrequest SET {change} WHERE id = %s", request.pk)
    assert said == ("amount_only_shrinks" if constraint == "rounds" else constraint)


def test_a6_an_amount_that_was_agreed_only_shrinks(asked: Any) -> None:
    request, _people = asked
    change = "UPDATE houqin_approvalrequest SET agreed_amount = %s WHERE id = %s"
    assert refusal(change, "700.00", request.pk) == ""
    assert refusal(change, "750.00", request.pk) == "amount_only_shrinks"


def test_a6_a_new_round_with_another_content_needs_new_signatures(asked: Any) -> None:
    request, people = asked
    agreed(agreed(request, people["director"]), people["principal"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM houqin_approvalrequest WHERE state = 'approved'")
        assert cursor.fetchone() == (1,)
    other = submitted(spending("500.00"), person(Role.TEACHER))
    other = agreed(other, people["director"])
    change = (
        "UPDATE houqin_approvalrequest SET round = 2, digest = repeat('0', 64), length = 1, "
        "state = 'approved', settled_at = now() WHERE id = %s"
    )
    assert refusal(change, other.pk) == "approved_by_every_step"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'agreed'", "step_agreed_by_its_seats"),
        ("state = 'waiting'", "legal_step_state"),
        ("position = 9", "step_stays"),
        ("round = 9", "step_stays"),
    ],
)
def test_a6_a_step_is_not_agreed_by_hand(asked: Any, change: str, constraint: str) -> None:
    request, _people = asked
    step = open_of(request)
    assert refusal(f"UPDATE houqin_approvalstep SET {change} WHERE id = %s", step.pk) == constraint


def test_a6_no_step_is_opened_before_its_turn(asked: Any) -> None:
    request, _people = asked
    later = request.steps.get(position=2)
    said = refusal("UPDATE houqin_approvalstep SET state = 'open' WHERE id = %s", later.pk)
    assert said in {"no_step_is_skipped", "one_open_step_per_request"}


def test_a6_no_step_enters_agreed(asked: Any) -> None:
    request, _people = asked
    insert = (
        "INSERT INTO houqin_approvalstep (public_id, version, created_at, request_id, submission, round, "
        "position, label, mode, hours, copies, state) "
        "VALUES ('RAW3', 1, now(), %s, 1, 1, 7, 'x', 'any', 1, '{}', 'agreed')"
    )
    assert refusal(insert, request.pk) == "step_begins_waiting"


@pytest.mark.parametrize("table", ["approvalrequest", "approvalstep", "approvalseat", "approvaldecision"])
def test_l6_nothing_of_the_chain_is_deleted(asked: Any, table: str) -> None:
    request, people = asked
    agreed(request, people["director"])
    assert refusal(f"DELETE FROM houqin_{table}") != ""


def test_l6_a_decision_is_not_changed(asked: Any) -> None:
    request, people = asked
    agreed(request, people["director"])
    assert "permission denied" in refusal("UPDATE houqin_approvaldecision SET act = 'refuse'")
    assert ApprovalDecision.objects.get().act == "agree"


def test_an_open_chain_has_holders_at_its_open_seat_only(asked: Any) -> None:
    request, people = asked
    rows = SeatHolder.objects.values_list("user", "seat__step__position")
    assert list(rows) == [(people["director"].pk, 1)]
    assert ApprovalSeat.objects.filter(step__request=request).count() == 2
