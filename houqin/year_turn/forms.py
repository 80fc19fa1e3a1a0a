"""What is typed about a turn, cleaned: into which year, who leaves; then a line a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from houqin.people.choices import marked
from houqin.people.class_names import grade_label
from houqin.people.models import User
from houqin.places.kinds import PlaceLevel
from houqin.places.models import Place
from houqin.year_turn.models import TurnLine
from houqin.year_turn.services import LinePlan
from houqin.year_turn.services.planning import MOST_NEW
from houqin.year_turn.states import OF_NEW, OF_OLD, LineAct, RoomWay

VERSION = "-version"
MORE = "more-"
UNSET = ("", "（未定）")


class TurnForm(forms.Form):
    """The new school year, the grades that leave, and how rooms are proposed."""

    begins_in = forms.TypedChoiceField(label="转入的学年", coerce=int)
    leaving = forms.TypedMultipleChoiceField(
        label="毕业离校的年级",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="这些年级的班级停用，历史保留；九年一贯的六年级要接着升，就不勾。下一步还可以逐班改。",
    )
    rooms = forms.ChoiceField(label="教室", choices=RoomWay.choices, initial=RoomWay.KEEP)
    note = forms.CharField(
        label="说明", max_length=100, required=False, help_text="例如“按7月3日校务会议定的分班方案”。"
    )

    def __init__(self, *args: Any, years: Sequence[int], grades: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_in"].choices = [  # type: ignore[attr-defined]
            (year, f"{year}—{year + 1}学年") for year in years
        ]
        self.fields["leaving"].choices = [(grade, grade_label(grade)) for grade in grades]  # type: ignore[attr-defined]


class PlainSelect(forms.Select):
    """A select whose lines are joined, not each drawn from a template: a page has thousands of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The select with the line of `value` chosen."""
        chosen = "" if value is None else str(value)
        selected = format_html("{}", " selected")
        lines = ((key, selected if str(key) == chosen else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', lines)
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({"name": name}, attrs)), options)


def _choice(label: str, choices: Sequence[tuple[str, str]], chosen: int | None) -> forms.ChoiceField:
    initial = "" if chosen is None else str(chosen)
    return forms.ChoiceField(
        label=label, choices=choices, required=False, initial=initial, widget=PlainSelect
    )


def lines_in(data: Mapping[str, Any]) -> set[str]:
    """The public ids of the lines that were sent."""
    return {name.removesuffix(VERSION) for name in data if name.endswith(VERSION)}


class PlanForm(forms.Form):
    """A row for each line: what becomes of the class, number, name, 班主任, room; and more new classes."""

    def __init__(self, *args: Any, lines: Sequence[TurnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self._people = {str(person.pk): person for person in _people(lines)}
        self._rooms = {str(room.pk): room for room in _rooms(lines)}
        people = [UNSET, *((key, marked(each)) for key, each in self._people.items())]
        rooms = [UNSET, *((key, marked(each)) for key, each in self._rooms.items())]
        for line in lines:
            key = line.public_id
            acts = OF_NEW if line.is_new else OF_OLD
            self.fields[f"{key}-act"] = forms.ChoiceField(
                label="去向", choices=[(act.value, act.label) for act in acts], initial=line.act
            )
            self.fields[f"{key}-number"] = forms.IntegerField(
                label="班号", min_value=1, max_value=99, initial=line.number
            )
            self.fields[f"{key}-name"] = forms.CharField(label="班级名称", max_length=30, initial=line.name)
            self.fields[f"{key}-head"] = _choice("班主任", people, line.head_teacher_id)
            self.fields[f"{key}-room"] = _choice("教室", rooms, line.room_id)
            self.fields[f"{key}{VERSION}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=line.version, min_value=1, max_value=2**31 - 1
            )
        self.grades = sorted({line.grade for line in lines if line.act != LineAct.LEAVE})
        for grade in self.grades:
            self.fields[f"{MORE}{grade}"] = forms.IntegerField(
                label=f"{grade_label(grade)}再新建几个班", min_value=0, max_value=MOST_NEW, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.lines or lines_in(self.data) - {line.public_id for line in self.lines}:
            raise ValidationError("表里有不属于这次结转的班级，没有保存。请重新打开这一页再填。")
        return data

    def rows(self) -> list[dict[str, Any]]:
        """What the page draws: each line with its fields."""
        names = ("act", "number", "name", "head", "room", "version")
        return [
            {"line": line, **{name: self[f"{line.public_id}-{name}"] for name in names}}
            for line in self.lines
        ]

    def additions(self) -> list[Any]:
        """The fields that ask for more new classes."""
        return [self[f"{MORE}{grade}"] for grade in self.grades]

    @property
    def plans(self) -> tuple[LinePlan, ...]:
        """What was typed, a line each."""
        data = self.cleaned_data
        return tuple(
            LinePlan(
                line=line,
                version=data[f"{line.public_id}{VERSION}"],
                act=data[f"{line.public_id}-act"],
                number=data[f"{line.public_id}-number"],
                name=data[f"{line.public_id}-name"],
                head_teacher=self._people.get(data[f"{line.public_id}-head"]),
                room=self._rooms.get(data[f"{line.public_id}-room"]),
            )
            for line in self.lines
        )

    @property
    def more(self) -> dict[int, int]:
        """How many new classes are wanted besides, by grade."""
        counts = {grade: self.cleaned_data.get(f"{MORE}{grade}") or 0 for grade in self.grades}
        return {grade: count for grade, count in counts.items() if count}


def _people(lines: Sequence[TurnLine]) -> Any:
    """Who may be 班主任: everybody in use, and whom the lines name."""
    named = [line.head_teacher_id for line in lines if line.head_teacher_id]
    return User.objects.filter(Q(is_active=True) | Q(pk__in=named)).order_by("search_key", "pk")


def _rooms(lines: Sequence[TurnLine]) -> Any:
    """The rooms in use, and those that the lines name."""
    named = [line.room_id for line in lines if line.room_id]
    offered = Q(level=PlaceLevel.ROOM, retired_on=None) | Q(pk__in=named)
    return Place.objects.filter(offered).defer("grams").order_by("walk_key", "pk")
