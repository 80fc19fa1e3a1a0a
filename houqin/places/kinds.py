"""The levels of the tree of places, and what a room is for."""

from __future__ import annotations

from django.db.models import TextChoices


class PlaceLevel(TextChoices):
    """From the outside in."""

    CAMPUS = "campus", "校区"
    BUILDING = "building", "楼"
    FLOOR = "floor", "层"
    ROOM = "room", "房间"


class RoomKind(TextChoices):
    """What a room, or a place in the open, is for."""

    CLASSROOM = "classroom", "教室"
    OFFICE = "office", "办公室"
    FUNCTION = "function", "功能室"
    DORMITORY = "dormitory", "宿舍"
    CANTEEN = "canteen", "食堂"
    STORE = "store", "库房"
    TOILET = "toilet", "厕所"
    CORRIDOR = "corridor", "楼道"
    SPORTS = "sports", "运动场"
    GATE = "gate", "门卫"
    OTHER = "other", "其他"


# In what a place of each level may lie. A sports ground lies in no building, a canteen hall on no floor.
PARENTS: dict[str, tuple[str, ...]] = {
    PlaceLevel.CAMPUS: (),
    PlaceLevel.BUILDING: (PlaceLevel.CAMPUS,),
    PlaceLevel.FLOOR: (PlaceLevel.BUILDING,),
    PlaceLevel.ROOM: (PlaceLevel.FLOOR, PlaceLevel.BUILDING, PlaceLevel.CAMPUS),
}
