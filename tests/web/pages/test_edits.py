"""Two people edit one record: nothing is lost, nobody is overwritten unseen."""

from __future__ import annotations

import pytest
from django.test import Client

from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.writing import write
from tests import factories
from tests.web.pages.reading import hidden, hidden_values, text, words
from tests.web.sample_pages import change_department, open_department

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def department(director: User) -> Department:
    made: Department = write(open_department, by=factories.acting(director), name="教务处", head=None)
    return made


@pytest.fixture
def deputy() -> User:
    return factories.person(Role.DEPUTY_DIRECTOR, name="吴副主任")


def edit(department: Department) -> str:
    return f"/departments/{department.public_id}/edit/"


def opened(desk: Client, department: Department) -> dict[str, str]:
    """What the browser holds after the form was opened."""
    page = desk.get(edit(department))
    return {
        "_key": hidden(page, "_key"),
        "_version": hidden(page, "_version"),
        "name": "教务处",
        "order": "50",
    }


def changed_by(user: User, department: Department, **facts: object) -> None:
    now = Department.objects.get(pk=department.pk)
    values = {"name": now.name, "order": now.order, "head": now.head} | facts
    write(change_department, by=factories.acting(user), department=department, version=None, **values)


def values(department: Department) -> tuple[str, int, str]:
    department.refresh_from_db()
    return department.name, department.order, str(department.head or "")


def test_an_edit_is_prefilled_and_saved(desk: Client, department: Department) -> None:
    form = opened(desk, department)
    assert 'value="教务处"' in text(desk.get(edit(department)))
    answer = desk.post(edit(department), form | {"name": "教导处"})
    assert (answer.status_code, values(department)) == (303, ("教导处", 50, ""))


def test_an_edit_sent_twice_is_one_edit(desk: Client, department: Department) -> None:
    form = opened(desk, department) | {"name": "教导处"}
    answers = [desk.post(edit(department), form).status_code for _ in range(2)]
    department.refresh_from_db()
    assert (answers, department.version) == ([303, 303], 2)


def test_a_conflict_shows_three_ways_who_and_asks(desk: Client, department: Department, deputy: User) -> None:
    form = opened(desk, department)
    changed_by(deputy, department, name="教研处")
    page = desk.post(edit(department), form | {"name": "教导处"})
    assert (page.status_code, values(department)) == (409, ("教研处", 50, ""))
    shown = [part in words(page) for part in ("教务处", "教研处", "教导处", "吴副主任")]
    assert (shown, text(page).count('type="radio" name="_take_name"')) == ([True] * 4, 2)
    assert (hidden(page, "_key"), hidden(page, "_version")) == (form["_key"], "2")


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "教研处"), ("mine", "教导处")])
def test_a_conflict_is_saved_as_chosen(
    desk: Client, department: Department, deputy: User, choice: str, expected: str
) -> None:
    form = opened(desk, department)
    changed_by(deputy, department, name="教研处")
    page = desk.post(edit(department), form | {"name": "教导处", "order": "7"})
    answer = desk.post(edit(department), hidden_values(page) | {"_take_name": choice})
    assert (answer.status_code, values(department)) == (303, (expected, 7, ""))


def test_changes_of_different_fields_are_merged_after_a_look(
    desk: Client, department: Department, deputy: User
) -> None:
    form = opened(desk, department)
    changed_by(deputy, department, order=3, head=deputy)
    page = desk.post(edit(department), form | {"name": "教导处"})
    assert (page.status_code, text(page).count('type="radio"'), "采用现在的内容" in words(page)) == (
        409,
        0,
        True,
    )
    answer = desk.post(edit(department), hidden_values(page))
    assert (answer.status_code, values(department)) == (303, ("教导处", 3, "吴副主任"))


def test_both_wrote_the_same(desk: Client, department: Department, deputy: User) -> None:
    form = opened(desk, department)
    changed_by(deputy, department, name="教导处")
    page = desk.post(edit(department), form | {"name": "教导处"})
    assert (page.status_code, text(page).count('type="radio"')) == (409, 0)
    assert desk.post(edit(department), hidden_values(page)).status_code == 303


def test_a_third_change_during_the_merge_is_laid_open_too(
    desk: Client, department: Department, deputy: User
) -> None:
    form = opened(desk, department)
    changed_by(deputy, department, name="教研处")
    page = desk.post(edit(department), form | {"name": "教导处"})
    changed_by(deputy, department, name="教科处")
    again = desk.post(edit(department), hidden_values(page) | {"_take_name": "mine"})
    assert (again.status_code, values(department)[0], hidden(again, "_version")) == (409, "教科处", "3")


def test_a_change_around_the_program_is_shown_as_such(desk: Client, department: Department) -> None:
    form = opened(desk, department)
    Department.objects.filter(pk=department.pk).update(name="教研处", version=2)
    page = desk.post(edit(department), form | {"name": "教导处"})
    assert (page.status_code, "数据库直接改动" in words(page)) == (409, True)


@pytest.mark.parametrize("bad", ["", "x", "-1", "1" * 400, "²", "\x00"])
def test_a_missing_or_wrong_version_opens_the_form_anew(
    desk: Client, department: Department, bad: str
) -> None:
    page = desk.post(edit(department), opened(desk, department) | {"_version": bad, "name": "教导处"})
    assert (page.status_code, "不知道您是在哪一版上修改的" in words(page)) == (400, True)
    assert values(department)[0] == "教务处"


def test_an_absurd_version_is_compared_without_a_base(desk: Client, department: Department) -> None:
    page = desk.post(edit(department), opened(desk, department) | {"_version": "99", "name": "教导处"})
    assert (page.status_code, "（不详）" in words(page), values(department)[0]) == (409, True, "教务处")
