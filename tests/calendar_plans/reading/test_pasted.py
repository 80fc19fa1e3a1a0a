"""Tables pasted from Word and Excel become the lines that the uploaded file would give."""

from __future__ import annotations

from calendar_plans.reading import Reading, read_paste, read_plans
from calendar_plans.reading.pasted import tables_as_lines, without_markup


def tasks(reading: Reading) -> list[tuple[tuple[int, ...], list[str]]]:
    return [
        (section.months, [item.text for item in section.items])
        for plan in reading.plans
        for section in plan.sections
    ]


def test_the_person_in_a_pasted_month_table_is_not_part_of_the_task() -> None:
    text = (
        "青山小学总务处行事历\n月份\t工作内容\t责任人\n二月\t1、发放教材；2、检修水泵\t周平\n"
        "三月\t补种绿篱\t\n四、五月\t五一长假值班\t吴敏\n青山小学总务处\n"
    )
    assert tasks(read_plans(read_paste(text))) == [
        ((2,), ["发放教材；", "检修水泵（责任人：周平）"]),
        ((3,), ["补种绿篱"]),
        ((4, 5), ["五一长假值班（责任人：吴敏）"]),
    ]


def test_a_pasted_week_table_with_bare_numbers_is_a_schedule() -> None:
    text = "青山小学后勤工作计划\n周次\t日期\t工作内容\n1\t2.22-2.28\t发放教材\n2\t3.1-3.7\t检查校舍\n"
    assert tasks(read_plans(read_paste(text))) == [((2,), ["发放教材"]), ((3,), ["检查校舍"])]


def test_a_quoted_cell_holds_several_lines() -> None:
    text = '月份\t工作内容\n九月\t"1、登记""红本""台账\n2、整理仓库"\n十月\t运动会器材\n'
    assert tables_as_lines(text) == '九月：\n1、登记"红本"台账\n2、整理仓库\n十月：\n运动会器材\n'


def test_a_table_whose_first_column_is_not_only_time_stays_as_it_is() -> None:
    text = "月份\t工作内容\t责任人\n九月\t1、登记\n2、整理仓库\t周平\n十月\t运动会器材\t吴敏\n"
    assert tables_as_lines(text) == text


def test_text_without_a_table_head_stays_as_it_is() -> None:
    text = "某校后勤工作计划\n九月\t检查水电\n十月\t检查门窗\n"
    assert tables_as_lines(text) == text


def test_a_paste_of_nothing_but_tabs_and_quotes_is_given_back() -> None:
    text = "月份\t工作内容\n" + '"\t' * 50_000
    assert tables_as_lines(text) == text


def test_the_markup_of_chat_programs_is_no_part_of_the_words() -> None:
    text = (
        "# 2026年度总务处工作计划\n\n## 月度安排\n\n### 1月\n1. **值班**：排班表上墙\n\n### 2月\n"
        "- [ ] 植树\n- [x] 校车检查\n\n---\n*总务处 2025年12月*\n"
    )
    plan = read_plans(read_paste(text)).plans[0]
    assert [[item.text for item in section.items] for section in plan.sections] == [
        ["值班：排班表上墙"],
        ["植树", "校车检查"],
    ]
    assert [(left.text, left.why) for left in plan.left_out] == [("总务处 2025年12月", "落款")]


def test_a_table_with_bars_is_a_table() -> None:
    text = (
        "青山小学后勤工作计划\n\n| 月份 | 工作内容 | 责任人 |\n|------|:----:|---|\n"
        "| 9月 | 开学保障 | 周平 |\n| 10月 | **消防**演练 | |\n"
    )
    assert tasks(read_plans(read_paste(text))) == [
        ((9,), ["开学保障（责任人：周平）"]),
        ((10,), ["消防演练"]),
    ]


def test_stars_that_stand_alone_stay() -> None:
    text = "5*3米的雨棚\n****\n2 ** 3\n"
    assert without_markup(text) == "5*3米的雨棚\n2 ** 3\n"
