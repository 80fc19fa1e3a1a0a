"""Every plan beside this file is read without a mistake: two given, many with a trap each, three unseen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calendar_plans.reading import every_measure, read_plans

from .expected import PLANS, TEXTS, as_words, expected_of

GIVEN = PLANS / "given" / "web-page-with-plan-1.txt"


def read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plan_is_read_as_a_careful_person_reads_it(path: Path) -> None:
    expected = expected_of(path)
    assert as_words(read_plans(read_text(path)), expected) == expected


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_source_at_each_span_holds_the_words(path: Path) -> None:
    text = read_text(path)
    for plan in read_plans(text).plans:
        parts = [(item.text, item.span) for section in plan.sections for item in section.items]
        parts += [(section.heading, section.lead) for section in plan.sections]
        parts += [(goal.text, goal.span) for goal in plan.goals]
        parts += [(heading.text, heading.span) for heading in plan.headings]
        parts += [(left.text, left.span) for left in plan.left_out]
        for measure in every_measure(plan.measures):
            parts += [(measure.heading, measure.lead), (measure.text, measure.lead)]
        assert [words for words, span in parts if words not in text[span.start : span.end]] == []


def test_the_json_has_exactly_the_agreed_keys() -> None:
    plan: dict[str, Any] = read_plans(read_text(GIVEN)).to_json()["plans"][0]
    assert list(plan) == [
        "title", "span", "period", "guiding", "headings", "sections", "measures", "goals", "left_out",
    ]  # fmt: skip
    assert list(plan["period"]) == ["kind", "months"]
    assert list(plan["sections"][0]) == ["heading", "span", "months", "items"]
    assert list(plan["sections"][0]["items"][0]) == ["no", "text", "span"]
    assert list(plan["measures"][0]) == ["no", "heading", "text", "span", "children"]
    assert list(plan["left_out"][0]) == ["text", "span", "why"]


def test_the_json_is_plain_data() -> None:
    data = read_plans(read_text(GIVEN)).to_json()
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


def test_january_after_december_lies_in_the_next_year() -> None:
    period = read_plans(read_text(GIVEN)).plans[0].period
    dated = period.year_months(2024)
    assert dated[0] == (2024, 2)
    assert dated[-2:] == [(2024, 12), (2025, 1)]


def test_a_page_number_glued_to_the_last_task_is_left_out() -> None:
    plan = read_plans(read_text(GIVEN).rstrip() + "2").plans[0]
    assert plan.sections[-1].items[-1].text.endswith("班级公物管理结帐兑现工作")
    assert (plan.left_out[-1].text, plan.left_out[-1].why) == ("2", "页码")


def test_related_articles_glued_to_the_last_task_are_left_out() -> None:
    footer = " 学校后勤工作计划范本5篇相关文章: ★ 学校后勤工作计划5篇 ★ 学校后勤年度工作总结"
    plan = read_plans(read_text(GIVEN).rstrip() + footer).plans[0]
    assert plan.sections[-1].items[-1].text.endswith("班级公物管理结帐兑现工作")
    assert [left.text for left in plan.left_out[1:]] == [footer.strip()]


def test_several_plans_in_one_line_are_several_entries() -> None:
    both = read_text(GIVEN).rstrip() + " " + read_text(PLANS / "given" / "plan-3-without-months.txt")
    titles = [(plan.title, len(plan.sections), len(plan.measures)) for plan in read_plans(both).plans]
    assert titles == [("学校后勤工作计划篇一", 9, 6), ("学校后勤工作计划篇三", 0, 3)]


def test_the_same_text_in_two_months_stays_two_items() -> None:
    plan = read_plans("某校后勤工作计划\n三月：1、安全检查。\n四月：1、安全检查。\n").plans[0]
    items = [item for section in plan.sections for item in section.items]
    assert [item.text for item in items] == ["安全检查。", "安全检查。"]
    assert items[0].span != items[1].span


def test_three_hundred_items_are_three_hundred_tasks() -> None:
    months = "".join(
        f"{month}月份：\n" + "".join(f"{number}、检查第{number}号楼的水电。\n" for number in range(1, 26))
        for month in range(1, 13)
    )
    plan = read_plans(f"某校2024年后勤工作计划\n{months}").plans[0]
    assert sum(len(section.items) for section in plan.sections) == 300
    assert plan.period.months == tuple(range(1, 13))


def test_emphasis_signs_of_chat_programs_are_no_structure() -> None:
    text = "## 2024年后勤工作计划\n\n### 月度安排\n\n**1月**\n- 检查水电\n- 维修门窗\n\n**2月**\n- 开学准备\n"
    plan = read_plans(text).plans[0]
    assert plan.title == "2024年后勤工作计划"
    found = [(s.months, [item.text for item in s.items]) for s in plan.sections]
    assert found == [((1,), ["检查水电", "维修门窗"]), ((2,), ["开学准备"])]


def test_lines_that_only_begin_with_a_month_are_a_schedule_too() -> None:
    text = "某校总务工作安排\n九月做好开学准备。\n十月开展消防演练。\n十一月检查供暖设备\n十二月年终盘点\n"
    plan = read_plans(text).plans[0]
    assert [section.months for section in plan.sections] == [(9,), (10,), (11,), (12,)]


def test_numbered_combined_months_are_told_from_combined_months() -> None:
    text = "某校后勤工作计划\n一、1、2月份：\n1、甲\n二、2、3月份：\n1、乙\n三、3、4月份：\n1、丙\n"
    assert [s.months for s in read_plans(text).plans[0].sections] == [(1, 2), (2, 3), (3, 4)]
    text = "某校后勤工作计划\n一、二月份：\n1、甲\n二、三月份：\n1、乙\n三、四月份：\n1、丙\n"
    assert [s.months for s in read_plans(text).plans[0].sections] == [(2,), (3,), (4,)]


def test_a_page_number_between_months_is_left_out() -> None:
    text = "某校后勤工作计划\n三月\n1、绿化\n第 2 页 共 3 页\n四月\n1、消防演练\n"
    plan = read_plans(text).plans[0]
    assert plan.sections[0].items[0].text == "绿化"
    assert [(left.text, left.why) for left in plan.left_out] == [("第 2 页 共 3 页", "页码")]


def test_a_weak_heading_counts_when_it_follows_december() -> None:
    text = "某校后勤工作计划 一、月安排 十一月： 1、供暖。 十二月： 1、盘点。 元月 寒假值班安排到人。"
    assert [s.months for s in read_plans(text).plans[0].sections] == [(11,), (12,), (1,)]


def test_named_groups_inside_a_month_are_no_tasks() -> None:
    text = "某校后勤工作计划\n九月\n重点工作：\n1、开学检查\n常规工作：\n1、保洁\n2、绿化\n十月\n1、消防\n"
    plan = read_plans(text).plans[0]
    found = [(s.months, [(item.no, item.text) for item in s.items]) for s in plan.sections]
    assert found == [((9,), [(1, "开学检查"), (1, "保洁"), (2, "绿化")]), ((10,), [(1, "消防")])]
    assert [heading.text for heading in plan.headings if heading.role == "分组"] == ["重点工作", "常规工作"]


def test_a_last_task_that_speaks_of_the_new_term_is_no_closing() -> None:
    text = "某校后勤工作计划\n七月\n财产清理\n八月\n维修桌椅\n新的学期开学前检修水电\n"
    plan = read_plans(text).plans[0]
    assert [item.text for item in plan.sections[-1].items] == ["维修桌椅", "新的学期开学前检修水电"]
    assert plan.left_out == ()


def test_a_semicolon_in_brackets_ends_no_heading() -> None:
    text = "某校后勤工作计划\n一、主要措施\n1、抓实三查（查水电；查消防）。逐项登记。\n"
    (measure,) = read_plans(text).plans[0].measures
    assert (measure.heading, measure.text) == ("抓实三查（查水电；查消防）", "逐项登记。")


def test_letters_that_name_buildings_are_no_count() -> None:
    text = "某校工作计划 一、主要措施 1、检查A、B两栋楼。 二、月安排 九月:检查A、B楼;清理C楼。 十月:绿化。"
    plan = read_plans(text).plans[0]
    assert [measure.text for measure in plan.measures] == ["检查A、B两栋楼。"]
    assert [[item.text for item in section.items] for section in plan.sections] == [
        ["检查A、B楼;", "清理C楼。"],
        ["绿化。"],
    ]


def test_days_and_sizes_are_no_numbers_of_a_count() -> None:
    text = "某校工作计划\n四月\n1、4.23读书节保障\n2、雨棚加长\n1.5米\n五月\n1、5.12演练\n"
    sections = read_plans(text).plans[0].sections
    assert [[item.text for item in section.items] for section in sections] == [
        ["4.23读书节保障", "雨棚加长\n1.5米"],
        ["5.12演练"],
    ]


def test_a_line_that_the_page_broke_goes_on_below() -> None:
    text = (
        "某校工作计划\n九月\n开学前对校舍进行全面检查,对存在隐患的门窗、线路、护栏、屋面和围墙\n进行维修。\n"
        "发放教材、作业本、\n登记造册。\n登记校产\n十月\n值班\n"
    )
    items = read_plans(text).plans[0].sections[0].items
    assert [item.text for item in items] == [
        "开学前对校舍进行全面检查,对存在隐患的门窗、线路、护栏、屋面和围墙\n进行维修。",
        "发放教材、作业本、\n登记造册。",
        "登记校产",
    ]


def test_whatever_stands_right_before_the_first_month_names_the_schedule() -> None:
    text = "某校工作计划\n一、主要工作：\n1、保洁\n二、大事安排：\n三月：1、植树\n四月：1、清沟\n"
    plan = read_plans(text).plans[0]
    assert [(heading.text, heading.role) for heading in plan.headings[2:]] == [("大事安排", "月安排")]
    assert [measure.text for measure in plan.measures] == ["保洁"]


def test_lines_that_head_a_count_may_begin_right_below_a_heading() -> None:
    text = "某校工作计划\n一、具体工作\n做实常规,优化管理\n1、校产\n2、水电。\n优化服务,提升质量\n1、上门\n"
    measures = read_plans(text).plans[0].measures
    assert [(m.heading, [child.text for child in m.children]) for m in measures] == [
        ("做实常规,优化管理", ["校产", "水电。"]),
        ("优化服务,提升质量", ["上门"]),
    ]
