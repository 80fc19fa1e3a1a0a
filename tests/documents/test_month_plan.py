"""月工作计划表 as the office uses it: one sheet that serves before and after the month."""

from __future__ import annotations

from dataclasses import replace

from tests.documents.sheets import month, page_texts, printed


def test_done_stays_empty_until_the_month_is_over() -> None:
    before = page_texts(printed(month(3)))[0]
    after = page_texts(printed(month(3, is_month_over=True)))[0]
    assert (before.count("已完成"), after.count("已完成")) == (0, 3)


def test_the_columns_stand_in_the_order_of_the_form() -> None:
    text = page_texts(printed(month(1)))[0]
    assert "序号类别工作内容措施要求责任人配合部门完成时限完成情况备注" in text


def test_those_who_sign_stand_in_the_order_of_the_form() -> None:
    text = page_texts(printed(month(1)))[0]
    places = [text.index(label) for label in ("填表人：", "总务主任：", "分管副校长：", "校长：")]
    assert text.count("校长：") == 2
    assert places[:3] == sorted(places[:3])
    assert text.rindex("校长：") > text.index("分管副校长：") + 2


def test_the_month_s_three_points_are_numbered() -> None:
    text = page_texts(printed(month(1)))[0]
    assert "本月重点1.消防安全大检查2.冬季取暖准备3.食堂量化分级迎检" in text


def test_a_short_month_leaves_lines_to_write_on_and_fits_one_page() -> None:
    assert [printed(month(items)).pages for items in (0, 1, 5, 8)] == [1, 1, 1, 1]


def test_an_empty_month_without_points_is_still_a_whole_sheet() -> None:
    text = page_texts(printed(replace(month(0), focus=[])))[0]
    assert "本月重点序号" in text
