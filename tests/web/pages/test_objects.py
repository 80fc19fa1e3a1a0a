"""Every record's page: its facts, its one next step, its history, and its 404."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from houqin.people.models import Department, User
from houqin.rules import Decision
from houqin.web.pages.objects import Step, arranged
from houqin.writing import write
from tests import factories
from tests.web.pages.reading import text, words
from tests.web.sample_pages import change_department, open_department

pytestmark = pytest.mark.django_db


def test_a_record_shows_its_facts_its_step_and_who_made_it(desk: Client, director: User) -> None:
    department = factories.department("教务处", head=director)
    page = words(desk.get(f"/departments/{department.public_id}/"))
    assert [part in page for part in ("教务处", "负责人 周主任", "停用", "打印", "还没有成员。")] == [
        True
    ] * 5


def test_the_primary_step_is_the_first_that_is_possible() -> None:
    no = Step("甲", "/a", Decision.no("不行"), is_primary=True)
    yes, later, other = Step("乙", "/b", is_primary=True), Step("丙", "/c", is_primary=True), Step("丁", "/d")
    assert arranged([no, other, yes, later]) == (yes, [no, other, later])


def test_an_impossible_step_stands_in_the_menu_with_its_reason(desk: Client, staff_desk: Client) -> None:
    office = factories.department("办公室", order=0)
    page = desk.get(f"/departments/{office.public_id}/")
    assert {entry["label"]: entry["reason"] for entry in page.context["menu"]} == {
        "停用": "办公室不能停用。",
        "修改": "",
    }


def test_a_menu_in_which_the_reader_may_do_nothing_is_not_drawn(staff_desk: Client) -> None:
    page = staff_desk.get(f"/departments/{factories.department().public_id}/")
    assert (page.context["primary"], page.context["menu"], "更多" in words(page)) == (None, [], False)


def test_one_tap_on_the_primary_button_acts(desk: Client) -> None:
    department = factories.department()
    page = desk.get(f"/departments/{department.public_id}/")
    key = text(page).split('name="_key" value="')[1].split('"')[0]
    done = desk.post(f"/departments/{department.public_id}/close/", {"_key": key})
    department.refresh_from_db()
    assert (done.status_code, done["Location"], department.order) == (
        303,
        f"/departments/{department.public_id}/",
        99,
    )


def test_not_yours_and_not_there_are_the_same_answer(db: None, staff_desk: Client) -> None:
    other = factories.person(name="外人")
    answers = [
        staff_desk.get(f"/people-page/{public_id}/")
        for public_id in (other.public_id, "ABSENT2345", "%00", "x" * 300, "a'b")
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert {answer.content for answer in answers} == {answers[0].content}


@pytest.mark.parametrize(("changes", "queries"), [(1, 8), (40, 8), (60, 9)])
def test_a_record_asks_eight_queries_and_a_ninth_when_its_history_is_cut_off(
    desk: Client,
    director: User,
    changes: int,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    heads = [factories.person(name=f"组长{number}") for number in range(3)]
    by = factories.acting(director)
    department = open_department(name="教务处", head=None, by=by)
    for number in range(changes):
        department = change_department(
            department=department, version=None, name=f"教务{number}", order=5, head=heads[number % 3], by=by
        )
    factories.person(department=department)
    with django_assert_num_queries(queries):
        page = desk.get(f"/departments/{department.public_id}/")
    assert page.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_history_names_who_did_what(director: User) -> None:
    desk = factories.signed_in(director)
    by = factories.acting(director)
    department: Department = write(open_department, by=by, name="教务处", head=None)
    write(change_department, by=by, department=department, version=1, name="教导处", order=5, head=director)
    Department.objects.filter(pk=department.pk).update(name="教研处")
    page = words(desk.get(f"/departments/{department.public_id}/"))
    happened = ["周主任 建立", "周主任 修改", "部门名称 教务处 → 教导处", "部门负责人 （空） → 周主任"]
    assert [part in page for part in [*happened, "数据库直接改动 修改"]] == [True] * 5
