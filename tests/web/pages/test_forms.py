"""Every form that makes something: kept input, one effect, the right answer."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from houqin.people.models import Department, User
from houqin.people.roles import Role
from tests import factories
from tests.web.pages.reading import hidden, text, words

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/departments/new/"


def key() -> str:
    return str(uuid.uuid4())


def test_a_form_carries_a_fresh_key_each_time(desk: Client) -> None:
    keys = {hidden(desk.get(NEW), "_key") for _ in range(3)}
    assert len(keys) == 3


def test_a_form_makes_one_record_and_leads_to_it(desk: Client) -> None:
    answer = desk.post(NEW, {"_key": key(), "name": "教务处"}, follow=False)
    made = Department.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/departments/{made.public_id}/")
    assert (made.name, made.created_by.name, "部门已建立。" in text(desk.get(answer["Location"]))) == (
        "教务处",
        "周主任",
        True,
    )


def test_a_mistake_stands_beside_its_field_and_everything_typed_is_kept(desk: Client, director: User) -> None:
    sent = key()
    page = desk.post(NEW, {"_key": sent, "name": "长" * 41, "head": director.pk})
    assert (page.status_code, hidden(page, "_key"), Department.objects.count()) == (422, sent, 0)
    kept = [
        "长" * 41 in text(page),
        f'value="{director.pk}" selected' in text(page),
        "data-kept" in text(page),
    ]
    assert (kept, "部门名称" in words(page)) == ([True] * 3, True)


def test_a_refusal_of_the_service_stands_beside_the_field_that_it_names(desk: Client) -> None:
    page = desk.post(NEW, {"_key": key(), "name": "总务处"})
    assert (page.status_code, text(page).count("已有同名部门"), 'value="总务处"' in text(page)) == (
        409,
        2,
        True,
    )


def test_a_refusal_without_a_field_stands_above_the_form(desk: Client) -> None:
    page = desk.post(NEW, {"_key": key(), "name": "禁用"})
    assert (page.status_code, "没有保存 今天不能新建部门。" in words(page)) == (409, True)


def test_the_corrected_form_is_sent_with_the_same_key(desk: Client) -> None:
    sent = key()
    answers = [desk.post(NEW, {"_key": sent, "name": name}).status_code for name in ("禁用", "教务处")]
    assert (answers, Department.objects.count()) == ([409, 303], 1)


def test_the_same_form_twice_is_one_record_and_one_answer(desk: Client) -> None:
    sent = {"_key": key(), "name": "教务处"}
    first, second = desk.post(NEW, sent), desk.post(NEW, sent)
    assert (first.status_code, second.status_code, first["Location"]) == (303, 303, second["Location"])
    assert Department.objects.count() == 1


def test_the_same_form_five_times_at_once_is_one_record_and_one_answer(director: User) -> None:
    sent = {"_key": key(), "name": "教务处"}
    desks = [factories.signed_in(director) for _ in range(5)]

    def send(desk: Client) -> tuple[int, str]:
        try:
            answer = desk.post(NEW, sent)
            return answer.status_code, answer["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, desks))
    made = Department.objects.get()
    assert answers == [(303, f"/departments/{made.public_id}/")] * 5


def test_the_same_key_with_other_content_is_refused_and_kept_for_a_second_decision(desk: Client) -> None:
    sent = key()
    desk.post(NEW, {"_key": sent, "name": "教务处"})
    page = desk.post(NEW, {"_key": sent, "name": "德育处"})
    fresh = hidden(page, "_key")
    assert (page.status_code, "已经提交过" in words(page), 'value="德育处"' in text(page)) == (
        409,
        True,
        True,
    )
    again = desk.post(NEW, {"_key": fresh, "name": "德育处"})
    assert (fresh == sent, again.status_code, Department.objects.count()) == (False, 303, 2)


@pytest.mark.parametrize("bad", ["", "x", "1" * 400, "\x00", "{00000000-0000-0000-0000-000000000000}"])
def test_a_missing_or_wrong_key_is_a_sentence_and_keeps_what_was_typed(desk: Client, bad: str) -> None:
    page = desk.post(NEW, {"_key": bad, "name": "教务处"})
    assert (page.status_code, "缺少提交凭据" in words(page), 'value="教务处"' in text(page)) == (
        400,
        True,
        True,
    )
    assert Department.objects.count() == 0


def test_fields_that_are_not_in_the_form_change_nothing(desk: Client) -> None:
    extra = {"order": 1, "version": 9, "public_id": "AAAAAAAAAA", "created_by": 0, "retired_on": "2020-01-01"}
    desk.post(NEW, {"_key": key(), "name": "教务处", **extra})
    made = Department.objects.get()
    assert (made.order, made.version, made.created_by.name, made.retired_on) == (50, 1, "周主任", None)
    assert made.public_id != "AAAAAAAAAA"


def test_a_forged_form_is_refused() -> None:
    desk = factories.sign_in(Client(enforce_csrf_checks=True), factories.person(Role.DIRECTOR))
    assert desk.post(NEW, {"_key": key(), "name": "教务处"}).status_code == 403


def test_an_act_asks_first_and_then_acts_once(desk: Client) -> None:
    department = factories.department()
    address = f"/departments/{department.public_id}/close/"
    asked = desk.get(address)
    sent = {"_key": hidden(asked, "_key")}
    answers = [desk.post(address, sent) for _ in range(2)]
    department.refresh_from_db()
    assert "停用后不能再选这个部门。" in words(asked)
    assert ([answer.status_code for answer in answers], department.order, department.version) == (
        [303, 303],
        99,
        2,
    )


def test_an_act_that_is_against_a_rule_comes_back_with_the_reason(desk: Client) -> None:
    office = factories.department("办公室", order=0)
    page = desk.post(f"/departments/{office.public_id}/close/", {"_key": key()})
    assert (page.status_code, "没有完成 办公室不能停用。" in words(page)) == (409, True)


def test_an_act_that_is_not_this_readers_says_why_before_and_after(staff_desk: Client) -> None:
    department = factories.department()
    address = f"/departments/{department.public_id}/close/"
    pages = [staff_desk.get(address), staff_desk.post(address, {"_key": key()})]
    assert [(page.status_code, "没有“维护部门”的权限" in words(page)) for page in pages] == [(403, True)] * 2


def test_a_bulk_act_takes_the_ticked_rows_all_or_none(desk: Client) -> None:
    ticked = [factories.department(order=5) for _ in range(2)]
    office = factories.department("办公室", order=0)
    good = [each.public_id for each in ticked]
    asked = words(desk.get("/departments/bulk/", {"chosen": good}))
    bad = desk.post("/departments/bulk/", {"_key": key(), "chosen": [*good, office.public_id]})
    assert ("共 2 条" in asked, bad.status_code) == (True, 409)
    assert list(Department.objects.order_by("pk").values_list("order", flat=True)) == [5, 5, 0]
    done = desk.post("/departments/bulk/", {"_key": key(), "chosen": good})
    assert (done.status_code, Department.objects.filter(order=99).count()) == (303, 2)


@pytest.mark.parametrize("chosen", [[], ["absent"], ["\x00"], ["x" * 500]])
def test_a_bulk_act_on_nothing_says_so(desk: Client, chosen: list[str]) -> None:
    answers = [
        desk.get("/departments/bulk/", {"chosen": chosen}),
        desk.post("/departments/bulk/", {"_key": key(), "chosen": chosen}),
    ]
    assert [(page.status_code, "没有选中任何一条" in words(page)) for page in answers] == [(409, True)] * 2
