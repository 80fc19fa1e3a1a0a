"""月工作计划表 from the plan's data: what stands in which row, and when 完成情况 is printed."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from calendar_plans.documents import MonthPaper, month_file_name, month_sheet
from calendar_plans.models import ItemPartner, Plan
from calendar_plans.services.items import carry_over
from houqin.actors import System
from houqin.documents.printing import print_sheet
from houqin.people.roles import Role
from houqin.school import set_school
from houqin.writing import write
from tests.calendar_plans.factories import category, item, running_plan
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db

AUGUST = date(2026, 8, 1)


@pytest.fixture
def plan() -> Plan:
    write(set_school, by=System("试"), name="青石小学")
    return running_plan(department("总务处"), title="秋季工作计划")


def printed(plan: Plan, on: date) -> str:
    """The words of August's sheet as it is printed on the day `on`, without line breaks."""
    month = plan.months.select_related("plan__department").get(month=AUGUST)
    sheet = print_sheet(month_sheet(month, printed_by="陆文山", back_url="http://school.test/x", on=on))
    pages = PdfReader(io.BytesIO(sheet.pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_row_carries_every_column_of_the_form(plan: Plan) -> None:
    made = item(
        plan,
        content="检修供暖管道",
        category=category("冬季供暖"),
        requirement="逐层试压",
        owner=person(name="石大勇"),
        due_on=date(2026, 8, 20),
        remark="含宿舍",
    )
    ItemPartner.objects.create(item=made, department=department("德育处"))
    text = printed(plan, date(2026, 8, 10))
    assert "1冬季供暖检修供暖管道逐层试压石大勇德育处8月20日含宿舍" in text


def test_a_long_item_pushes_no_empty_lines_to_a_second_page(plan: Plan) -> None:
    item(plan, content="检查各楼水、电、门窗、消防器材，发现问题当天报修。" * 8)
    month = plan.months.select_related("plan__department").get(month=AUGUST)
    sheet = print_sheet(month_sheet(month, printed_by="陆文山", back_url="http://school.test/x", on=AUGUST))
    assert len(PdfReader(io.BytesIO(sheet.pdf)).pages) == 1


def test_the_head_names_school_department_month_and_focus(plan: Plan) -> None:
    plan.months.filter(month=AUGUST).update(focus="供暖\n防冻")
    text = printed(plan, date(2026, 8, 10))
    assert [
        word in text for word in ("青石小学", "总务处", "2026年8月", "1.供暖", "2.防冻", plan.number)
    ] == ([True] * 6)


def test_results_are_printed_only_when_the_month_is_over(plan: Plan) -> None:
    item(plan, state="done", outcome="全部换好")
    assert "全部换好" not in printed(plan, date(2026, 8, 31))
    assert "全部换好" in printed(plan, date(2026, 9, 1))


def test_what_was_not_done_is_printed_with_its_reason(plan: Plan) -> None:
    item(plan, state="not_done", outcome="材料未到")
    assert "未完成：材料未到" in printed(plan, date(2026, 9, 1))


def test_a_carried_item_says_where_it_comes_from(plan: Plan) -> None:
    item(plan, original_month=date(2026, 7, 1), times_carried=1, remark="急")
    assert "由7月顺延；急" in printed(plan, date(2026, 8, 10))


def test_the_old_month_keeps_a_line_for_what_was_carried_out_of_it(plan: Plan) -> None:
    made = item(plan, content="更换锅炉水泵")
    september = date(2026, 9, 1)
    director = acting(person(Role.DIRECTOR))
    write(carry_over, by=director, item=made, to_month=september, reason="等配件", on=date(2026, 8, 30))
    text = printed(plan, date(2026, 8, 31))
    assert "更换锅炉水泵" in text
    assert "顺延至9月：等配件" in text


def test_an_item_of_a_combined_heading_is_printed_in_both_months(plan: Plan) -> None:
    item(plan, content="暑期维修", month=AUGUST, through=date(2026, 9, 1))
    assert "暑期维修" in printed(plan, date(2026, 8, 10))


def test_the_file_is_named_like_the_paper(plan: Plan) -> None:
    month = plan.months.get(month=AUGUST)
    assert month_file_name(month) == "总务处2026年8月工作计划表"


def test_a_month_is_ordered_on_paper_only_by_whoever_sees_it(plan: Plan) -> None:
    """Asked again when the paper is made and when it is opened, with no page in between that looks."""
    asked = {"month": plan.months.get(month=AUGUST).public_id, "site": ""}
    own, other = person(department=plan.department), person(department=department())
    assert [MonthPaper(each, asked).possible().ok for each in (own, other)] == [True, False]
