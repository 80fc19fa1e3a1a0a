"""What is typed about the school calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from houqin.school_calendar.days import SpecialKind

EARLIEST, LATEST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - made aware below


class MomentField(forms.DateTimeField):
    """A day and a time of the school, to the minute, in this century."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        zone = timezone.get_default_timezone()
        if moment is not None and not EARLIEST.replace(tzinfo=zone) <= moment <= LATEST.replace(tzinfo=zone):
            raise ValidationError("请填写 2000 年到 2100 年之间的时间。")
        return moment


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput, **more)


class YearForm(forms.Form):
    """A school year with the first and last days of its two terms."""

    begins_in = forms.TypedChoiceField(label="学年", coerce=int)
    first_name = forms.CharField(label="上半学年的学期名称", max_length=20)
    first_first_on = _day("第一天", help_text="学生正式上课的第一天，以教育局的校历为准。")
    first_last_on = _day("最后一天", help_text="放寒假前的最后一天。")
    second_name = forms.CharField(label="下半学年的学期名称", max_length=20)
    second_first_on = _day("第一天")
    second_last_on = _day("最后一天", help_text="放暑假前的最后一天。")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_in"].choices = [(year, f"{year}—{year + 1}学年") for year in years]  # type: ignore[attr-defined]


class TermForm(forms.Form):
    """One term."""

    name = forms.CharField(label="学期名称", max_length=20)
    first_on = _day("第一天", help_text="学生正式上课的第一天。")
    last_on = _day("最后一天", help_text="放假前的最后一天。寒暑假按它自动算。")


class SpecialDayForm(forms.Form):
    """What the school arranges for some days."""

    kind = forms.ChoiceField(label="这几天", choices=SpecialKind.choices)
    name = forms.CharField(label="名称", max_length=40, help_text="例如“元旦”“秋季运动会”“补国庆的课”。")
    first_on = _day("从哪天")
    last_on = _day("到哪天", required=False, help_text="只有一天就不用填。")


class FeedForm(forms.Form):
    """Where the calendar will be shown."""

    name = forms.CharField(label="用在哪里", max_length=30, help_text="例如“我的手机”。以后停用时认得出来。")
