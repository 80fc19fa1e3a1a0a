"""The tree of places: made, renamed, merged, retired; doors and classes."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from houqin.actors import Person
from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.people.models import SchoolClass
from houqin.people.roles import Role
from houqin.places import services
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.selectors import door_behind, floors_of, places_found, rooms_below
from houqin.writing import write
from tests.factories import acting, person, school_class
from tests.places.factories import building, campus, code_of, floor, room

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 1)


@pytest.fixture
def director() -> Person:
    return acting(person(Role.DIRECTOR))


def generate(by: Person, **changes: Any) -> Place:
    asked = {
        "campus": None, "building": "教学楼", "first": 1, "last": 2, "per_floor": 2, "numbering": "hundreds",
        "kind": RoomKind.CLASSROOM,
    } | changes  # fmt: skip
    return write(services.generate_rooms, by=by, **asked)


def rename(place: Place, by: Person, **changes: Any) -> Place:
    fields = ("name", "title", "kind", "order", "department", "keeper")
    asked = {field: getattr(place, field) for field in fields} | changes
    return write(services.update_place, place=place, by=by, **({"version": place.version} | asked))


def campus_of(name: str) -> Place:
    found: Place = Place.objects.get(level="campus", name=name)
    return found


def merge(place: Place, survivor: Place, by: Person, reason: str = "打通成一间") -> Place:
    return write(services.merge_rooms, place=place, survivor=survivor, reason=reason, on=TODAY, by=by)


# The generator


def test_a_building_is_made_with_its_campus_floors_rooms_and_door_codes(director: Person) -> None:
    generate(director)
    assert list(Place.objects.order_by("pk").values_list("level", "full_name", "kind")) == [
        ("campus", "校本部", ""),
        ("building", "教学楼", ""),
        ("floor", "教学楼 1层", ""),
        ("room", "教学楼 101", "classroom"),
        ("room", "教学楼 102", "classroom"),
        ("floor", "教学楼 2层", ""),
        ("room", "教学楼 201", "classroom"),
        ("room", "教学楼 202", "classroom"),
    ]
    assert DoorCode.objects.filter(closed_at=None).count() == 4


def test_a_second_run_only_adds_what_is_missing(director: Person) -> None:
    house = generate(director)
    before = set(Place.objects.values_list("pk", "version"))
    assert generate(director, last=3, per_floor=3) == house
    assert set(Place.objects.values_list("pk", "version")) >= before
    names = [each.full_name.removeprefix("教学楼 ") for each in rooms_below(house)]
    assert names == ["101", "102", "103", "201", "202", "203", "301", "302", "303"]


def test_floors_are_seen_from_the_top_down_with_the_classes_in_their_rooms(director: Person) -> None:
    house = generate(director)
    write(
        services.seat_class, school_class=school_class(3, 2, name="三（2）班"),
        room=Place.objects.get(name="201"), by=director,
    )  # fmt: skip
    seen = [
        (row.name, [(each.name, [str(c) for c in each.sitting]) for each in row.rooms])
        for row in floors_of(house, director.user)
    ]
    assert seen == [("2层", [("201", ["三（2）班"]), ("202", [])]), ("1层", [("101", []), ("102", [])])]


# Names


def test_a_renamed_building_renames_everything_in_it(director: Person) -> None:
    house = generate(director)
    rename(house, director, name="明德楼")
    assert list(rooms_below(house).values_list("full_name", flat=True)) == [
        "明德楼 101",
        "明德楼 102",
        "明德楼 201",
        "明德楼 202",
    ]


def test_a_second_campus_tells_the_buildings_of_one_name_apart(director: Person) -> None:
    generate(director)
    other = write(services.create_place, parent=None, level="campus", name="东校区", by=director)
    generate(director, campus=other, last=1, per_floor=1)
    rooms = Place.objects.filter(name="101").order_by("pk").values_list("full_name", flat=True)
    assert list(rooms) == ["校本部 教学楼 101", "东校区 教学楼 101"]


# Their order


def test_places_come_in_the_order_of_a_walk(director: Person) -> None:
    """What lies in a place follows it: the cellar before the first floor, the second before the tenth."""
    for number, name in enumerate(("实验楼", "教学楼")):
        generate(director, building=name, first=-1, last=10 - 9 * number, per_floor=1, numbering="running")
    write(
        services.create_place, parent=campus_of("校本部"), level="room", kind="sports", name="操场", order=60,
        by=director,
    )  # fmt: skip
    expected = ["校本部", "教学楼", "教学楼 负1层", "教学楼 1", "教学楼 1层", "教学楼 2", "实验楼"]
    expected += ["实验楼 负1层", "实验楼 1"]
    for floor_no in range(1, 11):
        expected += [f"实验楼 {floor_no}层", f"实验楼 {floor_no + 1}"]
    assert [each.full_name for each in Place.objects.all()] == [*expected, "操场"]


def test_a_second_door_comes_before_the_tenth(director: Person) -> None:
    at = floor()
    for name in ("10", "2", "1"):
        room(name, parent=at)
    assert [each.name for each in Place.objects.filter(parent=at)] == ["1", "2", "10"]


def test_another_order_moves_everything_in_the_building_and_makes_no_new_version(director: Person) -> None:
    first, second = generate(director, building="甲楼"), generate(director, building="乙楼")
    before = set(rooms_below(second).values_list("pk", "version"))
    rename(second, director, order=first.order - 1)
    rooms = list(Place.objects.filter(level="room").order_by("walk_key"))
    assert [each.full_name for each in rooms] == [
        *("乙楼 101", "乙楼 102", "乙楼 201", "乙楼 202"),
        *("甲楼 101", "甲楼 102", "甲楼 201", "甲楼 202"),
    ]
    assert set(rooms_below(second).values_list("pk", "version")) == before


def test_the_migration_gives_the_places_that_are_there_already_their_order(director: Person) -> None:
    generate(director)
    kept = dict(Place.objects.values_list("pk", "walk_key"))
    Place.objects.update(walk_key="")
    fill = import_module("houqin.migrations.0021_fill_order_of_places").fill
    fill(apps, connection.schema_editor())
    assert dict(Place.objects.values_list("pk", "walk_key")) == kept


def test_a_room_is_found_by_number_name_and_initials(director: Person) -> None:
    generate(director)
    rename(Place.objects.get(name="102"), director, title="音乐室")
    found = {
        words: [hit.title for hit in places_found(director.user, words, 20)]
        for words in ("102", "教学楼 音乐", "jxl 102", "yys", "没有的")
    }
    whole = ["教学楼 102 音乐室"]
    assert found == {"102": whole, "教学楼 音乐": whole, "jxl 102": whole, "yys": whole, "没有的": []}


def test_two_rooms_of_one_number_on_a_floor_are_refused(director: Person) -> None:
    storey = floor()
    room("101", storey)
    with pytest.raises(RuleBroken, match="已有同名的场所") as refusal:
        write(services.create_place, parent=storey, level="room", name="101", kind="office", by=director)
    assert refusal.value.field == "name"


def test_two_who_change_a_place_do_not_overwrite_each_other(director: Person) -> None:
    place = room()
    rename(place, director, title="音乐室")
    with pytest.raises(EditedMeanwhile):
        rename(place, director, title="美术室", version=1)


@pytest.mark.parametrize(
    ("level", "parent", "sentence"),
    [
        (PlaceLevel.FLOOR, campus, "层只能建在楼里面"),
        (PlaceLevel.BUILDING, floor, "楼只能建在校区里面"),
        (PlaceLevel.ROOM, room, "房间只能建在层、楼、校区里面"),
        (PlaceLevel.CAMPUS, building, "校区不在别的场所里面"),
    ],
)
def test_a_place_lies_only_where_it_can(director: Person, level: str, parent: Any, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        write(services.create_place, parent=parent(), level=level, name="新", kind="other", by=director)


def test_nothing_is_built_in_what_is_out_of_use(director: Person) -> None:
    with pytest.raises(RuleBroken, match="已停用"):
        write(
            services.create_place, parent=building(retired_on=TODAY), level="floor", name="1层", by=director
        )


def test_a_teacher_reads_places_and_changes_none() -> None:
    by = acting(person(Role.TEACHER))
    with pytest.raises(NotAllowed, match="维护场所和门牌"):
        generate(by)
    assert by.user.has("houqin.place:read")


# Retiring


def test_a_place_is_retired_when_nothing_in_use_lies_in_it(director: Person) -> None:
    storey = floor()
    inside = room(parent=storey)
    with pytest.raises(RuleBroken, match="里面还有 1 处在用"):
        write(services.retire_place, place=storey, on=TODAY, by=director)
    write(services.retire_place, place=inside, on=TODAY, by=director)
    assert write(services.retire_place, place=storey, on=TODAY, by=director).retired_on == TODAY


def test_a_room_with_a_class_is_not_retired(director: Person) -> None:
    place = room()
    school_class(3, 2, name="三（2）班", room=place)
    with pytest.raises(RuleBroken, match="三（2）班还在这里上课"):
        write(services.retire_place, place=place, on=TODAY, by=director)


# Merging


def test_the_label_of_a_merged_room_leads_to_the_survivor(director: Person) -> None:
    first, second, third = room("101"), room("102"), room("103")
    label = code_of(first).public_id
    merge(first, second, director)
    merge(second, third, director)
    door = door_behind(label)
    assert door is not None
    assert (door.place, door.is_replaced) == (third, False)
    assert set(Place.objects.filter(merged_into=third)) == {first, second}


def test_a_class_moves_along_with_its_room(director: Person) -> None:
    first, second = room(), room()
    moved = school_class(3, 2, room=first)
    merge(first, second, director)
    moved.refresh_from_db()
    assert moved.room == second


def test_two_rooms_with_a_class_each_are_not_merged(director: Person) -> None:
    first, second = room(), room()
    for number, place in enumerate((first, second), 1):
        school_class(3, number, name=f"三（{number}）班", room=place)
    with pytest.raises(RuleBroken, match="三（1）班、三（2）班各在一间"):
        merge(first, second, director)


def test_only_two_different_rooms_in_use_are_merged_for_a_reason(director: Person) -> None:
    place, gone = room(), room(retired_on=TODAY)
    for other, sentence in (
        (place, "不能并入自己"),
        (gone, "已停用，不能再合并"),
        (building(), "只有房间可以合并"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            merge(place, other, director)
    with pytest.raises(RuleBroken, match="请写明合并的原因"):
        merge(place, room(), director, reason=" ")


# Doors


def test_an_old_label_says_that_it_was_replaced(director: Person) -> None:
    place = room()
    old = code_of(place)
    new = write(services.rotate_door_code, place=place, by=director)
    doors = [door_behind(code.public_id) for code in (old, new)]
    assert [(door.place, door.is_replaced) for door in doors if door] == [(place, True), (place, False)]
    assert door_behind("2222222222") is None


def test_only_a_room_in_use_has_a_door(director: Person) -> None:
    for place, sentence in ((building(), "只有房间有门牌"), (room(retired_on=TODAY), "已停用")):
        with pytest.raises(RuleBroken, match=sentence):
            write(services.rotate_door_code, place=place, by=director)


# Classes


def test_a_room_has_one_class(director: Person) -> None:
    place = room()
    school_class(3, 1, room=place)
    with pytest.raises(RuleBroken, match="已有别的班") as refusal:
        write(services.seat_class, school_class=school_class(3, 2), room=place, by=director)
    assert refusal.value.field == "room"


def test_a_class_that_left_makes_room_for_another(director: Person) -> None:
    place = room()
    school_class(6, 1, room=place, retired_on=TODAY)
    write(services.seat_class, school_class=school_class(1, 1), room=place, by=director)
    assert SchoolClass.objects.filter(room=place).count() == 2


# What the database itself holds


@pytest.mark.parametrize(
    ("constraint", "make", "changes"),
    [
        ("only_a_campus_lies_in_nothing", building, {"parent": None}),
        ("a_room_has_a_kind", room, {"kind": ""}),
        ("a_room_has_a_kind", building, {"kind": "office"}),
        ("only_a_floor_has_a_number", room, {"floor_no": 3}),
        ("a_place_has_a_name", room, {"name": ""}),
    ],
)
def test_the_database_holds_the_shape_of_the_tree(constraint: str, make: Any, changes: Any) -> None:
    made = make()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.filter(pk=made.pk).update(**changes)


def test_the_database_lets_a_merged_room_only_be_retired_and_another() -> None:
    place, other = room(), room()
    for changes in ({"merged_into": other}, {"merged_into": place, "retired_on": TODAY}):
        with pytest.raises(IntegrityError, match="what_was_merged_is_retired"), transaction.atomic():
            Place.objects.filter(pk=place.pk).update(**changes)


def test_the_database_lets_a_door_have_one_open_code() -> None:
    place = room()
    with pytest.raises(IntegrityError, match="one_open_code_per_place"), transaction.atomic():
        DoorCode.objects.create(place=place)
