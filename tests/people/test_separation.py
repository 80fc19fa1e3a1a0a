"""Duties are kept apart as the law wants it at least; a school may be stricter; the sheet tells the truth."""

from __future__ import annotations

from datetime import date

import pytest

from houqin.actors import Person
from houqin.errors import RuleBroken
from houqin.people.documents import separation_sheet
from houqin.people.roles import Role
from houqin.people.selectors import SeparationLine, separation_table
from houqin.people.separation import PAIRS, Demand
from houqin.registry import registry
from houqin.school_settings.services import change_setting
from houqin.writing import write
from tests.documents.sheets import page_texts
from tests.factories import person, signed_in

pytestmark = pytest.mark.django_db

TODAY, NEXT_YEAR = date(2026, 9, 1), date(2027, 1, 1)
KEEPER_AND_WORKER = "separation.keeper_worker"


def line(code: str, on: date = TODAY) -> SeparationLine:
    return next(each for each in separation_table(on) if each.pair.setting == code)


def demand(value: str) -> None:
    """The director decides how strict the school is from the first day of next year."""
    write(
        change_setting, code=KEEPER_AND_WORKER, value=value, valid_from=NEXT_YEAR, reason="校长办公会决定",
        on=TODAY, by=Person(person(Role.DIRECTOR)),
    )  # fmt: skip


def test_what_the_law_forbids_is_forbidden_and_what_it_lets_pass_is_countersigned() -> None:
    assert {each.label: each.floor for each in PAIRS} == {
        "申请与审批": Demand.FORBIDDEN,
        "审批与付款": Demand.FORBIDDEN,
        "采购与验收": Demand.FORBIDDEN,
        "盘点负责与被盘保管": Demand.FORBIDDEN,
        "整改与复查": Demand.FORBIDDEN,
        "维修与评价": Demand.FORBIDDEN,
        "记账与出纳": Demand.FORBIDDEN,
        "保管与领用维修材料": Demand.COUNTERSIGN,
        "采购与保管": Demand.COUNTERSIGN,
        "总务主任申请与总务主任审批": Demand.COUNTERSIGN,
        "食品安全员与总务主任": Demand.COUNTERSIGN,
    }


def test_every_pair_is_a_setting_with_its_floor_and_source() -> None:
    declared = [registry.setting(each.setting) for each in PAIRS]
    assert [(each.default, each.floor, each.source) for each in declared] == [
        (each.floor, each.floor, each.source) for each in PAIRS
    ]


def test_a_school_may_be_stricter_from_a_day_on_and_never_laxer() -> None:
    demand("forbidden")
    with pytest.raises(RuleBroken, match="不能低于 须加签"):
        demand("hint")
    found = [line(KEEPER_AND_WORKER, on=day).demand for day in (TODAY, NEXT_YEAR)]
    assert found == [Demand.COUNTERSIGN, Demand.FORBIDDEN]


def test_who_holds_both_posts_is_named_and_nobody_else() -> None:
    both = person(Role.STOREKEEPER, Role.REPAIR_WORKER)
    person(Role.STOREKEEPER)
    person(Role.STOREKEEPER, Role.REPAIR_WORKER, is_active=False)
    assert line(KEEPER_AND_WORKER).people == (both,)


def test_only_what_is_forbidden_is_marked_when_somebody_holds_both() -> None:
    person(Role.STOREKEEPER, Role.REPAIR_WORKER)
    countersigned = line(KEEPER_AND_WORKER).is_broken
    demand("forbidden")
    assert (countersigned, line(KEEPER_AND_WORKER, on=NEXT_YEAR).is_broken) == (False, True)


def test_the_page_and_the_sheet_name_the_pairs_and_the_people() -> None:
    both = person(Role.STOREKEEPER, Role.REPAIR_WORKER, name="钱两岗")
    director = signed_in(person(Role.DIRECTOR))
    page = director.get("/separation/").content.decode()
    printed = separation_sheet(printed_by="李主任", back_url="https://s.cn/separation/", on=TODAY)
    sheet = "".join(page_texts(printed)).replace(" ", "")
    told = ("不相容岗位分离及兼任情况表", both.name, "凭工单领料", "截至2026年9月1日")
    assert ["保管 ≠ 领用维修材料" in page, both.name in page] == [True, True]
    assert [each for each in told if each not in sheet] == []
