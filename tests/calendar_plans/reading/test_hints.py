"""What the page says about a reading that is not whole."""

from __future__ import annotations

from calendar_plans.reading import problems, read_plans

from .expected import PLANS


def test_a_plan_without_months_says_so_plainly() -> None:
    text = (PLANS / "given" / "plan-3-without-months.txt").read_text(encoding="utf-8")
    assert problems(read_plans(text)) == [
        "这份计划没有按月安排。可以在“主要工作及措施”里把要做的事另列到某个月，也可以保存后再添加事项。"
    ]


def test_a_plan_read_whole_has_no_hints() -> None:
    text = (PLANS / "given" / "web-page-with-plan-1.txt").read_text(encoding="utf-8")
    assert problems(read_plans(text)) == []


def test_gaps_in_the_numbers_are_named() -> None:
    text = "某校2024年后勤工作计划\n二月：\n1、甲\n2、乙\n4、丙\n三月：\n1、丁\n"
    assert problems(read_plans(text)) == ["“二月”的编号不连续，缺第 3 项；原文如此还是漏读，请核对。"]


def test_each_group_of_a_month_counts_from_one() -> None:
    text = "某校第一学期后勤工作计划\n九月\n重点工作：\n1、甲\n2、乙\n常规工作：\n1、丙\n3、丁\n十月\n1、戊\n"
    assert problems(read_plans(text)) == ["“九月”的编号不连续，缺第 2 项；原文如此还是漏读，请核对。"]


def test_numbers_that_run_on_through_the_months_have_no_gap() -> None:
    text = "某校2024年后勤工作计划\n二月：\n1、甲\n2、乙\n三月：\n3、丁\n五月：\n5、戊\n"
    assert problems(read_plans(text)) == [
        "“五月”的编号不连续，缺第 1、2、3、4 项；原文如此还是漏读，请核对。"
    ]


def test_weeks_without_a_month_are_named() -> None:
    text = "某校第一学期后勤工作计划\n第一周：\n1、甲\n第二周：\n1、乙\n"
    assert problems(read_plans(text)) == ["“第一周”“第二周”没有写明月份，请指定月份。"]


def test_text_without_any_structure_says_so() -> None:
    assert problems(read_plans("今天天气很好。")) == [
        "没有看出计划的结构（标题、编号、月份都没有找到）。请检查粘贴是否完整，或直接手工添加。"
    ]


def test_no_text_at_all_says_so() -> None:
    assert problems(read_plans("")) == ["没有读到文字。请粘贴计划全文，或换一个文件。"]
