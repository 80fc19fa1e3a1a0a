"""Tables pasted from Word and Excel become the lines that the uploaded file would give."""

from __future__ import annotations

import pytest

from calendar_plans.reading import Reading, read_paste, read_plans
from calendar_plans.reading.markup import without_markup
from calendar_plans.reading.pasted import tables_as_lines


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


def test_lines_without_quotes_belong_to_the_month_above() -> None:
    text = (
        "月份\t工作内容\t责任人\t完成时间\n九月\t1、登记台账\n2、整理仓库\t周平\t9月20日\n"
        "十月\t运动会器材\t吴敏\t\n"
    )
    assert tasks(read_plans(read_paste(text))) == [
        ((9,), ["登记台账", "整理仓库（责任人：周平；完成时间：9月20日）"]),
        ((10,), ["运动会器材（责任人：吴敏）"]),
    ]


def test_a_table_whose_first_column_is_not_time_stays_as_it_is() -> None:
    text = "月份\t工作内容\t责任人\n仓库\t1、登记\t周平\n食堂\t运动会器材\t吴敏\n"
    assert tables_as_lines(text) == text


def test_a_row_with_more_cells_than_the_head_leaves_the_text_as_it_is() -> None:
    text = "月份\t工作内容\n九月\t登记\t周平\n十月\t器材\t吴敏\n"
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


def test_a_table_without_outer_bars_is_a_table_where_a_rule_shows_it() -> None:
    text = "月份|工作内容|责任人\n---|---|---\n8月|粉刷教室；添置桌椅|周平\n9月|发放教材|\n"
    assert tasks(read_plans(read_paste(text))) == [
        ((8,), ["粉刷教室；", "添置桌椅（责任人：周平）"]),
        ((9,), ["发放教材"]),
    ]
    assert without_markup("南门|北门\n") == "南门|北门\n"


def test_a_cell_of_several_lines_in_a_table_with_bars_holds_several_tasks() -> None:
    text = "| 月份 | 工作内容 |\n|---|---|\n| 3月 | 植树<br>换灯管 |\n| 4月 | 清沟 |\n"
    assert tasks(read_plans(read_paste(text))) == [((3,), ["植树", "换灯管"]), ((4,), ["清沟"])]


def test_a_month_that_each_row_repeats_is_one_section() -> None:
    text = "月份\t工作内容\n3月\t植树\n3月\t换灯管\n4月\t清沟\n"
    assert tasks(read_plans(read_paste(text))) == [((3,), ["植树", "换灯管"]), ((4,), ["清沟"])]


def test_brackets_behind_a_task_are_not_cut_at_their_semicolon() -> None:
    text = "月份\t工作内容\t责任人\t备注\n8月\t粉刷教室；添置桌椅\t周平\t含新生\n9月\t发书\t\t\n"
    assert tasks(read_plans(read_paste(text))) == [
        ((8,), ["粉刷教室；", "添置桌椅（责任人：周平；备注：含新生）"]),
        ((9,), ["发书"]),
    ]


def test_the_tags_of_a_web_page_are_no_part_of_the_words() -> None:
    text = (
        "<style>p{}</style><p>&nbsp;青山小学后勤工作计划</p><p>三月份：</p><p>1、检查&ldquo;三防&rdquo;设施</p>"
        "<p><b>2、</b>植树</p>四月份：<br/>1、清沟<br>"
    )
    plan = read_plans(read_paste(text)).plans[0]
    assert plan.title == "青山小学后勤工作计划"
    assert tasks(read_plans(read_paste(text))) == [((3,), ["检查“三防”设施", "植树"]), ((4,), ["清沟"])]


def test_a_comparison_is_no_tag() -> None:
    assert without_markup("水温<60 且 A&B 号楼>5\n") == "水温<60 且 A&B 号楼>5\n"


def test_a_table_whose_tabs_became_blanks_is_a_table() -> None:
    text = (
        "青山小学行事历\n周次 日期 工作内容 责任人\n1 9.2-9.8 发放教材 登记校产 周平\n"
        "2 9.9-9.15 检查校舍 吴敏\n3-4 9.16-9.29 国庆值班\n总务处\n"
    )
    assert tasks(read_plans(read_paste(text))) == [
        ((9,), ["发放教材 登记校产（责任人：周平）"]),
        ((9,), ["检查校舍（责任人：吴敏）"]),
        ((9,), ["国庆值班"]),
    ]


def test_words_that_only_look_like_the_head_of_a_table_stay() -> None:
    text = "本月 工作 安排\n九月 一切 照旧\n检查 校舍 门窗\n"
    assert read_paste(text) == text


def test_a_table_with_each_cell_on_a_line_of_its_own_is_a_table() -> None:
    cells = [
        "序号",
        "月份",
        "工作内容",
        "负责人",
        "1",
        "9月",
        "开学保障",
        "周平",
        "2",
        "10月",
        "消防演练",
        "吴敏",
    ]
    text = "青山小学后勤工作计划表\n" + "\n".join(cells) + "\n总务处\n"
    assert tasks(read_plans(read_paste(text))) == [
        ((9,), ["开学保障（负责人：周平）"]),
        ((10,), ["消防演练（负责人：吴敏）"]),
    ]


def test_a_table_of_lines_loses_no_line_however_long_it_is() -> None:
    rows = [line for number in range(1, 701) for line in (f"{number % 12 + 1}月", f"事项{number}")]
    text = "月份\n工作内容\n" + "\n".join(rows) + "\n完"
    read = read_paste(text)
    assert [f"事项{number}" for number in range(1, 701) if f"事项{number}" not in read] == []


def test_words_that_only_look_like_heads_in_lines_stay() -> None:
    text = "月份\n工作内容\n检查校舍\n检查门窗\n"
    assert read_paste(text) == text


@pytest.mark.parametrize(("right", "wrong"), [("gbk", "latin-1"), ("utf-8", "latin-1")])
def test_text_that_passed_through_a_western_code_page_is_put_right(right: str, wrong: str) -> None:
    text = "青山小学后勤工作计划\n三月份：\n1、植树。\n"
    assert read_paste(text.encode(right).decode(wrong)) == text


def test_western_text_stays() -> None:
    assert read_paste("Café à la carte, öäü ßéè") == "Café à la carte, öäü ßéè"
