"""A turn through its pages: prepared, planned in one table, rehearsed, carried out, taken back, printed."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from houqin.people.models import SchoolClass, User
from houqin.people.roles import Role
from houqin.registry import Held, registry
from houqin.year_turn.documents import handover_sheet, turn_sheet
from houqin.year_turn.models import YearTurn
from houqin.year_turn.selectors import rehearsal, turn_todos
from tests import factories
from tests.documents.sheets import page_texts
from tests.school_calendar.factories import school_year
from tests.security.filling import form_of
from tests.year_turn.factories import JuniorSchool, junior_school, now

pytestmark = pytest.mark.django_db

AUGUST = datetime(2026, 8, 24, 4, tzinfo=UTC)


@pytest.fixture
def director() -> User:
    return factories.person(Role.DIRECTOR, name="李主任")


@pytest.fixture
def client(director: User) -> Client:
    return factories.signed_in(director)


@pytest.fixture
def school() -> JuniorSchool:
    return junior_school()


@pytest.fixture
def in_august(client: Client) -> Any:
    with time_machine.travel(AUGUST, tick=False):
        yield factories.sign_in(client, User.objects.get(name="李主任"))


def send(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"_key": str(uuid.uuid4()), **data})


def typed(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the page's own form, with `changes`."""
    form = form_of(client.get(address).content.decode(), address)
    assert form is not None
    return form.filled() | changes


def drafted(client: Client) -> YearTurn:
    send(client, "/turns/new/", begins_in="2026", leaving=["9"], rooms="keep")
    return YearTurn.objects.get()


def test_the_year_turns_through_the_pages(school: JuniorSchool, in_august: Client) -> None:
    client = in_august
    asked = form_of(client.get("/turns/new/").content.decode(), "/turns/new/")
    assert asked is not None
    assert (asked.controls["begins_in"].values, asked.controls["leaving"].values) == (["2026"], ["9"])
    assert "九年级" in client.get("/turns/new/").content.decode()
    answer = client.post("/turns/new/", asked.filled())
    turn = YearTurn.objects.get()
    address = turn.get_absolute_url()
    assert (answer.status_code, answer["Location"]) == (303, address)

    teacher = factories.person(Role.TEACHER, name="新班主任")
    new = turn.lines.get(act="new", number=1)
    plan = typed(client, f"{address}plan/", **{f"{new.public_id}-head": str(teacher.pk), "more-7": "1"})
    assert client.post(f"{address}plan/", plan).status_code == 303
    page = client.get(address).content.decode()
    assert "演练通过" in page
    assert "九（1）班" in page

    figures = "升级 4 个班、毕业离校 2 个班、新建 3 个班。"
    assert figures in client.get(f"{address}carry-out/").content.decode()
    carried = client.post(f"{address}carry-out/", typed(client, f"{address}carry-out/"))
    assert f"结转完成：{figures}" in client.get(address).content.decode()
    assert (carried.status_code, now()["七（1）班"]) == (303, (7, 1, 2026, "新班主任", "901"))
    assert sorted(now())[:3] == ["七（1）班", "七（2）班", "七（3）班"]

    handover, held = f"{address}handover/", "离校班级手里还有"
    assert held in client.get(address).content.decode()
    undone = client.post(f"{address}undo/", typed(client, f"{address}undo/"))
    assert (undone.status_code, now()["七（1）班"]) == (303, (7, 1, 2025, "班主任71", "701"))
    page = client.get(address).content.decode()
    assert (held in page, handover in page, client.get(handover).status_code) == (False, False, 404)


def test_what_was_typed_comes_back_when_it_cannot_be_saved(school: JuniorSchool, in_august: Client) -> None:
    turn = drafted(in_august)
    address = f"{turn.get_absolute_url()}plan/"
    line = turn.lines.get(old_name="七（1）班")
    sent = typed(in_august, address, **{f"{line.public_id}-name": "", f"{line.public_id}-number": "7"})
    answer = in_august.post(address, sent)
    form = form_of(answer.content.decode(), address)
    assert form is not None
    assert (answer.status_code, form.controls[f"{line.public_id}-number"].values) == (422, ["7"])


def test_a_clash_is_saved_and_keeps_the_turn_from_being_carried_out(
    school: JuniorSchool, in_august: Client
) -> None:
    turn = drafted(in_august)
    address = turn.get_absolute_url()
    line = turn.lines.get(old_name="七（1）班")
    sent = typed(in_august, f"{address}plan/", **{f"{line.public_id}-number": "2"})
    assert in_august.post(f"{address}plan/", sent).status_code == 303
    page = in_august.get(address).content.decode()
    assert "八年级 2 班有 2 个：八（2）班、八（2）班。请改班号或去向。" in page
    assert in_august.get(f"{address}carry-out/").status_code == 409


def test_a_stale_row_stays_refused_until_the_page_is_opened_anew(
    school: JuniorSchool, in_august: Client
) -> None:
    """The second time the button is pressed the older reading does not win."""
    turn = drafted(in_august)
    address = f"{turn.get_absolute_url()}plan/"
    line = turn.lines.get(old_name="七（1）班")
    stale = typed(in_august, address, **{f"{line.public_id}-number": "4"})
    in_august.post(address, typed(in_august, address, **{f"{line.public_id}-number": "3"}))
    first = in_august.post(address, stale)
    form = form_of(first.content.decode(), address)
    assert form is not None
    assert (first.status_code, in_august.post(address, form.filled()).status_code) == (409, 409)
    line.refresh_from_db()
    assert line.number == 3


def test_a_leaving_class_shows_what_it_still_holds_and_who_comes_into_its_room(
    school: JuniorSchool, in_august: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(classes: Any) -> Any:
        return [Held(each, "钥匙", f"{each.number} 把") for each in classes]

    monkeypatch.setattr(registry, "class_holdings", [*registry.class_holdings, keys])
    found = rehearsal(drafted(in_august), on=date(2026, 8, 24)).handovers
    assert [
        (str(each.line), [(held.what, held.detail) for held in each.held], each.successor) for each in found
    ] == [
        ("九（1）班", [("教室", str(school.rooms["九（1）班"])), ("钥匙", "1 把")], "七（1）班"),
        ("九（2）班", [("教室", str(school.rooms["九（2）班"])), ("钥匙", "2 把")], "七（2）班"),
    ]


def test_the_rehearsal_takes_as_many_queries_for_a_big_school(
    school: JuniorSchool, in_august: Client
) -> None:
    turn = drafted(in_august)

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            rehearsal(turn, on=date(2026, 8, 24))
        return len(found)

    small = counted()
    for number in range(3, 12):
        factories.school_class(9, number, name=f"九（{number}）班", entry_year=2023)
    in_august.post(f"{turn.get_absolute_url()}reread/", {"_key": str(uuid.uuid4())})
    assert (turn.lines.count(), counted()) == (17, small)


def todos(user: User, on: date) -> list[tuple[str, str]]:
    return [(todo.title, todo.url) for todo in turn_todos(user, on)]


def test_whoever_keeps_classes_is_told_when_the_year_has_begun(school: JuniorSchool, director: User) -> None:
    school_year(2026)
    SchoolClass.objects.update(created_at=datetime(2025, 9, 1, tzinfo=UTC))
    teacher = factories.person(Role.TEACHER)
    first = date(2026, 9, 1)
    due = [("2026—2027学年已经开始，班级还没有升级", "/turns/new/")]
    before = todos(director, date(2026, 8, 31))
    assert (before, todos(director, first), todos(teacher, first)) == ([], due, [])


def test_the_reminder_leads_to_the_draft_and_ends_with_the_turn(
    school: JuniorSchool, director: User, in_august: Client
) -> None:
    school_year(2026)
    SchoolClass.objects.update(created_at=datetime(2025, 9, 1, tzinfo=UTC))
    turn = drafted(in_august)
    address, first = turn.get_absolute_url(), date(2026, 9, 1)
    assert [url for _, url in todos(director, first)] == [address]
    in_august.post(f"{address}carry-out/", typed(in_august, f"{address}carry-out/"))
    assert todos(director, first) == []


def test_classes_of_the_new_year_that_were_entered_by_hand_need_no_turn(director: User) -> None:
    school_year(2026)
    factories.school_class(7, 1, entry_year=2026, created_at=datetime(2026, 8, 20, tzinfo=UTC))
    assert todos(director, date(2026, 9, 1)) == []


def test_the_sheet_shows_every_class_before_and_after(school: JuniorSchool, in_august: Client) -> None:
    sheet = turn_sheet(
        drafted(in_august), printed_by="李主任", back_url="https://s.cn/t/", on=timezone.localdate()
    )
    text = "".join(page_texts(sheet)).replace(" ", "").replace("\n", "")
    for wanted in ("班级结转表", "JZ-2026", "演练稿，未结转", "七（1）班", "八（1）班", "班主任91", "教务处"):
        assert wanted in text


def test_a_class_that_is_left_alone_stands_in_the_sheet_too(school: JuniorSchool, in_august: Client) -> None:
    turn = drafted(in_august)
    turn.lines.filter(old_name="九（2）班").update(act="skip")
    sheet = turn_sheet(turn, printed_by="李主任", back_url="https://s.cn/t/", on=timezone.localdate())
    text = "".join(page_texts(sheet))
    assert ("不处理" in text, text.count("不变")) == (True, 3)


def test_every_leaving_class_has_a_page_to_sign(school: JuniorSchool, in_august: Client) -> None:
    sheet = handover_sheet(
        drafted(in_august), printed_by="李主任", back_url="https://s.cn/t/", on=timezone.localdate()
    )
    pages = [text.replace(" ", "").replace("\n", "") for text in page_texts(sheet)]
    assert [("九（1）班" in page, "九（2）班" in page) for page in pages] == [(True, False), (False, True)]
    # The second teacher keeps the second page: it says by itself whose sheet it is.
    assert all(part in pages[1] for part in ("班主任（移交）", "毕业班移交清单", "2025—2026学年", "YJ-2026"))
