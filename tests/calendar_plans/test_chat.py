"""What the office copies into the group's chat."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_plans.chat import item_text, month_text
from houqin.people.roles import Role
from tests.calendar_plans import factories as plans
from tests.factories import department, person, signed_in

pytestmark = pytest.mark.django_db

ADDRESS = "https://hq.school.cn/x"


def test_a_months_work_is_a_line_each_with_who_and_until_when() -> None:
    plan = plans.running_plan(department(name="总务处"))
    owner = person(name="周杰")
    items = [
        plans.item(plan, content="检修门窗", owner=owner, due_on=date(2026, 9, 5), month=date(2026, 9, 1)),
        plans.item(plan, content="清理杂草", month=date(2026, 9, 1)),
    ]
    month = plan.months.get(month=date(2026, 9, 1))
    month.focus = "开学安全"
    assert month_text(month, items, ADDRESS).splitlines() == [
        f"【总务处{month.label}工作】",
        "本月重点：开学安全",
        "1. 检修门窗（周杰，9月5日前）",
        "2. 清理杂草（责任人未定）",
        ADDRESS,
    ]


def test_a_long_month_says_how_much_is_left_out() -> None:
    plan = plans.running_plan(department())
    items = [plans.item(plan, content=f"工作{number}", month=date(2026, 9, 1)) for number in range(31)]
    lines = month_text(plan.months.get(month=date(2026, 9, 1)), items, ADDRESS).splitlines()
    assert (len(lines), lines[-2]) == (33, "……共 31 条")


def test_an_item_is_told_with_how_it_stands() -> None:
    item = plans.item(plans.running_plan(department()), content="检修门窗", requirement="先查后修")
    assert item_text(item, ADDRESS).splitlines() == [
        "【工作】检修门窗（责任人未定）", "状态：未开始", "要求：先查后修", ADDRESS,
    ]  # fmt: skip


def test_the_pages_of_item_and_month_offer_it_with_their_whole_address() -> None:
    client = signed_in(person(Role.DIRECTOR))
    item = plans.item(plans.running_plan(department()))
    month = item.plan.months.get(month=item.month)
    for record in (item, month):
        page = client.get(record.get_absolute_url()).content.decode()
        assert page.count(f"http://testserver{record.get_absolute_url()}</textarea>") == 1
