"""转交 and 加签: who may take a seat, and who has to sign then."""

from __future__ import annotations

from typing import Any

import pytest

from houqin.approvals import services
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.roles import Role
from tests.approvals.factories import (
    agreed,
    did,
    first_school,
    holders,
    role_seat,
    route,
    spending,
    step,
    submitted,
)
from tests.factories import person

pytestmark = pytest.mark.django_db


def test_a_seat_is_handed_on_but_never_the_last_one() -> None:
    people, colleague = first_school(), person(Role.DEPUTY_DIRECTOR)
    request = submitted(spending("800.00"), person(Role.TEACHER))
    request = did(services.transfer, request, people["director"], to=colleague, comment="我在外地")
    assert holders(request) == {colleague.name}
    request = agreed(request, colleague)
    with pytest.raises(RuleBroken, match="这一步由流程指定的人决定，不能转交"):
        did(services.transfer, request, people["principal"], to=people["director"], comment="你来")


def test_a_seat_is_handed_to_no_administrator() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    with pytest.raises(RuleBroken, match="管理员不审批业务"):
        did(services.transfer, request, people["director"], to=person(Role.SYSTEM_ADMIN), comment="你来")


def test_a_signature_asked_for_besides_has_to_be_given() -> None:
    people, clerk = first_school(), person(Role.CLAIMS_CLERK)
    request = submitted(spending("200.00"), person(Role.TEACHER))
    request = did(services.ask_too, request, people["director"], to=clerk, comment="请核预算")
    request = agreed(request, people["director"])
    assert request.state == "open"
    assert agreed(request, clerk).state == "approved"


def test_asked_too_where_one_is_enough_the_others_step_back() -> None:
    director, vice, clerk = person(Role.DIRECTOR), person(Role.VICE_PRINCIPAL), person(Role.CLAIMS_CLERK)
    route(step("主任或副校长", role_seat(Role.DIRECTOR), role_seat(Role.VICE_PRINCIPAL)))
    request = submitted(spending("100.00"), person(Role.TEACHER))
    request = did(services.ask_too, request, director, to=clerk)
    assert holders(request) == {director.name, clerk.name}
    with pytest.raises(NotAllowed, match="不由您审批"):
        agreed(request, vice)
    assert agreed(agreed(request, director), clerk).state == "approved"


@pytest.mark.parametrize("service", [services.transfer, services.ask_too])
def test_a_seat_is_given_to_a_colleague_who_can_sign_it(service: Any) -> None:
    people, teacher, gone = first_school(), person(Role.TEACHER), person(is_active=False)
    request = submitted(spending("800.00"), teacher)
    for to, sentence in (
        (teacher, "不能交给申请人本人审批"),
        (people["director"], "这一步本来就由此人审批"),
        (gone, "此人的账号已停用"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            did(service, request, people["director"], to=to, comment="请代看")
