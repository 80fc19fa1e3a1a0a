"""The spans tile the source, whatever the source: no gap, no overlap, no exception."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendar_plans.reading import Measure, Reading, Span, leaves, read_plans

from .expected import TEXTS

CORPUS = [path.read_text(encoding="utf-8") for path in TEXTS]
SHARDS = [
    "一、", "二、", "（一）", "(2)", "1、", "2.", "3．", "①", "A、", "●", "五、六月份：", "十二月", "元月份:",
    "第一周", "3月1日", "一月一查", "八月份完成", "。", "；", "：", " ", "\n", "\t", "学校后勤工作计划篇二 ",
    "后勤工作计划\n", "指导思想：", "工作目标", "具体工作安排 ", "总之，", "相关文章：", "总务处\n2024年9月",
    "20XX年", "12", "检查水电", "**", "### ", "1.1 ", "1.2 ", "★ ", "一是", "二是",
    "第一周：9月1日-9月7日", "9月10日 教师节\n",
    "准备阶段（2月）", "第二学期\n", "下学期：", "常规工作：", "【1】", "附件：", "3 ", "Ⅱ、",
    "\x00", "\ufeff", "\u3000", "\r\n", "第 2 页",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(SHARDS), max_size=60).map("".join),
    st.lists(st.sampled_from(CORPUS), min_size=1, max_size=3).map("".join),
)


@st.composite
def mutated_plans(draw: st.DrawFn) -> str:
    """A real plan with pieces cut out, doubled, moved and glued."""
    text = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 400)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, text[start:end].replace(" ", ""), *SHARDS]))
        text = text[:start] + piece + text[end:]
    return text


def tiles(spans: list[Span], start: int, end: int) -> bool:
    """Say whether the spans cover ``[start, end)`` one after the other."""
    if not spans:
        return start == end
    joined = all(before.end == after.start for before, after in pairwise(spans))
    filled = all(span.start < span.end for span in spans)
    return joined and filled and spans[0].start == start and spans[-1].end == end


def holds_its_children(measure: Measure) -> bool:
    inside = all(
        measure.span.start <= child.span.start and child.span.end <= measure.span.end
        for child in measure.children
    )
    return inside and all(holds_its_children(child) for child in measure.children)


def assert_tiled(reading: Reading) -> None:
    text = reading.text
    assert tiles(leaves(reading), 0, len(text))
    assert tiles([plan.span for plan in reading.plans], 0, len(text))
    for plan in reading.plans:
        assert all(holds_its_children(measure) for measure in plan.measures)
        for section in plan.sections:
            assert all(
                section.span.start <= item.span.start and item.span.end <= section.span.end
                for item in section.items
            )
            assert [item.text for item in section.items if item.text not in text[slice(*item.span)]] == []


@given(texts)
@settings(max_examples=100, deadline=None)
@example("")
@example(" \n\t")
@example("1、")
@example("一、二月份：")
@example("学校后勤工作计划篇一 学校后勤工作计划篇二")
@example("某校后勤工作计划\n二月：\n1、甲\n三月：")
def test_any_text_is_tiled(text: str) -> None:
    assert_tiled(read_plans(text))


@given(mutated_plans())
@settings(max_examples=100, deadline=None)
def test_any_mutated_plan_is_tiled(text: str) -> None:
    assert_tiled(read_plans(text))


@pytest.mark.long
@given(st.one_of(texts, mutated_plans()))
@settings(max_examples=5000, deadline=None)
def test_thousands_of_texts_are_tiled(text: str) -> None:
    assert_tiled(read_plans(text))


@pytest.mark.parametrize(
    "piece",
    [
        "1、", "1、\n", "一、二月 ", "二月份：", "第一周：", "(九月 ", "九月：十月：", "工作计划 一、",
        "篇一 ", "一、(一)1、(1)①A、", "总之。", "相关文章", "5.1-", "2024年 ", "**a", "\n● a：\n- b", "月",
        "、", " ", "\n", "1.1 检查", "★ a", "1、甲\n常规工作：保洁\n", "重点工作：\n1、甲\n",
        "(一)准备阶段(2月)\n",
        "9月1日 开学\n", "九月 1 发放 2 检查 ", "第一学期：", "第二学期\n九月：\n1、甲\n", "校产清点 ",
        "；(", "计划【1】 ",
        "学校后勤工作计划相关文章", "财务1、2、", "一是甲，二是乙，",
    ],
)  # fmt: skip
def test_the_worst_repetitions_are_tiled_too(piece: str) -> None:
    assert_tiled(read_plans(piece * (20_000 // len(piece))))
