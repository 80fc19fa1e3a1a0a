"""Whose turn it is: fair, never in two places, and always the same for the same people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from houqin.rosters.rotation import Place, Span, rotated
from houqin.rosters.rules import times_of
from tests.rosters.laid import moment

FIRST = date(2026, 9, 14)
NAMES = ("甲", "乙", "丙", "丁", "戊", "己", "庚")


def place(day: int, *, begins: int = 8, ends: int = 17, shift: int = 1, school: bool = True) -> Place:
    on = FIRST + timedelta(days=day)
    return Place(shift, on, *times_of(time(begins), time(ends), on), school)


def names(places: list[Place], people: tuple[str, ...], busy: dict[str, list[Span]] | None = None) -> str:
    turns = rotated(places, people, busy or {})
    return "".join(person or "缺" for _, person in turns.filled)


def test_people_take_turns_in_their_order() -> None:
    assert names([place(day) for day in range(7)], NAMES[:3]) == "甲乙丙甲乙丙甲"


def test_free_days_are_a_rotation_of_their_own() -> None:
    week = [place(day, school=day % 7 < 5) for day in range(14)]
    assert names(week, NAMES[:3]) == "甲乙丙甲乙丙甲丙乙甲丙乙乙甲"


def test_nights_go_round_too() -> None:
    watches = [
        place(day, begins=begins, ends=ends, shift=shift)
        for day in range(4)
        for shift, begins, ends in ((1, 6, 18), (2, 18, 6))
    ]
    assert names(watches, NAMES[:4]) == "甲乙丙丁乙甲丁丙"


def test_whoever_is_on_duty_elsewhere_is_passed_over_and_comes_next() -> None:
    elsewhere = {
        "乙": [Span(moment(FIRST + timedelta(days=1), time(12)), moment(FIRST + timedelta(days=2), time(0)))]
    }
    assert names([place(day) for day in range(4)], NAMES[:3], elsewhere) == "甲丙乙甲"


def test_a_place_stays_empty_when_nobody_is_free() -> None:
    both = [place(0, shift=1), place(0, shift=2)]
    assert names(both, ("甲",)) == "甲缺"


def test_nobody_goes_from_the_night_into_the_day_while_somebody_has_rested() -> None:
    day_and_night = [place(0, begins=18, ends=6), place(1, begins=6, ends=18), place(1, begins=18, ends=6)]
    assert names(day_and_night, ("甲", "乙")) == "甲乙甲"
    # Whose turn the last one is by the count of school days has just come off his night.
    his_turn = [place(0), place(1, begins=18, ends=6, school=False), place(2, begins=6, ends=18)]
    assert names(his_turn, ("甲", "乙")) == "甲乙甲"


def test_where_there_are_too_few_rest_gives_way_to_being_there() -> None:
    assert names([place(0, begins=18, ends=6), place(1, begins=6, ends=18)], ("甲",)) == "甲甲"


@given(st.integers(1, 7), st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 3))
def test_turns_differ_by_one_at_most_in_each_rotation(people: int, days: list[bool], seats: int) -> None:
    seats = min(seats, people)
    places = [place(number, school=school) for number, school in enumerate(days) for _ in range(seats)]
    turns = rotated(places, NAMES[:people], {})
    for counts in (turns.on_school_days, turns.on_free_days):
        assert max(counts.values()) - min(counts.values()) in {0, 1}
    assert [person for _, person in turns.filled if person is None] == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 23), st.integers(0, 23)), max_size=30))
def test_nobody_is_in_two_places(drawn: list[tuple[int, int, int]]) -> None:
    places = [place(day, begins=begins, ends=ends) for day, begins, ends in drawn]
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for filled, person in rotated(places, NAMES[:3], {}).filled:
        if person is not None:
            spans.setdefault(person, []).append((filled.begins_at, filled.ends_at))
    meets = [one for each in spans.values() for one, other in pairwise(sorted(each)) if other[0] < one[1]]
    assert meets == []
