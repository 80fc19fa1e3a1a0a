"""The numbers that the room generator gives, and what may lie in what."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from houqin.errors import RuleBroken
from houqin.places.kinds import PlaceLevel
from houqin.places.rules import MOST_PER_FLOOR, Numbering, can_lie_in, proposed_rooms


@pytest.mark.parametrize(
    ("given_", "rooms"),
    [
        ({"numbering": "hundreds"}, [("1层", "101 102 103"), ("2层", "201 202 203")]),
        ({"numbering": "dashed"}, [("1层", "1-1 1-2 1-3"), ("2层", "2-1 2-2 2-3")]),
        ({"numbering": "lettered", "letter": "A"}, [("1层", "A101 A102 A103"), ("2层", "A201 A202 A203")]),
        ({"numbering": "running"}, [("1层", "1 2 3"), ("2层", "4 5 6")]),
        ({"numbering": "hundreds", "skipped": "102，202"}, [("1层", "101 103 104"), ("2层", "201 203 204")]),
        ({"numbering": "hundreds", "skipped": "2"}, [("1层", "101 103 104"), ("2层", "201 203 204")]),
        ({"numbering": "dashed", "skipped": "1-3 、2-1"}, [("1层", "1-1 1-2 1-4"), ("2层", "2-2 2-3 2-4")]),
    ],
)
def test_rooms_are_numbered_as_schools_do(given_: dict[str, str], rooms: list[tuple[str, str]]) -> None:
    drafts = proposed_rooms(first=1, last=2, per_floor=3, **given_)
    assert [(each.name, " ".join(each.rooms)) for each in drafts] == rooms


def test_there_is_no_floor_nought() -> None:
    drafts = proposed_rooms(first=-1, last=1, per_floor=1, numbering="hundreds")
    assert [(each.floor_no, each.name, each.rooms) for each in drafts] == [
        (-1, "负1层", ("B101",)),
        (1, "1层", ("101",)),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first": 3, "last": 2}, "last"),
        ({"first": -9}, "first"),
        ({"last": 99}, "first"),
        ({"first": 1, "last": 40, "per_floor": 60}, "per_floor"),
        ({"numbering": "lettered"}, "letter"),
    ],
)
def test_an_impossible_building_is_refused_beside_the_field(change: dict[str, object], field: str) -> None:
    asked = {"first": 1, "last": 5, "per_floor": 8, "numbering": "hundreds"} | change
    with pytest.raises(RuleBroken) as refusal:
        proposed_rooms(**asked)  # type: ignore[arg-type]
    assert refusal.value.field == field


# As a school writes what its building does not have: whole numbers, the fourth door of every floor, anything.
SKIPPED = st.lists(st.sampled_from(["4", "13", "104", "1-4", "A104", "2-13"]), max_size=4).map("，".join)


@given(
    first=st.integers(-3, 10), floors=st.integers(0, 8), per_floor=st.integers(1, MOST_PER_FLOOR),
    numbering=st.sampled_from(Numbering.values), skipped=SKIPPED | st.text(max_size=40),
)  # fmt: skip
@example(first=1, floors=1, per_floor=8, numbering="hundreds", skipped="4，106")
@example(first=-1, floors=2, per_floor=8, numbering="dashed", skipped="4，1-6")
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_no_number_is_given_twice_and_none_that_was_skipped(
    first: int, floors: int, per_floor: int, numbering: str, skipped: str
) -> None:
    last = min(first + floors, 40)
    if (last - first + 1) * per_floor > 1_000 or (first, last) == (0, 0):
        return
    drafts = proposed_rooms(
        first=first, last=last, per_floor=per_floor, numbering=numbering, letter="A", skipped=skipped
    )
    numbers = [number for each in drafts for number in each.rooms]
    assert len(numbers) == len(set(numbers))
    left_out = set(skipped.split("，"))
    assert left_out.isdisjoint(numbers)
    if "4" in left_out and numbering != Numbering.RUNNING:
        assert [number for number in numbers if number.endswith(("04", "-4"))] == []
    assert {each.floor_no for each in drafts} == set(range(first, last + 1)) - {0}


@pytest.mark.parametrize("level", [level for level in PlaceLevel if level != PlaceLevel.CAMPUS])
def test_only_a_campus_lies_in_nothing(level: str) -> None:
    assert (bool(can_lie_in(level, None)), bool(can_lie_in(PlaceLevel.CAMPUS, None))) == (False, True)
