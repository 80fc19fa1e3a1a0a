"""Routes: when one fits, which of several is taken, and what makes none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from houqin.approvals import services
from houqin.approvals.matching import edition_for
from houqin.approvals.models import Route, RouteEdition
from houqin.approvals.rules import fits
from houqin.approvals.services import Conditions, SeatDraft
from houqin.approvals.states import SeatKind
from houqin.approvals.subjects import Facts
from houqin.errors import RuleBroken
from houqin.people.models import Department
from houqin.people.roles import Role
from houqin.writing import write
from tests.approvals.factories import KIND, body, role_seat, route, step
from tests.factories import acting, person

OFFICE, KITCHEN = Department(pk=1), Department(pk=2)


@pytest.mark.parametrize(
    ("amount", "is_fitting"), [("300.00", False), ("300.01", True), ("10000.00", True), ("10000.01", False)]
)
def test_a_band_is_open_below_and_closed_above(amount: str, *, is_fitting: bool) -> None:
    band = RouteEdition(over=Decimal(300), up_to=Decimal(10_000))
    assert fits(band, (), Facts(amount=Decimal(amount))) == is_fitting


@pytest.mark.parametrize(
    ("conditions", "departments", "facts", "is_fitting"),
    [
        ({}, (), Facts(), True),
        ({"up_to": Decimal(300)}, (), Facts(), False),
        ({"categories": ["food"]}, (), Facts(category="food"), True),
        ({"categories": ["food"]}, (), Facts(category="books"), False),
        ({"categories": ["food"]}, (), Facts(), False),
        ({}, (1,), Facts(department=OFFICE), True),
        ({}, (1,), Facts(department=KITCHEN), False),
        ({}, (1,), Facts(), False),
        ({"budget": "inside"}, (), Facts(budget="inside"), True),
        ({"budget": "inside"}, (), Facts(budget="outside"), False),
        ({"budget": "inside", "categories": ["food"]}, (), Facts(budget="inside"), False),
    ],
)
def test_every_condition_has_to_be_met(
    conditions: dict[str, Any], departments: tuple[int, ...], facts: Facts, *, is_fitting: bool
) -> None:
    assert fits(RouteEdition(**conditions), departments, facts) == is_fitting


@pytest.mark.django_db
def test_of_the_routes_in_use_the_first_in_order_is_taken() -> None:
    office = step("总务主任", role_seat(Role.DIRECTOR))
    late, early = route(office, name="后", order=20), route(office, name="先", order=10)
    found = edition_for(KIND, Facts(amount=Decimal(5)))
    Route.objects.filter(pk=early.pk).update(retired_on=date(2026, 9, 1))
    left = edition_for(KIND, Facts(amount=Decimal(5)))
    assert (found and found.route, left and left.route) == (early, late)


@pytest.mark.django_db
def test_a_route_is_rewritten_for_a_reason_while_it_is_in_use() -> None:
    office = step("总务主任", role_seat(Role.DIRECTOR))
    made, by = route(office), acting(person(Role.SYSTEM_ADMIN))
    told: dict[str, Any] = {"name": "经费审批", "order": 1, "conditions": Conditions(), "steps": [office]}
    with pytest.raises(RuleBroken, match="修改原因") as refused:
        write(services.rewrite_route, route=made, reason=" ", by=by, **told)
    assert refused.value.field == "reason"
    write(services.retire_route, route=made, on=date(2026, 9, 1), by=by)
    with pytest.raises(RuleBroken, match="已经停用"):
        write(services.rewrite_route, route=made, reason="换人", by=by, **told)


@pytest.mark.django_db
def test_a_meeting_decides_alone() -> None:
    council = SeatDraft(SeatKind.MEETING, body=body(person()))
    with pytest.raises(RuleBroken, match="第 1 步“校长办公会”由会议决定，不能再加别的审批人"):
        route(step("校长办公会", role_seat(Role.PRINCIPAL), council))
