"""What is typed about places, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.people.choices import InUseField, KeepsWhatItHas
from houqin.people.models import Department, SchoolClass, User
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import Place
from houqin.places.rules import HIGHEST_FLOOR, LOWEST_FLOOR, MOST_PER_FLOOR, Numbering

NAMED = "如“教学楼”“301”“操场”。"


def rooms() -> Any:
    """The rooms in use, by their full names."""
    return Place.objects.filter(level=PlaceLevel.ROOM, retired_on=None).defer("grams")


class PlaceField(InUseField):
    """A choice of a room in use, and of what `keep` was told of."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        empty = "请选择" if required else "（未定）"
        super().__init__(rooms(), required=required, empty_label=empty, **kwargs)


class PlaceForm(KeepsWhatItHas):
    """A place and who answers for it."""

    parent = forms.ModelChoiceField(
        label="在哪里",
        queryset=Place.objects.none(),
        required=False,
        empty_label="（不在别的场所里，是校区）",
    )
    level = forms.ChoiceField(label="级别", choices=PlaceLevel.choices)
    name = forms.CharField(label="名称或房号", max_length=30, help_text=NAMED)
    title = forms.CharField(
        label="别名", max_length=30, required=False, help_text="门上另有名字的才填，如“音乐室”。"
    )
    kind = forms.ChoiceField(label="用途", choices=[("", "（房间才选）"), *RoomKind.choices], required=False)
    department = InUseField(Department.objects.all(), label="责任部门", required=False, empty_label="未定")
    keeper = InUseField(User.objects.all(), label="责任人", required=False, empty_label="未定")
    order = forms.IntegerField(
        label="排序", min_value=0, max_value=9999, initial=50, help_text="数字小的排在前面。"
    )

    def __init__(self, *args: Any, place: Place | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if place is None:
            around = Place.objects.filter(retired_on=None).exclude(level=PlaceLevel.ROOM)
            self.fields["parent"].queryset = around  # type: ignore[attr-defined]
            return
        del self.fields["parent"], self.fields["level"]
        if not place.is_room:
            del self.fields["kind"]


class GenerateForm(forms.Form):
    """A building with its floors and rooms, in one go."""

    campus = forms.ModelChoiceField(
        label="校区",
        queryset=Place.objects.none(),
        required=False,
        empty_label="（还没有校区，建一个“校本部”）",
    )
    building = forms.CharField(
        label="楼名", max_length=30, help_text="如“教学楼”。已有这栋楼的，只补缺少的层和房间。"
    )
    first = forms.IntegerField(
        label="从几层", min_value=LOWEST_FLOOR, max_value=HIGHEST_FLOOR, help_text="地下一层写 -1。"
    )
    last = forms.IntegerField(label="到几层", min_value=LOWEST_FLOOR, max_value=HIGHEST_FLOOR)
    per_floor = forms.IntegerField(label="每层几间", min_value=1, max_value=MOST_PER_FLOOR)
    numbering = forms.ChoiceField(label="房号写法", choices=Numbering.choices)
    letter = forms.CharField(
        label="房号前的字母", max_length=4, required=False, help_text="如“A”，没有不填。"
    )
    skipped = forms.CharField(
        label="跳过的号", max_length=200, required=False,
        help_text="没有的房号用逗号隔开，如“204,304”；写“4”就是每层都没有 4 号。",
    )  # fmt: skip
    kind = forms.ChoiceField(label="用途", choices=RoomKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campuses = Place.objects.filter(level=PlaceLevel.CAMPUS, retired_on=None)
        self.fields["campus"].queryset = campuses  # type: ignore[attr-defined]


class RetirePlaceForm(forms.Form):
    """From which day a place is out of use."""

    on = forms.DateField(label="停用日期", widget=forms.DateInput)


class MergeForm(forms.Form):
    """Which room stands for this one from now on, and why."""

    survivor = PlaceField(label="并入哪一间", required=True)
    reason = forms.CharField(label="原因", max_length=200, help_text="如“两间打通成一间”“同一间登记了两次”。")

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survivor"].queryset = rooms().exclude(pk=place.pk)  # type: ignore[attr-defined]


class ClassRoomForm(forms.Form):
    """Where a class sits."""

    room = PlaceField(label="教室", help_text="房间里已有别的班的，先给那个班换教室。")

    def __init__(self, *args: Any, school_class: SchoolClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].keep(school_class.room_id)  # type: ignore[attr-defined]
