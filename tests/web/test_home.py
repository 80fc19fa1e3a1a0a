"""The home page: what is to be done, late first, and four figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from houqin.people.models import User
from houqin.registry import Figure, Listed, Todo, registry
from houqin.web.home import Others, cut, in_order, most_urgent
from tests import factories
from tests.web.pages.reading import text, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def _nothing_plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("todos", "figures", "searches"):
        monkeypatch.setattr(registry, room, [])


def todos(user: User, today: date) -> Iterator[Todo]:
    yield Todo(f"{user.name}的月报", "/plans/", "去填写", due=today)


def figures(user: User, today: date) -> Iterator[Figure]:
    for number in range(6):
        yield Figure(f"f{number}", f"数字{number}", number, "/plans/", is_warning=number == 5)


def test_late_things_come_first_then_by_their_day() -> None:
    late = Todo("迟", "/", "做", due=date(2026, 11, 20), is_late=True)
    soon = Todo("快", "/", "做", due=date(2026, 11, 10))
    later = Todo("慢", "/", "做", due=date(2026, 12, 1))
    whenever = Todo("随", "/", "做")
    assert in_order([whenever, later, late, soon]) == [late, soon, later, whenever]


def test_figures_that_warn_come_first_and_four_are_shown() -> None:
    given = [*figures(User(), date(2026, 11, 22))]
    assert [figure.key for figure in most_urgent(given)] == ["f5", "f0", "f1", "f2"]


@pytest.mark.usefixtures("_nothing_plugged_in")
def test_home_shows_what_this_reader_must_do() -> None:
    registry.todos.append(todos)
    registry.figures.append(figures)
    page = factories.signed_in(factories.person(name="王芳")).get("/")
    assert ["王芳的月报" in words(page), "去填写" in words(page), text(page).count('class="figure')] == [
        True,
        True,
        5,
    ]


def test_of_a_long_list_the_first_five_are_shown_and_the_others_counted() -> None:
    mine, papers = Listed("我的工作", "/plans/mine/"), Listed("资质到期", "/partners/ending/")
    todos = [Todo(f"第 {number} 件", "/", "做", listed=mine) for number in range(7)]
    alone, paper = Todo("独", "/", "做"), Todo("证", "/", "换", listed=papers)
    assert cut([*todos, alone, paper]) == ([*todos[:5], alone, paper], [Others(mine, 2)])


@pytest.mark.usefixtures("_nothing_plugged_in")
def test_the_others_are_led_to() -> None:
    mine = Listed("我的工作", "/plans/mine/")
    registry.todos.append(lambda _user, _on: [Todo(f"第 {n} 件", "/", "做", listed=mine) for n in range(17)])
    page = factories.signed_in(factories.person()).get("/")
    assert "还有 12 件 看全部：我的工作" in words(page)


@pytest.mark.usefixtures("_nothing_plugged_in")
def test_a_day_that_is_no_time_limit_is_said_in_its_own_words() -> None:
    on = date(2026, 11, 27)
    registry.todos.append(lambda _user, _on: [Todo("值班", "/", "看", due=on, when="11月27日（周五）")])
    page = factories.signed_in(factories.person()).get("/")
    assert ("11月27日（周五）" in words(page), "11月27日（周五）前" in words(page)) == (True, False)


@pytest.mark.usefixtures("_nothing_plugged_in")
def test_an_empty_home_says_so() -> None:
    assert "今天没有要做的事" in words(factories.signed_in(factories.person()).get("/"))
