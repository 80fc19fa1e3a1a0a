"""The door, the floor view, the generator's preview, the labels."""

from __future__ import annotations

import io
import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from houqin.people.models import User
from houqin.people.roles import Role
from houqin.places.models import Place
from houqin.registry import DoorAction, registry
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person, school_class, signed_in
from tests.places.factories import building, campus, code_of, floor, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR)


@pytest.fixture
def desk(director: User) -> Client:
    return signed_in(director)


@pytest.fixture
def action() -> Any:
    """An app's button at every door, for everybody, and one for whoever keeps places."""
    before = list(registry.door_actions)
    registry.add_door_action(
        DoorAction("报修", "wrench", lambda place: f"/repair/{place.public_id}/", order=60)
    )
    registry.add_door_action(
        DoorAction(
            "盘点", "scan", lambda place: f"/count/{place.public_id}/", "houqin.place:manage", order=10
        )
    )
    yield
    registry.door_actions[:] = before


def door(place: Place) -> str:
    return f"/d/{code_of(place).public_id}"


# The door


def test_a_stranger_sees_the_room_and_the_way_to_log_in_and_nothing_else(director: User) -> None:
    place = room("302", full_name="教学楼 302", keeper=director)
    school_class(3, 2, name="三（2）班", room=place)
    body = Client().get(door(place)).content.decode()
    assert ("教学楼 302" in body, f"/login/?next={door(place)}" in body) == (True, True)
    assert [word for word in (director.name, "三（2）班", place.public_id) if word in body] == []


def test_staff_see_who_answers_for_the_room_and_what_is_planned_there(director: User) -> None:
    worker = person(Role.REPAIR_WORKER, department=department())
    place = room("302", full_name="教学楼 302", keeper=director)
    school_class(3, 2, name="三（2）班", room=place)
    item(running_plan(), owner=worker, place=place, content="更换灯管")
    item(running_plan(), place=place, content="别人的事")
    body = signed_in(worker).get(door(place)).content.decode()
    assert [word in body for word in (director.name, "三（2）班", "更换灯管", "别人的事")] == [
        True,
        True,
        True,
        False,
    ]


def test_what_was_planned_for_a_merged_room_is_seen_at_the_survivors_door(desk: Client) -> None:
    survivor = room("303")
    merged = room("302", retired_on=date(2026, 9, 1), merged_into=survivor)
    item(running_plan(), place=merged, content="更换灯管")
    answers = [desk.get(door(place)).content.decode() for place in (survivor, merged)]
    assert ["更换灯管" in body for body in answers] == [True, True]


def test_the_apps_put_their_buttons_on_the_door(action: None, desk: Client) -> None:
    place = room()
    ways = [
        re.findall(r'href="/(repair|count)/', client.get(door(place)).content.decode())
        for client in (Client(), desk, signed_in(person(Role.TEACHER)))
    ]
    assert ways == [["repair"], ["count", "repair"], ["repair"]]


def test_a_code_that_we_never_gave_is_the_same_friendly_answer_whatever_it_is(desk: Client) -> None:
    place = room()
    tried = ("2222222222", place.public_id, "0", "..", "A" * 300, str(place.pk), "' OR 1=1")
    answers = [Client().get(f"/d/{token}") for token in tried]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "认不出这个门牌" in answers[0].content.decode()


def test_a_wrong_code_costs_one_look_and_writes_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        Client().get("/d/2222222222")
    assert [query["sql"].split()[0] for query in queries] == ["SELECT", "SELECT"]


def test_a_replaced_label_says_so(desk: Client) -> None:
    place = room()
    old = door(place)
    desk.post(f"/places/{place.public_id}/door/", {"_key": str(uuid.uuid4())})
    answer = Client().get(old)
    assert (answer.status_code, "门牌已更换" in answer.content.decode()) == (410, True)
    assert Client().get(door(place)).status_code == 200


def test_a_door_may_be_kept_by_nobody() -> None:
    assert "no-store" in Client().get(door(room()))["Cache-Control"]


# The floor view and the list


def test_the_floor_view_shows_a_house_and_costs_the_same_for_every_size(desk: Client) -> None:
    house = building("教学楼")
    desk.get("/places/floors/")
    counts = []
    for number in (1, 2):
        storey = floor(number, house)
        for place in range(8 * number):
            school_class(number, place + 1, room=room(f"{number}{place + 1:02}", storey))
        with CaptureQueriesContext(connection) as queries:
            body = desk.get(f"/places/floors/?building={house.public_id}").content.decode()
        counts.append(len(queries))
    assert (counts[0] == counts[1], body.count('class="room"'), body.index("2层") < body.index("1层")) == (
        True,
        24,
        True,
    )


@pytest.mark.parametrize("wanted", ["", "2222222222", "%00", "x" * 500])
def test_an_unknown_building_shows_the_first(desk: Client, wanted: str) -> None:
    building("教学楼")
    assert "教学楼" in desk.get(f"/places/floors/?building={wanted}").content.decode()


def test_a_school_without_rooms_is_told_how_to_begin(desk: Client) -> None:
    teacher = signed_in(person(Role.TEACHER))
    bodies = [client.get("/places/floors/").content.decode() for client in (desk, teacher)]
    assert [("/places/generate/" in body, "还没有房间" in body) for body in bodies] == [
        (True, True),
        (False, True),
    ]


def test_the_list_costs_the_same_for_1_and_30_places(desk: Client) -> None:
    desk.get("/places/?level=room")
    counts = []
    for more in (1, 29):
        for _ in range(more):
            room(department=department(), keeper=person())
        with CaptureQueriesContext(connection) as queries:
            desk.get("/places/?level=room")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The generator


TYPED = {
    "campus": "", "building": "教学楼", "first": "1", "last": "2", "per_floor": "3", "numbering": "hundreds",
    "letter": "", "skipped": "102", "kind": "classroom",
}  # fmt: skip


def test_the_preview_shows_the_numbers_and_saves_nothing(desk: Client) -> None:
    data = {"_key": str(uuid.uuid4()), **TYPED}
    preview = desk.post("/places/generate/", {**data, "preview": "1"})
    body = preview.content.decode()
    shown = re.findall(r'<span class="room">(\w+)</span>', body)
    assert (preview.status_code, shown, "将新建 6 间" in body, Place.objects.count()) == (
        200,
        ["201", "202", "203", "101", "103", "104"],
        True,
        0,
    )
    saved = desk.post("/places/generate/", data)
    assert (saved.status_code, Place.objects.filter(level="room").count()) == (303, 6)
    again = desk.post("/places/generate/", {**data, "preview": "1"}).content.decode()
    assert "这些房间都已经在了" in again


def test_an_impossible_preview_says_why_beside_the_field(desk: Client) -> None:
    answer = desk.post("/places/generate/", {**TYPED, "numbering": "lettered", "preview": "1"})
    assert (answer.status_code, "要先填字母" in answer.content.decode()) == (409, True)


# The labels


def test_eight_labels_stand_on_a_sheet_each_with_its_own_code(
    desk: Client, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    storey = floor(1, building("教学楼"))
    rooms = [room(f"1{number:02}", storey) for number in range(1, 10)]
    answer = desk.get(f"/places/labels/?under={storey.public_id}")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert (answer.status_code, answer["Content-Type"], len(pages)) == (200, "application/pdf", 2)
    placed = [[place.name in text and code_of(place).public_id in text for place in rooms] for text in pages]
    assert placed == [[True] * 8 + [False], [False] * 8 + [True]]


def test_chosen_rooms_get_labels_and_retired_ones_none(desk: Client, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    kept, gone = room("101"), room("102", retired_on=date(2026, 9, 1))
    answer = desk.get(f"/places/labels/?chosen={kept.public_id}&chosen={gone.public_id}&chosen=%00")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert (code_of(kept).public_id in text, code_of(gone).public_id in text) == (True, False)


def test_without_a_choice_the_page_lists_the_buildings(desk: Client) -> None:
    storey = floor(1, building("教学楼"))
    room("101", storey)
    body = desk.get("/places/labels/").content.decode()
    assert ("教学楼" in body, "1 间" in body) == (True, True)


# Plans and classes name rooms


def test_a_plan_item_names_a_room_and_keeps_it_when_the_room_is_retired(desk: Client) -> None:
    place = room("302", full_name="教学楼 302")
    work = item(running_plan(), place=place)
    Place.objects.filter(pk=place.pk).update(retired_on=date(2026, 9, 1))
    form = desk.get(f"/plans/items/{work.public_id}/edit/").content.decode()
    other = desk.get(f"/plans/{work.plan.public_id}/items/new/").content.decode()
    page = desk.get(f"/plans/items/{work.public_id}/").content.decode()
    offered = [f">{place.full_name}（已停用）<" in body for body in (form, other)]
    assert (offered, f">{place.full_name}</a>" in page) == ([True, False], True)


def test_the_page_of_a_class_leads_to_its_room(desk: Client) -> None:
    place = room("302", full_name="教学楼 302")
    own = school_class(3, 2, room=place)
    body = desk.get(f"/classes/{own.public_id}/").content.decode()
    assert f'href="/places/{place.public_id}/"' in body


def test_a_place_shows_what_lies_in_it_and_where_it_lies(desk: Client) -> None:
    house = building("教学楼", campus("校本部"))
    storey = floor(1, house)
    room("101", storey)
    body = desk.get(f"/places/{storey.public_id}/").content.decode()
    assert [word in body for word in ("校本部", "教学楼", "101")] == [True, True, True]
