"""Goals and measures as lines of a text box: what is typed is read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calendar_plans.lines import goals_from, goals_to_text, measures_from, measures_to_text, unwrapped
from calendar_plans.proposals import ProposedGoal, ProposedMeasure

WORDS = st.text("校产管理水电维修安全", min_size=1, max_size=20)


def test_a_goal_has_its_target_behind_the_bar() -> None:
    assert goals_from("满意率｜95%\n\n账实相符") == (ProposedGoal("满意率", "95%"), ProposedGoal("账实相符"))


def test_a_figure_in_brackets_at_the_end_is_the_target() -> None:
    assert goals_from("报修满意率（95%）\n账实相符（年末）") == (
        ProposedGoal("报修满意率", "95%"),
        ProposedGoal("账实相符（年末）"),
    )


def test_a_figure_in_brackets_that_was_no_target_stays_none() -> None:
    assert goals_from(goals_to_text([("报修满意率（95%）", "")])) == (ProposedGoal("报修满意率（95%）"),)


def test_measures_have_depth_number_heading_and_content() -> None:
    text = "1、加强校产管理 | 落实到人\n  (1)、领新收旧\n      节水节电\n二、食堂"
    assert measures_from(text) == (
        ProposedMeasure(0, "1", "加强校产管理", "落实到人"),
        ProposedMeasure(1, "(1)", "", "领新收旧"),
        ProposedMeasure(3, "", "", "节水节电"),
        ProposedMeasure(0, "二", "食堂", ""),
    )


def test_a_full_width_blank_counts_as_one_level() -> None:
    assert [line.depth for line in measures_from("甲\n　乙\n　　丙")] == [0, 1, 2]


def test_a_wrapped_line_is_joined_as_chinese_is_and_words_keep_a_blank_between_them() -> None:
    assert unwrapped("检修灯具、\n   保证开学使用。") == "检修灯具、保证开学使用。"
    assert unwrapped("更换 LED\nT8 灯管 30\n支") == "更换 LED T8 灯管 30支"
    assert unwrapped(" \n") == ""


@given(st.lists(st.builds(ProposedGoal, WORDS, st.one_of(st.just(""), WORDS)), max_size=5))
def test_goals_survive_the_text_box(goals: list[ProposedGoal]) -> None:
    text = goals_to_text((goal.text, goal.target) for goal in goals)
    assert list(goals_from(text)) == goals


@given(
    st.lists(
        st.builds(
            ProposedMeasure,
            st.integers(0, 6),
            st.sampled_from(["", "1", "12", "(3)", "（三）", "十二"]),
            st.one_of(st.just(""), WORDS),
            WORDS,
        ),
        max_size=6,
    )
)
def test_measures_survive_the_text_box(measures: list[ProposedMeasure]) -> None:
    text = measures_to_text((line.depth, line.number, line.heading, line.text) for line in measures)
    assert list(measures_from(text)) == measures
