"""How a request walks its chain: who signs, what a decision does, and what is refused with which words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from houqin.approvals import services
from houqin.approvals.chain import open_step
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.services import SeatDraft
from houqin.approvals.states import Mode, SeatKind
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.writing import write
from tests.approvals.factories import (
    DAY,
    LINES,
    NOW,
    agreed,
    did,
    first_school,
    holders,
    meeting,
    open_of,
    role_seat,
    route,
    second_school,
    spending,
    step,
    submitted,
)
from tests.approvals.factories import body as another_body
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db


def labels(request: ApprovalRequest) -> list[str]:
    return list(request.steps.filter(round=request.round).values_list("label", flat=True))


@pytest.mark.parametrize(
    ("amount", "chain"),
    [
        ("300.00", ["总务主任"]),
        ("300.01", ["总务主任", "校长"]),
        ("10000.00", ["总务主任", "校长"]),
        ("10000.01", ["总务主任", "校长办公会", "校长"]),
    ],
)
def test_the_amount_chooses_the_chain_of_the_first_school(amount: str, chain: list[str]) -> None:
    first_school()
    assert labels(submitted(spending(amount), person(Role.TEACHER))) == chain


@pytest.mark.parametrize(
    ("amount", "chain"),
    [
        ("500.00", ["分管副校长"]),
        ("500.01", ["分管副校长", "校长、书记"]),
        ("10000.01", ["分管副校长", "党组织会议"]),
    ],
)
def test_the_amount_chooses_the_chain_of_the_second_school(amount: str, chain: list[str]) -> None:
    second_school()
    assert labels(submitted(spending(amount), person(Role.TEACHER))) == chain


def test_everybody_agrees_and_the_request_is_approved() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    assert holders(request) == {people["director"].name}
    request = agreed(request, people["director"])
    assert holders(request) == {people["principal"].name}
    request = agreed(request, people["principal"], comment="尽快办理")
    assert (request.state, request.settled_at, request.agreed_amount) == ("approved", NOW, Decimal("800.00"))


def test_all_parties_of_a_joint_step_have_to_agree() -> None:
    people = second_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["vice_principal"])
    request = agreed(request, people["party_secretary"])
    assert request.state == "open"
    with pytest.raises(NotAllowed, match="您已经同意过，还在等其他人"):
        agreed(request, people["party_secretary"])
    assert agreed(request, people["principal"]).state == "approved"


def test_a_large_sum_is_decided_by_the_meeting_with_its_minutes() -> None:
    people = first_school()
    request = agreed(submitted(spending("20000.00"), person(Role.TEACHER)), people["director"])
    body = open_of(request).seats.get().body
    assert body
    with pytest.raises(RuleBroken, match="请先登记会议纪要"):
        agreed(request, people["vice_principal"])
    party = meeting(another_body(*people.values(), name="党组织会议"), *people.values(), votes_for=4)
    with pytest.raises(RuleBroken, match="这一步由校长办公会决定"):
        agreed(request, people["vice_principal"], meeting=party)
    thin = meeting(body, people["director"], people["principal"], votes_for=2)
    with pytest.raises(RuleBroken, match="应到 4 人，实到 2 人，不足 67%"):
        agreed(request, people["vice_principal"], meeting=thin)
    torn = meeting(body, *people.values(), votes_for=2, votes_against=2)
    with pytest.raises(RuleBroken, match="没有超过应到人数（4 人）的半数"):
        agreed(request, people["vice_principal"], meeting=torn)
    before = meeting(body, *people.values(), votes_for=4, held_on=DAY - timedelta(days=1))
    with pytest.raises(RuleBroken, match="会议开在提交之前"):
        agreed(request, people["vice_principal"], meeting=before)
    request = agreed(request, people["vice_principal"], meeting=meeting(body, *people.values(), votes_for=3))
    assert labels(request)[open_of(request).position - 1] == "校长"
    assert agreed(request, people["principal"]).state == "approved"


def test_the_applicant_never_signs_and_his_stand_in_does() -> None:
    people = first_school()
    request = submitted(spending("200.00"), people["director"])
    assert holders(request) == {people["vice_principal"].name}
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, people["director"])
    assert agreed(request, people["vice_principal"]).state == "approved"


def test_an_administrator_signs_nothing_although_a_route_names_him() -> None:
    administrator = person(Role.SYSTEM_ADMIN)
    route(step("指定", SeatDraft(SeatKind.PERSON, person=administrator)))
    with pytest.raises(RuleBroken, match="现在没有可以审批的人"):
        submitted(spending("100.00"), person(Role.TEACHER))


def test_a_chain_that_nobody_could_sign_is_not_begun() -> None:
    route(step("总务主任", role_seat(Role.DIRECTOR)), step("校长", role_seat(Role.PRINCIPAL)))
    director = person(Role.DIRECTOR)
    with pytest.raises(RuleBroken, match="“总务主任”（总务主任）、“校长”（校长）现在没有可以审批的人"):
        submitted(spending("200.00"), director)
    assert ApprovalRequest.objects.count() == 0


def test_without_a_route_the_sentence_says_for_which_amount() -> None:
    route(step("总务主任", role_seat(Role.DIRECTOR)), up_to="300")
    with pytest.raises(RuleBroken, match=r"没有适用的审批流程，金额 301\.00 元"):
        submitted(spending("301.00"), person(Role.TEACHER))


def test_one_person_in_two_steps_signs_once_where_he_stands_highest() -> None:
    both = person(Role.DIRECTOR, Role.DEPARTMENT_HEAD)
    principal = person(Role.PRINCIPAL)
    route(
        step("部门负责人", role_seat(Role.DEPARTMENT_HEAD)),
        step("总务主任", role_seat(Role.DIRECTOR)),
        step("校长", role_seat(Role.PRINCIPAL)),
    )
    request = submitted(spending("100.00"), person(Role.TEACHER))
    assert labels(request) == ["部门负责人兼总务主任", "校长"]
    assert agreed(agreed(request, both), principal).state == "approved"


def test_who_is_one_of_several_in_a_later_step_still_signs_his_own() -> None:
    """Joined to the later one, his step would be skipped when the other signs that."""
    person(Role.DIRECTOR)
    person(Role.VICE_PRINCIPAL)
    route(
        step("总务主任", role_seat(Role.DIRECTOR)),
        step("主任或副校长", role_seat(Role.DIRECTOR), role_seat(Role.VICE_PRINCIPAL)),
    )
    request = submitted(spending("100.00"), person(Role.TEACHER))
    assert labels(request) == ["总务主任", "主任或副校长"]


def test_who_alone_signs_a_later_step_leaves_this_one_to_others() -> None:
    principal = person(Role.PRINCIPAL, Role.VICE_PRINCIPAL)
    vice = person(Role.VICE_PRINCIPAL)
    route(step("分管副校长", role_seat(Role.VICE_PRINCIPAL)), step("校长", role_seat(Role.PRINCIPAL)))
    request = submitted(spending("100.00"), person(Role.TEACHER))
    assert holders(request) == {vice.name}
    assert agreed(agreed(request, vice), principal).state == "approved"


def test_one_person_who_is_principal_and_secretary_signs_jointly_once() -> None:
    both = person(Role.PRINCIPAL, Role.PARTY_SECRETARY)
    route(step("校长、书记", role_seat(Role.PRINCIPAL), role_seat(Role.PARTY_SECRETARY), mode=Mode.ALL))
    assert agreed(submitted(spending("100.00"), person(Role.TEACHER)), both).state == "approved"


def test_back_to_the_applicant_and_handed_in_again_is_a_new_round_from_the_start() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    record = spending("800.00")
    request = agreed(submitted(record, teacher), people["director"])
    request = did(services.send_back, request, people["principal"], comment="请附三家报价")
    assert (request.state, request.reason) == ("returned", "请附三家报价")
    spending("200.00", department=record)
    request = submitted(record, teacher)
    assert (request.state, request.submission, request.round, request.amount) == (
        "open",
        2,
        2,
        Decimal("200.00"),
    )
    assert labels(request) == ["总务主任"]
    assert agreed(request, people["director"]).state == "approved"


def test_back_to_an_earlier_step_keeps_what_was_signed_before_it() -> None:
    people = first_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["director"])
    request = did(services.send_back, request, people["principal"], to=1, comment="请核实库存")
    assert (request.state, request.round, open_of(request).label) == ("open", 2, "总务主任")
    request = agreed(agreed(request, people["director"]), people["principal"])
    assert request.state == "approved"


def test_back_to_an_earlier_step_is_back_in_the_chain_of_this_submission() -> None:
    """The first time it asked for more and had a longer chain, which is over."""
    people, teacher = first_school(), person(Role.TEACHER)
    record = spending("20000.00")
    did(services.send_back, submitted(record, teacher), people["director"], comment="太多")
    spending("800.00", department=record)
    request = agreed(submitted(record, teacher), people["director"])
    request = did(services.send_back, request, people["principal"], to=1, comment="请核实库存")
    assert (request.round, labels(request)) == (3, ["总务主任", "校长"])


def test_a_step_to_come_is_no_place_to_send_back_to() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    with pytest.raises(RuleBroken, match="只能退回给申请人，或退回到前面的环节"):
        did(services.send_back, request, people["director"], to=2, comment="试一试")


@pytest.mark.parametrize(
    ("service", "more"),
    [(services.send_back, {}), (services.refuse, {}), (services.transfer, {"to": Role.CLAIMS_CLERK})],
)
def test_a_no_and_a_handing_on_need_their_reason(service: Any, more: dict[str, Role]) -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    given = {name: person(role) for name, role in more.items()}
    with pytest.raises(RuleBroken, match="的原因，申请人要看"):
        did(service, request, people["director"], comment="  ", **given)


def test_a_refusal_ends_the_request() -> None:
    people = first_school()
    request = did(
        services.refuse,
        submitted(spending("800.00"), person(Role.TEACHER)),
        people["director"],
        comment="库里有",
    )
    assert (request.state, request.reason, open_step(request)) == ("refused", "库里有", None)


def test_a_second_decision_at_the_same_step_is_told_who_made_the_first() -> None:
    """Also where he could decide at the step that is open by now: he has not seen that one."""
    one, other = person(Role.DIRECTOR), person(Role.DIRECTOR, Role.VICE_PRINCIPAL)
    person(Role.VICE_PRINCIPAL)
    route(step("总务主任", role_seat(Role.DIRECTOR)), step("副校长", role_seat(Role.VICE_PRINCIPAL)))
    request = submitted(spending("100.00"), person(Role.TEACHER))
    seen = open_of(request)
    request = agreed(request, one)
    assert other.name in holders(request)
    with pytest.raises(RuleBroken, match=f"{one.name}刚才已经同意，这一步不用再审批"):
        write(services.refuse, step=seen, comment="不行", at=NOW, by=acting(other))


def test_a_changed_content_undoes_what_was_signed() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    record = spending("800.00")
    request = agreed(submitted(record, teacher), people["director"])
    spending("900.00", department=record)
    with pytest.raises(RuleBroken, match="提交以后内容有改动，这次没有生效"):
        agreed(request, people["principal"])
    changed = write(services.content_changed, record=record, at=NOW, by=acting(teacher))
    assert changed.state == "returned"
    request = submitted(record, teacher)
    assert (request.round, open_of(request).label) == (2, "总务主任")


def test_a_struck_line_lowers_the_amount_and_not_the_chain() -> None:
    people = first_school()
    request = submitted(spending("200.00", "900.00"), person(Role.TEACHER))
    before = request.agreed_digest
    request = agreed(request, people["director"], strike=["2"])
    assert (request.amount, request.agreed_amount) == (Decimal("1100.00"), Decimal("200.00"))
    with pytest.raises(RuleBroken, match="不在这张单子里"):
        agreed(request, people["principal"], strike=["3"])
    assert (labels(request), request.agreed_digest == before) == (["总务主任", "校长"], False)
    with pytest.raises(RuleBroken, match="前面已经核减过"):
        agreed(request, people["principal"], strike=["2"])
    with pytest.raises(RuleBroken, match="请用“驳回”"):
        agreed(request, people["principal"], strike=["1"])
    assert agreed(request, people["principal"]).agreed_amount == Decimal("200.00")


def test_what_was_struck_before_it_came_back_counts_no_more() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    record = spending("200.00", "900.00")
    request = submitted(record, teacher)
    whole = request.agreed_digest
    request = agreed(request, people["director"], strike=["2"])
    did(services.send_back, request, people["principal"], comment="请附三家报价")
    request = submitted(record, teacher)
    assert (request.agreed_amount, request.agreed_digest == whole) == (Decimal("1100.00"), True)
    assert agreed(request, people["director"], strike=["2"]).agreed_amount == Decimal("200.00")


def test_a_withdrawn_request_can_be_handed_in_anew() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    record = spending("200.00")
    request = submitted(record, teacher)
    with pytest.raises(RuleBroken, match="已经提交，正在审批"):
        submitted(record, teacher)
    write(services.withdraw, request=request, at=NOW, by=acting(teacher))
    again = submitted(record, teacher)
    assert (again.number == request.number, agreed(again, people["director"]).state) == (False, "approved")


def test_only_the_applicant_takes_a_request_back() -> None:
    people = first_school()
    request = submitted(spending("200.00"), person(Role.TEACHER))
    with pytest.raises(NotAllowed, match="只限与您有关"):
        write(services.withdraw, request=request, at=NOW, by=acting(people["director"]))


def test_a_reminder_is_heard_once_a_day() -> None:
    first_school()
    teacher = person(Role.TEACHER)
    request = submitted(spending("200.00"), teacher)
    write(services.remind, request=request, at=NOW, by=acting(teacher))
    with pytest.raises(RuleBroken, match="今天已经催办过"):
        write(services.remind, request=request, at=NOW + timedelta(hours=1), by=acting(teacher))


def test_nobody_enters_a_decision_for_somebody_else() -> None:
    people = first_school()
    request = submitted(spending("200.00"), person(Role.TEACHER))
    entered = acting(people["director"], entered_by=person(Role.TEACHER), source="纸质")
    with pytest.raises(NotAllowed, match="审批要由本人办理，不能由别人代录"):
        write(services.agree, step=open_of(request), at=NOW, by=entered)


def test_copies_go_to_whom_the_route_names() -> None:
    clerk = person(Role.CLAIMS_CLERK)
    director = person(Role.DIRECTOR)
    route(step("总务主任", role_seat(Role.DIRECTOR), copies=[str(Role.CLAIMS_CLERK)]))
    # The applicant is one of them himself and sees his own request anyway.
    request = agreed(submitted(spending("100.00"), person(Role.CLAIMS_CLERK)), director)
    assert list(request.copies.values_list("user", flat=True)) == [clerk.pk]
    assert list(ApprovalRequest.objects.visible_to(clerk)) == [request]
    assert list(ApprovalRequest.objects.visible_to(person(Role.CLAIMS_CLERK))) == []


def test_the_applicants_own_head_signs_for_his_department() -> None:
    head = person(Role.TEACHER)
    owner = department(head=head)
    route(step("部门负责人", SeatDraft(SeatKind.HEAD)))
    request = submitted(spending("100.00", department=owner), person(Role.TEACHER, department=owner))
    assert holders(request) == {head.name}
    assert len(LINES) == 1
