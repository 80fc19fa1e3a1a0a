"""Workbooks of rooms: where a room lies, what is made with it, and how the list goes out and in again."""

from __future__ import annotations

from typing import Any

import pytest

from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.places.importing import read_floor
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.services import generate_rooms
from houqin.writing import write
from tests import factories
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, imported, problems, undone

pytestmark = pytest.mark.django_db

HEADING = ("楼", "楼层", "房号", "别名", "用途", "责任部门", "责任人")


@pytest.fixture
def director() -> User:
    return factories.person(Role.DIRECTOR)


def rooms() -> list[tuple[Any, ...]]:
    found = Place.objects.filter(level=PlaceLevel.ROOM, retired_on=None).order_by("full_name")
    return list(found.values_list("full_name", "kind", "parent__name", "department__name", "keeper__name"))


def sheet(*rows: Any, heading: Any = HEADING) -> bytes:
    return workbooks.sheets(房间=[heading, *rows])


def test_rooms_come_with_their_buildings_floors_and_door_codes(director: User) -> None:
    factories.person(name="王芳")
    run = imported(
        director,
        "rooms",
        sheet(
            ("教学楼", "3层", "301", "", "教室", "教务处", "王芳"),
            ("教学楼", "三楼", "302", "音乐室", "专用教室", "", ""),
            ("教学楼", "", "101", "", "", "", ""),
            ("", "", "", "操场", "操场", "", ""),
        ),
    )
    assert (run.new, run.failed) == (4, 0)
    assert rooms() == [
        ("操场", RoomKind.SPORTS, "校本部", None, None),
        ("教学楼 101", RoomKind.OTHER, "1层", None, None),
        ("教学楼 301", RoomKind.CLASSROOM, "3层", "教务处", "王芳"),
        ("教学楼 302 音乐室", RoomKind.FUNCTION, "3层", None, None),
    ]
    assert DoorCode.objects.filter(closed_at=None).count() == 4
    assert run.content.told()["beside"] == [
        "新建 1 个部门：教务处。请看一眼有没有写错的。",
        "新建 4 处楼或楼层：校本部、教学楼、教学楼3层、教学楼1层。",
    ]


@pytest.mark.parametrize("said", ["餐厅", "操作间", "厨房", "备餐间"])
def test_the_rooms_of_a_canteen_are_known_by_what_they_are_called(director: User, said: str) -> None:
    run = imported(director, "rooms", sheet(("食堂楼", "", "01", "", said, "", "")))
    assert (run.new, run.failed) == (1, 0)
    assert Place.objects.get(level=PlaceLevel.ROOM).kind == RoomKind.CANTEEN


def test_rooms_that_are_there_are_changed_and_not_made_twice(director: User) -> None:
    write(
        generate_rooms, campus=None, building="教学楼", first=1, last=2, per_floor=2, numbering="hundreds",
        kind=RoomKind.CLASSROOM, by=factories.acting(director),
    )  # fmt: skip
    run = imported(
        director,
        "rooms",
        sheet(("教学楼", "1楼", "101", "美术室", "", "", ""), ("教学楼", "", "202", "", "", "", "")),
    )
    assert (run.new, run.changed, run.same) == (0, 1, 1)
    assert [row[0] for row in rooms()] == ["教学楼 101 美术室", "教学楼 102", "教学楼 201", "教学楼 202"]


def test_a_sheet_for_each_building_says_the_building(director: User) -> None:
    rows = [("房号", "用途"), ("101", "教室")]
    imported(director, "rooms", workbooks.sheets(实验楼=rows, 艺术楼=rows))
    assert [row[0] for row in rooms()] == ["实验楼 101", "艺术楼 101"]


def test_what_a_list_of_rooms_gets_wrong_is_told_beside_the_cell(director: User) -> None:
    run = checked(
        director,
        "rooms",
        sheet(
            ("教学楼", "九十九层", "301", "", "教室", "", ""),
            ("教学楼", "3", "302", "", "舞台", "", ""),
            ("教学楼", "3", "303", "", "教室", "", "没有此人"),
            ("教学楼", "3", "304", "", "教室", "", ""),
            ("教学楼", "3楼", "304", "", "教室", "", ""),
            ("教学楼", "3", "", "", "教室", "", ""),
        ),
    )
    assert [(row, label, sentence) for _, row, label, _, sentence in problems(run)] == [
        (2, "楼层", "楼层“九十九层”认不出来，请写成“3层”；地下一层写“负1层”。"),
        (
            3,
            "用途",
            "没有“舞台”这种用途，可以写：教室、办公室、功能室、宿舍、食堂、库房、厕所、楼道、运动场、门卫、其他。",
        ),
        (4, "责任人", "没有“没有此人”这个教职工。请核对写法，或先登记它。"),
        (6, "房号", "和第 5 行是同一个房间，请删去重复的一行。"),
        (7, "房号", "请填写房号。"),
    ]


def test_the_list_of_places_goes_out_and_in_again(director: User) -> None:
    keeper = factories.person(name="王芳", staff_no="ZW001")
    imported(
        director,
        "rooms",
        sheet(
            ("教学楼", "负一层", "B101", "=1+1", "库房", "总务处", "王芳"),
            ("", "", "大门", "", "门卫", "", ""),
        ),
    )
    assert Place.objects.get(name="B101").keeper == keeper
    client = factories.signed_in(director)
    for address in ("/imports/template/rooms/?rows=1", "/places/?export=xlsx", "/places/?export=csv"):
        data = b"".join(client.get(address).streaming_content)
        run = checked(director, "rooms", data)
        assert (address, run.same, run.new, run.changed, run.failed) == (address, 2, 0, 0, 0)


def test_rooms_taken_back_go_out_of_use_with_the_building_that_was_made_for_them(director: User) -> None:
    run = imported(director, "rooms", sheet(("教学楼", "3", "301", "", "教室", "", "")))
    assert undone(director, run).state == "undone"
    assert Place.objects.filter(retired_on=None).count() == 0
    again = imported(director, "rooms", sheet(("教学楼", "3", "301", "", "教室", "", "")))
    assert (again.new, [row[0] for row in rooms()]) == (1, ["教学楼 301"])


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("3", 3),
        ("3层", 3),
        ("三楼", 3),
        ("十二层", 12),
        ("F3", 3),
        ("3F", 3),
        ("负一层", -1),
        ("地下1层", -1),
        ("B1", -1),
    ],
)
def test_floors_are_understood_as_offices_write_them(text: str, floor: int) -> None:
    assert read_floor(text) == floor


def test_rooms_that_only_another_import_taken_back_named_go_out_of_use(director: User) -> None:
    rooms_run = imported(director, "rooms", sheet(("教学楼", "3", "301", "", "教室", "", "")))
    rows = [("班级", "教室"), ("七（1）班", "教学楼 301")]
    classes_run = imported(director, "classes", workbooks.sheets(班级=rows))
    with pytest.raises(RuleBroken, match="教学楼 301（已用在班级里）"):
        undone(director, rooms_run)
    undone(director, classes_run)
    assert (undone(director, rooms_run).said, rooms()) == ("", [])
