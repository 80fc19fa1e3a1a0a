"""Signing off a month's work: on its way nobody changes it, approved it is changed with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calendar_plans.models import Item, MonthChange, PlanMonth
from calendar_plans.services.items import ItemFacts, carry_over, create_item, report_progress, update_item
from calendar_plans.services.plans import set_focus
from calendar_plans.services.sign_off import KIND, submit_month
from houqin.approvals import services as approvals
from houqin.approvals.chain import open_step
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.services import Conditions, SeatDraft, StepDraft
from houqin.approvals.states import SeatKind
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans import factories as plans
from tests.factories import acting, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    """A 总务主任 who sends, a 校长 who decides, and the route between them."""
    found = {"director": person(Role.DIRECTOR), "principal": person(Role.PRINCIPAL)}
    write(
        approvals.create_route, name="月工作计划", kind=KIND, conditions=Conditions(),
        steps=[StepDraft("校长", [SeatDraft(SeatKind.ROLE, role="principal")])],
        by=acting(person(Role.SYSTEM_ADMIN)),
    )  # fmt: skip
    return found


@pytest.fixture
def item() -> Item:
    return plans.item(plans.running_plan())


def month_of(item: Item) -> PlanMonth:
    return item.plan.months.get(month=item.month)


def sent(item: Item, people: dict[str, User]) -> ApprovalRequest:
    write(submit_month, month=month_of(item), by=acting(people["director"]))
    return ApprovalRequest.objects.get()


def decided(service: Any, request: ApprovalRequest, people: dict[str, User], **more: Any) -> None:
    write(service, step=open_step(request), by=acting(people["principal"]), **more)


def changed(item: Item, by: User, **more: Any) -> Item:
    facts = ItemFacts(month=item.month, through=item.through, content="改过的工作")
    return write(update_item, item=item, version=item.version, facts=facts, by=acting(by), **more)


def test_an_approved_month_is_signed_by_whom_the_route_names(item: Item, people: dict[str, User]) -> None:
    request = sent(item, people)
    assert month_of(item).state == "submitted"
    decided(approvals.agree, request, people)
    assert month_of(item).state == "approved"


@pytest.mark.parametrize("service", [approvals.send_back, approvals.refuse])
def test_what_comes_back_is_a_draft_again_and_can_be_sent_anew(
    service: Any, item: Item, people: dict[str, User]
) -> None:
    decided(service, sent(item, people), people, comment="请补责任人")
    assert month_of(item).state == "draft"
    write(submit_month, month=month_of(item), by=acting(people["director"]))
    assert month_of(item).state == "submitted"


def test_a_withdrawn_month_is_a_draft_again(item: Item, people: dict[str, User]) -> None:
    write(approvals.withdraw, request=sent(item, people), by=acting(people["director"]))
    assert month_of(item).state == "draft"


def test_on_its_way_nothing_is_changed_but_work_goes_on(item: Item, people: dict[str, User]) -> None:
    sent(item, people)
    with pytest.raises(RuleBroken, match="正在送审，暂时不能改"):
        changed(item, people["director"])
    write(report_progress, item=item, text="开工", on=date(2026, 9, 1), by=acting(people["director"]))
    item.refresh_from_db()
    assert item.state == "in_progress"


def test_an_approved_month_is_changed_with_a_reason_that_shows(item: Item, people: dict[str, User]) -> None:
    decided(approvals.agree, sent(item, people), people)
    with pytest.raises(RuleBroken, match="已经批准，改动要写明原因") as refused:
        changed(item, people["director"])
    assert refused.value.field == "change_reason"
    was = item.content
    changed(item, people["director"], change_reason="供货推迟")
    assert list(MonthChange.objects.values_list("what", "reason")) == [(f"修改：{was}", "供货推迟")]


def test_every_way_into_an_approved_month_asks_for_the_reason(item: Item, people: dict[str, User]) -> None:
    decided(approvals.agree, sent(item, people), people)
    by = acting(people["director"])
    facts = ItemFacts(month=item.month, through=item.through, content="新增的工作")
    with pytest.raises(RuleBroken, match="改动要写明原因"):
        write(create_item, plan=item.plan, facts=facts, by=by)
    month = month_of(item)
    with pytest.raises(RuleBroken, match="改动要写明原因"):
        write(set_focus, month=month, version=month.version, focus="重点", by=by)
    earlier = plans.item(item.plan, month=item.plan.first_month)
    if earlier.month < item.month:
        write(carry_over, item=earlier, to_month=item.month, reason="雨天", on=date(2026, 9, 1), by=by)
        assert MonthChange.objects.get().reason == "雨天"


def test_an_empty_month_and_a_draft_plan_are_not_sent(people: dict[str, User]) -> None:
    by = acting(people["director"])
    empty = plans.running_plan()
    with pytest.raises(RuleBroken, match="这个月还没有安排工作"):
        write(submit_month, month=empty.months.last(), by=by)
    draft = plans.item(plans.plan())
    with pytest.raises(RuleBroken, match="计划还没有启用"):
        write(submit_month, month=month_of(draft), by=by)


def test_a_month_is_sent_once(item: Item, people: dict[str, User]) -> None:
    sent(item, people)
    with pytest.raises(RuleBroken, match="正在审批，不用再交"):
        write(submit_month, month=month_of(item), by=acting(people["director"]))


def test_only_the_office_sends_a_month(item: Item, people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        write(submit_month, month=month_of(item), by=acting(person(Role.TEACHER)))
