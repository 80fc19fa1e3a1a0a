"""Search: by kind, as far as the reader sees, and straight to an exact number."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_plans.selectors import search_for
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import Hit, registry
from tests import factories
from tests.calendar_plans.factories import item, running_plan
from tests.web.pages.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_two_sources")]

HITS = [
    Hit("计划", "秋季工作计划", "/plans/1/", number="JH-2026-0001"),
    Hit("计划", "春季工作计划", "/plans/2/", number="JH-2026-0002"),
    Hit("人员", "王芳", "/people/3/", "教务处"),
]


def plans(user: User, asked: str, limit: int) -> Iterator[Hit]:
    yield from (hit for hit in HITS[:2] if asked.upper() in hit.number)


def people(user: User, asked: str, limit: int) -> Iterator[Hit]:
    yield from (hit for hit in HITS[2:] if asked in hit.title)


@pytest.fixture
def _two_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "searches", [plans, people])


def test_an_exact_number_leads_straight_to_its_page() -> None:
    desk = factories.signed_in(factories.person())
    answers = [desk.get("/search/", {"q": asked}) for asked in ("JH-2026-0002", " jh-2026-0002 ")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/plans/2/")] * 2


def test_the_number_of_a_plan_leads_straight_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "searches", [search_for])
    made = running_plan(number="JH-2026-0815")
    desk = factories.signed_in(factories.person(Role.DIRECTOR))
    answer = desk.get("/search/", {"q": "jh-2026-0815"})
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())


def test_part_of_a_number_and_a_name_show_the_hits_by_kind() -> None:
    desk = factories.signed_in(factories.person())
    part, name = (words(desk.get("/search/", {"q": asked})) for asked in ("JH-2026", "王芳"))
    assert ["找到 2 条" in part, "秋季工作计划" in part, "人员" in part] == [True, True, False]
    assert ["找到 1 条" in name, "教务处" in name] == [True, True]


def test_a_hit_shows_where_the_words_stand_and_shows_it_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "searches", [search_for])
    rule = "请各班自查，再由总务处逐间核对<b>账</b>册，缺损的当天报修，月底前把结果报校长办公会，并存入档案"
    item(running_plan(), content="清点校产", requirement=rule)
    item(running_plan(), content="核对<b>账</b>目")
    page = factories.signed_in(factories.person(Role.DIRECTOR)).get("/search/", {"q": "核对 帐"})
    lines = re.findall(r"<li>.*?</li>", page.content.decode(), re.S)
    marked = "<mark>核对</mark>&lt;b&gt;<mark>账</mark>&lt;/b&gt;"
    assert [f"{marked}目" in line for line in lines].count(True) == 1
    (in_the_measures,) = [line for line in lines if "清点校产" in line]
    piece = f"…各班自查，再由总务处逐间{marked}册，缺损的当天报修，月底前把结果报校长办公会，并存入…</p>"
    assert f"措施要求：{piece}" in in_the_measures


def test_no_hit_and_no_words_say_what_to_do() -> None:
    desk = factories.signed_in(factories.person())
    none, empty = (words(desk.get("/search/", {"q": asked})) for asked in ("没有这个", "  "))
    assert ["请换一个词" in none, "只会找到您能看到的内容" in empty] == [True, True]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_words_get_an_answer(asked: str) -> None:
    desk = factories.signed_in(factories.person())
    assert desk.get("/search/", {"q": asked}).status_code == 200
