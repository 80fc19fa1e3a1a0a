"""The workbook of the rooms: known by building, floor and number; buildings and floors are made with them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.lookups import Departments, People
from houqin.people.names import named
from houqin.places.forms import PlaceForm
from houqin.places.grounds import Grounds
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.rules import HIGHEST_FLOOR, LOWEST_FLOOR, can_lie_in, floor_name
from houqin.places.services.tree import MANAGE, SENTENCES, fill_place, rename_all, settle
from houqin.registry import Registry
from houqin.saving import insert_all_or_refuse
from houqin.spreadsheets.imports import Import, InColumn, Lookup, Values, one_of
from houqin.spreadsheets.words import figure, plain

FLOOR = re.compile(r"(?P<below>负|地下|b|-)?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})(?:层|楼|f)?")
FLOOR_FIRST = re.compile(r"f(?P<number>\d{1,2})")
NUMBERED = re.compile(r"[a-z]?(?P<floor>\d{1,2})\d\d")
# What else offices call the kinds of rooms.
ALSO_CALLED = {
    "普通教室": RoomKind.CLASSROOM, "班级教室": RoomKind.CLASSROOM, "专用教室": RoomKind.FUNCTION,
    "功能教室": RoomKind.FUNCTION, "实验室": RoomKind.FUNCTION, "多媒体教室": RoomKind.FUNCTION,
    "行政办公室": RoomKind.OFFICE, "教师办公室": RoomKind.OFFICE, "学生宿舍": RoomKind.DORMITORY,
    "仓库": RoomKind.STORE, "储藏室": RoomKind.STORE, "卫生间": RoomKind.TOILET, "餐厅": RoomKind.CANTEEN,
    "操作间": RoomKind.CANTEEN, "厨房": RoomKind.CANTEEN, "备餐间": RoomKind.CANTEEN,
    "走廊": RoomKind.CORRIDOR, "操场": RoomKind.SPORTS, "门卫室": RoomKind.GATE,
}  # fmt: skip


def read_floor(text: str) -> int:
    """3, 三层, 3楼, 3F, F3, 负一层, B1 → the number of the floor; below ground it is negative."""
    bare = plain(text)
    found = FLOOR.fullmatch(bare) or FLOOR_FIRST.fullmatch(bare)
    number = figure(found["number"]) if found else 0
    if found and found.groupdict().get("below"):
        number = -number
    if number == 0 or not LOWEST_FLOOR <= number <= HIGHEST_FLOOR:
        raise RuleBroken(f"楼层“{text}”认不出来，请写成“3层”；地下一层写“负1层”。", field="floor")
    return number


class RoomImport(Import):
    """场所: rooms by where they lie. Each new one gets the code of its door."""

    kind = "rooms"
    label = "房间和场所"
    unit = "间"
    perm = MANAGE
    model = Place
    form_class = PlaceForm
    columns = (
        InColumn(
            "campus", "校区", ("所在校区",), str.strip, is_virtual=True,
            shown=lambda room: _above(room, "campus"),
        ),
        InColumn(
            "building", "楼", ("楼栋", "楼名", "楼宇", "楼号", "建筑", "建筑物", "所在楼"),
            str.strip, is_virtual=True, from_sheet=True, example="教学楼",
            shown=lambda room: _above(room, "building"),
        ),
        InColumn(
            "floor", "楼层", ("层", "所在楼层", "层数"), read_floor, is_virtual=True, example="3层",
            shown=lambda room: _above(room, "floor"),
        ),
        InColumn(
            "name", "房号", ("房间号", "门牌号", "室号", "房间编号", "房间", "名称或房号", "教室"),
            example="301", is_required=False,
        ),
        InColumn(
            "title", "别名", ("房间名称", "功能室名称", "门牌名称", "名称", "室名"),
            example="音乐室", blank="",
        ),
        InColumn(
            "kind", "用途", ("类型", "房间类型", "房间用途", "类别", "功能"),
            one_of("用途", RoomKind.choices, ALSO_CALLED), blank=RoomKind.OTHER, example="教室",
            shown=lambda room: room.get_kind_display(),
        ),
        InColumn(
            "department", "责任部门", ("部门", "管理部门", "使用部门", "使用科室"), Departments,
            example="教务处",
        ),
        InColumn(
            "keeper", "责任人", ("负责人", "管理员", "保管人", "管理人", "安全责任人"), People,
            example="王小明",
            shown=lambda room: named(room.keeper),
        ),
        InColumn(
            "full_name", "场所", ("全称", "场所全称", "位置"), str.strip, is_virtual=True,
            shown=lambda room: room.full_name,
        ),
    )  # fmt: skip
    key = ("name",)
    key_label = "房间"
    sentences = SENTENCES
    list_url_name = "places:place-list"
    passed_over = {"状态": {"已停用", "已并入"}, "级别": {"校区", "楼", "层"}}
    parts = ("houqin.doorcode",)
    hint = "以“楼、楼层、房号”认房间；没有的楼和楼层会一起建好，新房间自动有门牌码。操场不在楼里，楼留空。"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        self.grounds = Grounds(by)

    def lookups(self) -> list[Lookup]:
        return [*super().lookups(), self.grounds]

    def rows(self) -> Any:
        return (
            super()
            .rows()
            .filter(level=PlaceLevel.ROOM, retired_on=None)
            .select_related("parent__parent__parent")
        )

    def identify(self, values: Values) -> None:
        known = self.grounds.by_full_name.get(plain(values.get("full_name") or ""))
        if not values.get("name"):
            # 操场 has a name and no number; a list of our own making has the full name.
            values["name"] = (known.name if known else "") or values.pop("title", "") or None
        if values["name"] is None:
            raise RuleBroken("请填写房号。", field="name")
        if known is not None and not values.get("building"):
            values["path"] = self.grounds.path(known)
        else:
            self._locate(values)

    def _locate(self, values: Values) -> None:
        """Tell where the room lies; the floor, where it is not said, by the number or by where it is now."""
        values["campus"] = campus = self.grounds.campus_of(values.get("campus") or "")
        building, number = plain(values.get("building") or ""), plain(values["name"])
        there = self.grounds.in_building.get((plain(campus), building, number), [])
        if values.get("floor") is None and building:
            if len(there) == 1:
                values["path"] = there[0]
                return
            found = NUMBERED.fullmatch(number)
            values["floor"] = int(found["floor"]) if found else None
        floor = floor_name(values["floor"]) if values.get("floor") and building else ""
        values["path"] = (plain(campus), building, plain(floor), number)

    def key_of(self, values: Values) -> Hashable | None:
        return values.get("path")

    def records(self, keys: Iterable[Any]) -> dict[Hashable, Any]:
        return {path: self.grounds.rooms[path] for path in keys if path in self.grounds.rooms}

    def fill(self, record: Any, values: Values) -> None:
        for name in ("path", "full_name"):
            values.pop(name, None)
        campus, building, floor = (values.pop(name, None) for name in ("campus", "building", "floor"))
        if record.pk is None:
            record.level = PlaceLevel.ROOM
            record.parent = self.grounds.parent_of(campus, building or "", floor)
            can_lie_in(record.level, record.parent).require()
        departments: Departments = self.readers["department"]  # type: ignore[assignment]
        values["department"] = departments.in_use(values["department"], kept=record.department_id)
        called = (record.name, record.title)
        fill_place(record, order=record.order, **values)
        if (record.name, record.title) != called:
            settle(record, with_campus=len(self.grounds.campuses) > 1)

    def save_new(self, records: Sequence[Any]) -> None:
        super().save_new(records)
        codes = [DoorCode(place=room, created_by=room.created_by) for room in records]
        insert_all_or_refuse(codes, {})
        if (
            any(place.level == PlaceLevel.CAMPUS for place in self.grounds.made)
            and len(self.grounds.campuses) > 1
        ):
            rename_all()


def _above(room: Place, level: str) -> str:
    """The name of what `room` lies in on `level`, in an export."""
    above: Place | None = room.parent
    while above is not None and above.level != level:
        above = above.parent
    return above.name if above is not None else ""


def declare(registry: Registry) -> None:
    """Plug the import into `registry`."""
    registry.add_import(RoomImport)
