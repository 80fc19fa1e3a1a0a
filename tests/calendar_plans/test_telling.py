"""What pages say of how the work stands: what is late and whose it is, what was reported, what was sent."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendar_plans.periods import after, first_of, last_day
from calendar_plans.states import ItemState
from houqin import totals
from houqin.people.roles import Role
from houqin.showing import said_day
from tests.calendar_plans.factories import item, plan, running_plan
from tests.factories import department, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> Client:
    return signed_in(person(Role.DIRECTOR))


def test_late_work_is_red_only_for_whoever_answers_for_some_of_it() -> None:
    office, now = department("总务处"), first_of(timezone.localdate())
    made = running_plan(office, first_month=now, last_month=now)
    worker, guard = person(department=office), person(Role.GUARD, department=office)
    item(made, owner=worker, due_on=timezone.localdate() - timedelta(days=1))
    readers = (person(Role.DIRECTOR), person(Role.PRINCIPAL), person(Role.SUPERVISOR), worker, guard)
    told = []
    for reader in readers:
        figures = signed_in(reader).get("/").context["figures"]
        told += [(each.label, each.value, each.is_warning) for each in figures if each.key == "plans.late"]
    assert told == [
        ("全校逾期工作", 1, True),
        ("全校逾期工作", 1, True),
        ("全校逾期工作", 1, False),
        ("部门逾期工作", 1, True),
        ("部门逾期工作", 1, False),
    ]


def test_much_late_work_is_counted_no_further(director: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "COUNTED", 2)
    made = running_plan(department("总务处二"))
    said = []
    for _ in range(3):
        item(made, due_on=timezone.localdate() - timedelta(days=1))
        page = director.get("/").content.decode()
        said += re.findall(r'href="[^"]*late=1">\s*<strong>(.*?)</strong>', page)
    assert said == ["1", "2", "2+"]


def test_the_list_marks_what_is_late(director: Client) -> None:
    made = running_plan(department("总务处二"))
    yesterday = timezone.localdate() - timedelta(days=1)
    item(made, due_on=yesterday)
    item(made, due_on=yesterday, state=ItemState.DONE)
    item(made, due_on=timezone.localdate())
    page = director.get(reverse("plans:item-list")).content.decode()
    assert page.count('<span class="badge" data-tone="bad">逾期</span>') == 1


def test_what_has_no_time_limit_is_late_when_its_last_month_has_ended() -> None:
    last, now = after(first_of(timezone.localdate()), -1), first_of(timezone.localdate())
    owner, reader = person(), person(Role.DIRECTOR)
    made = running_plan(department("总务处二"), first_month=last, last_month=now)
    ended = item(made, month=last, owner=owner)
    for facts in ({"month": last, "through": now}, {"month": now}, {"month": last, "state": ItemState.DONE}):
        item(made, owner=owner, **facts)
    client = signed_in(reader)
    listed = reverse("plans:item-list")
    assert list(client.get(f"{listed}?late=1").context["part"].rows) == [ended]
    month, own = made.months.get(month=last), signed_in(owner)
    overview = reverse("plans:plan-matrix", args=[made.public_id])
    words = {listed: ">逾期</span>", month.get_absolute_url(): ">逾期</span>", overview: "，逾期）"}
    said = [client.get(address).content.decode().count(word) for address, word in words.items()]
    assert said == [1, 1, 1]
    assert list(own.get(reverse("plans:my-items")).context["late"]) == [ended]
    todos = {todo.url: todo.is_late for todo in own.get("/").context["todos"]}
    assert todos[ended.get_absolute_url()]
    assert (ended.is_past_due(last_day(last)), ended.is_past_due(now)) == (False, True)


def test_nothing_of_a_draft_is_late(director: Client) -> None:
    drafted = item(plan(), due_on=timezone.localdate() - timedelta(days=1))
    listed = reverse("plans:item-list")
    answers = [director.get(address).content.decode() for address in (listed, f"{listed}?late=1")]
    assert [(str(drafted.public_id) in page, ">逾期</span>" in page) for page in answers] == [
        (True, False),
        (False, False),
    ]


def test_work_of_two_plans_with_the_same_words_is_told_apart_by_their_numbers() -> None:
    worker, now = person(), first_of(timezone.localdate())
    made = [running_plan(first_month=now, last_month=now) for _ in range(2)]
    for each in made:
        item(each, owner=worker, content="检查各班饮水机滤芯")
    todos = signed_in(worker).get("/").context["todos"]
    found = [todo.detail for todo in todos if todo.title == "检查各班饮水机滤芯"]
    assert found == [f"{now.year}年{now.month}月 · {each.number}" for each in made]


def test_what_was_finished_without_a_word_is_said_to_be_finished() -> None:
    worker = person(department=department("总务处"))
    made = item(running_plan(worker.department), owner=worker)
    client = signed_in(worker)
    finish = reverse("plans:item-finish", args=[made.public_id])
    assert client.post(finish, {"_key": str(uuid.uuid4()), "text": ""}).status_code == 303
    page = client.get(made.get_absolute_url())
    result = dict(page.context["facts"])["完成情况"]
    assert (result, "没有文字说明" in page.content.decode()) == (
        f"{said_day(timezone.localdate())} 已完成",
        False,
    )


def test_a_month_under_a_plan_in_force_is_not_sent_and_one_of_a_draft_is_never_late(director: Client) -> None:
    now = first_of(timezone.localdate())
    plans = [
        make(department(name), first_month=now, last_month=now)
        for make, name in ((plan, "教务处"), (running_plan, "德育处"))
    ]
    told = []
    for made in plans:
        item(made, due_on=timezone.localdate() - timedelta(days=1))
        month = made.months.get()
        page = director.get(month.get_absolute_url())
        told.append((month.get_state_display(), page.context["late"], "逾期" in page.content.decode()))
    assert told == [("拟定中", 0, False), ("未送审", 1, True)]


# Each in a transaction of its own, as people report: what one transaction did is one act.
@pytest.mark.django_db(transaction=True)
def test_every_report_stands_in_the_history_once() -> None:
    worker = person(name="石大勇", department=department("总务处"))
    made = item(running_plan(worker.department), owner=worker)
    client, at = signed_in(worker), made.get_absolute_url()
    for act, text in (("report", "换了两处"), ("report", "都换好了"), ("finish", "已验收")):
        address = reverse(f"plans:item-{act}", args=[made.public_id])
        sent = client.post(address, {"_key": str(uuid.uuid4()), "text": text})
        assert sent.status_code == 303, sent.content.decode()
    told = [each.what for each in client.get(at).context["events"]]
    assert told == ["报完成：已验收", "报进展：都换好了", "报进展：换了两处", "建立"]
