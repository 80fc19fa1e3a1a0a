"""What the database refuses although no service is asked: raw SQL as the app role, promise A6."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from houqin.approvals.models import ApprovalDecision, ApprovalRequest, ApprovalSeat, SeatHolder
from houqin.approvals.states import Mode
from houqin.people.models import RoleHolding, User
from houqin.people.roles import Role
from houqin.people.services.acting import appoint_deputy
from houqin.writing import write
from tests.approvals.factories import (
    DAY,
    agreed,
    body,
    first_school,
    meeting,
    open_of,
    second_school,
    spending,
    submitted,
)
from tests.factories import acting, person

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
    open_step = open_of(request)
    row = {
        "request_id": request.pk, "step_id": open_step.pk, "seat_id": open_step.seats.first().pk,
        "round": request.round,
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


def deputy_of(absent: User, deputy: User) -> User:
    """`deputy` acts for `absent` today."""
    write(
        appoint_deputy, absent=absent, deputy=deputy, first_day=DAY, last_day=DAY, reason="出差", today=DAY,
        by=acting(absent),
    )  # fmt: skip
    return deputy


def held(request: ApprovalRequest, user: User, acting_for: User | None = None) -> str:
    """What the database says to making `user` a holder of the open seat, for somebody or for himself."""
    seat = open_of(request).seats.first()
    assert seat is not None
    statement = "INSERT INTO houqin_seatholder (seat_id, user_id, acting_for_id) VALUES (%s, %s, %s)"
    return refusal(statement, seat.pk, user.pk, acting_for.pk if acting_for else None)


def test_a6_who_was_a_holder_and_lost_the_role_decides_no_more(asked: Any) -> None:
    request, people = asked
    RoleHolding.objects.filter(user=people["director"]).update(ended_at=timezone.now())
    assert decided(request, people["director"]) == "seat_held_by_whom_it_names"


def test_a6_a_deputy_whose_time_was_ended_decides_no_more(asked: Any) -> None:
    request, people = asked
    deputy = deputy_of(people["director"], person(Role.TEACHER))
    assert held(request, deputy, people["director"]) == ""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE houqin_actingfor SET ended_at = now()")
    assert decided(request, deputy, acting_for_id=people["director"].pk) == "acting_for_by_appointment"


def test_a5_an_administrator_holds_no_seat_and_signs_for_nobody(asked: Any) -> None:
    request, people = asked
    deputy = deputy_of(people["director"], person(Role.TEACHER))
    assert held(request, deputy, people["director"]) == ""
    RoleHolding.objects.create(user=deputy, role=Role.SYSTEM_ADMIN)
    said = decided(request, deputy, acting_for_id=people["director"].pk)
    assert said == "administrator_is_no_approver"
    SeatHolder.objects.filter(user=deputy).delete()
    assert held(request, deputy, people["director"]) == "administrator_is_no_approver"


def test_a6_nobody_signs_twice_in_a_round_through_whatever_hand(asked: Any) -> None:
    """He signed the first step; the second is his deputy's, for him; then he himself is a deputy there."""
    request, people = asked
    director, principal = people["director"], people["principal"]
    request = agreed(request, director)
    RoleHolding.objects.create(user=director, role=Role.PRINCIPAL)
    deputy = deputy_of(director, person(Role.TEACHER))
    deputy_of(principal, director)
    for user, acting_for in ((director, None), (director, principal), (deputy, director)):
        assert held(request, user, acting_for) == ""
        said = decided(request, user, acting_for_id=acting_for.pk if acting_for else None)
        assert said == "agrees_once_a_round"
    assert decided(request, principal) == ""


def test_a6_a_seat_has_one_decision_and_a_no_its_reason(asked: Any) -> None:
    request, people = asked
    assert decided(request, people["director"], act="refuse") == "no_without_a_reason"
    assert decided(request, people["director"], act="refuse", comment="库里有") == ""
    assert decided(request, people["director"], public_id="RAW9") == "one_decision_per_seat"


def test_a6_the_seat_of_a_meeting_takes_minutes_that_carried_it() -> None:
    people = first_school()
    request = agreed(submitted(spending("20000.00"), person(Role.TEACHER)), people["director"])
    council = open_of(request).seats.get().body
    assert council is not None
    everybody, member = list(people.values()), people["vice_principal"]
    refused = {
        "none": None,
        "thin": meeting(council, *everybody[:2], votes_for=2).pk,
        "torn": meeting(council, *everybody, votes_for=2).pk,
        "early": meeting(council, *everybody, votes_for=4, held_on=DAY.replace(day=14)).pk,
        "another": meeting(body(*everybody, name="党组织会议"), *everybody, votes_for=4).pk,
    }
    said = {name: decided(request, member, meeting_id=pk) for name, pk in refused.items()}
    assert said == dict.fromkeys(refused, "agreed_by_the_named_meeting")
    assert decided(request, member, meeting_id=meeting(council, *everybody, votes_for=3).pk) == ""


def copied(table: str, row: Any, **changes: Any) -> str:
    """What the database says to a second row like `row` with these changes."""
    values = {field.column: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop("id")
    values |= {"public_id": "RAW4"} | changes
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    return refusal(f"INSERT INTO houqin_{table} ({columns}) VALUES ({places})", *values.values())


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "returned"}, "request_begins_open"),
        ({"round": 2}, "request_begins_open"),
        ({"submission": 2}, "request_begins_open"),
        ({"amount": 20000, "agreed_amount": 20000}, "route_for_the_amount"),
        ({"amount": 300, "agreed_amount": 300}, "route_for_the_amount"),
        ({"number": "X", "agreed_amount": 801}, "agreed_at_most_what_was_asked"),
        ({"number": "X"}, "one_open_request_per_subject"),
        ({"number": "X", "object_id": 0}, ""),
    ],
)
def test_a6_no_request_enters_but_open_by_the_route_for_its_amount(
    asked: Any, changes: dict[str, Any], constraint: str
) -> None:
    request, _people = asked
    assert copied("approvalrequest", request, **changes) == constraint


def test_a6_no_seat_is_added_taken_or_given_to_somebody_else(asked: Any) -> None:
    request, people = asked
    waiting = request.steps.get(position=2)
    seat, later, friend = open_of(request).seats.get(), waiting.seats.get(), person(Role.TEACHER)
    change = "UPDATE houqin_approvalseat SET {} WHERE id = %s"
    for what in ("role = 'teacher'", "stand_in = 'teacher'", "step_id = %s", "is_active = false"):
        arguments = [later.step_id] if "%s" in what else []
        assert refusal(change.format(what), *arguments, seat.pk) == "seat_stays"
    theirs = {"kind": "person", "role": "", "stand_in": "", "person_id": friend.pk, "position": 2}
    for each in (seat, later):
        assert copied("approvalseat", each, **theirs) == "seat_by_the_route_or_a_decision"
        assert copied("approvalseat", each, role="teacher", position=3) == "seat_by_the_route_or_a_decision"
    said = decided(request, people["director"], act="transfer", comment="你来", to_user_id=friend.pk)
    assert (said, copied("approvalseat", seat, **theirs)) == ("", "")
    assert refusal(change.format("is_active = false"), seat.pk) == ""
    assert refusal(change.format("is_active = true"), seat.pk) == "seat_stays"


def test_a6_the_last_signer_is_whom_the_route_names(asked: Any) -> None:
    """The service hands no last seat on; by hand, the chain ends at the wrong desk and approves nothing."""
    request, people = asked
    request = agreed(request, people["director"])
    step, friend = open_of(request), person(Role.TEACHER)
    seat = step.seats.get()
    assert decided(request, people["principal"], act="transfer", comment="你来", to_user_id=friend.pk) == ""
    theirs = {"kind": "person", "role": "", "stand_in": "", "person_id": friend.pk, "position": 2}
    assert copied("approvalseat", seat, **theirs) == ""
    assert refusal("UPDATE houqin_approvalseat SET is_active = false WHERE id = %s", seat.pk) == ""
    given = step.seats.get(is_active=True)
    SeatHolder.objects.create(seat=given, user=friend)
    assert decided(request, friend, seat_id=given.pk, public_id="RAW5") == ""
    agree = "UPDATE houqin_approvalstep SET state = 'agreed', closed_at = now() WHERE id = %s"
    assert refusal(agree, step.pk) == ""
    approve = "UPDATE houqin_approvalrequest SET state = 'approved', settled_at = now() WHERE id = %s"
    assert refusal(approve, request.pk) == "last_signed_by_whom_the_route_names"


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
        ("agreed_amount = 900, amount = 900", "content_holds_for_the_submission"),
        ("digest = repeat('0', 64)", "content_holds_for_the_submission"),
        ("length = 0", "content_holds_for_the_submission"),
        ("applicant_id = (SELECT min(id) FROM houqin_user)", "request_stays"),
        ("round = 2, amount = 900, agreed_amount = 900", "content_holds_for_the_submission"),
        ("round = 2, agreed_amount = 900", "amount_only_shrinks"),
        ("round = 0", "amount_only_shrinks"),
        ("submission = 2", "amount_only_shrinks"),
        ("submission = 2, round = 2, amount = 20000, agreed_amount = 20000", "route_for_the_amount"),
    ],
)
def test_a6_a_request_is_not_approved_or_rewritten_by_hand(asked: Any, change: str, constraint: str) -> None:
    request, _people = asked
    said = refusal(f"UPDATE houqin_approvalrequest SET {change} WHERE id = %s", request.pk)
    assert said == constraint


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
        "UPDATE houqin_approvalrequest SET submission = 2, round = 2, digest = repeat('0', 64), length = 1, "
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
    statement = f"UPDATE houqin_approvalstep SET {change} WHERE id = %s"
    assert refusal(statement, open_of(request).pk) == constraint


def test_a6_a_joint_step_is_not_made_one_of_several() -> None:
    people = second_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["vice_principal"])
    assert open_of(request).mode == Mode.ALL
    statement = "UPDATE houqin_approvalstep SET mode = 'any' WHERE id = %s"
    assert refusal(statement, open_of(request).pk) == "step_stays"


def test_a6_no_step_is_opened_before_its_turn(asked: Any) -> None:
    """While the first is open, and when it was ended without having been agreed."""
    request, _people = asked
    first, later = open_of(request), request.steps.get(position=2)
    open_it = "UPDATE houqin_approvalstep SET state = 'open' WHERE id = %s"
    assert refusal(open_it, later.pk) == "no_step_is_skipped"
    assert refusal("UPDATE houqin_approvalstep SET state = 'ended' WHERE id = %s", first.pk) == ""
    assert refusal(open_it, later.pk) == "no_step_is_skipped"


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
