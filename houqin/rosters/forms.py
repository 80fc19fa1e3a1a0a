"""What is typed about kinds of duty, rosters and who is on duty."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from houqin.people.choices import InUseField, KeepsWhatItHas, SeveralInUse
from houqin.people.models import User
from houqin.people.names import named
from houqin.rosters.models import Duty, Roster, Shift
from houqin.rosters.rules import MOST_PEOPLE
from houqin.rosters.selectors import days_between, shifts_in_use
from houqin.rosters.states import ShiftDays
from houqin.school_calendar.forms import MomentField
from houqin.showing import said_day

DAY_FORMATS = ["%Y-%m-%d"]


def people() -> Any:
    """Everybody, by pinyin."""
    return User.objects.order_by("search_key", "pk")


class ClockInput(forms.TimeInput):
    """The browser's own input for a time of the clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class KindForm(KeepsWhatItHas):
    """A kind of duty and who draws up its rosters."""

    name = forms.CharField(label="值班种类", max_length=30, help_text="如“行政值班”“门卫”“宿舍值班”。")
    keeper = InUseField(
        people(), label="排班人", empty_label="请选择",
        help_text="他给这一种值班排班、批准换班；总务主任都可以排。",
    )  # fmt: skip
    note = forms.CharField(
        label="值班要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="印在值班表下面，如“保持手机畅通，遇事先报带班领导”。",
    )  # fmt: skip


class ShiftForm(forms.Form):
    """A shift: when, on which days, how many people, where."""

    name = forms.CharField(label="班次", max_length=20, help_text="如“白班”“夜班”“带班领导”。")
    begins = forms.TimeField(label="开始时间", widget=ClockInput())
    ends = forms.TimeField(
        label="结束时间", widget=ClockInput(),
        help_text="早于或等于开始时间，就是到第二天；开始和结束相同是 24 小时。",
    )  # fmt: skip
    days = forms.ChoiceField(label="哪些日子", choices=ShiftDays.choices, help_text="上课日照校历算。")
    people = forms.IntegerField(label="每班人数", min_value=1, max_value=MOST_PEOPLE, initial=1)
    where = forms.CharField(label="地点", max_length=40, required=False)
    position = forms.IntegerField(
        label="顺序", min_value=0, max_value=9_999, required=False, help_text="从左到右；不填排在最后。"
    )


class RosterForm(forms.Form):
    """A roster's name and days."""

    name = forms.CharField(label="名称", max_length=60, help_text="如“2026年国庆假期值班安排表”。")
    first_on = forms.DateField(label="从哪天", input_formats=DAY_FORMATS)
    last_on = forms.DateField(label="到哪天", input_formats=DAY_FORMATS)
    note = forms.CharField(
        label="值班要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewRosterForm(RosterForm):
    """The same with the kind, which stays as it is afterwards."""

    kind: Any = forms.ModelChoiceField(
        label="值班种类", queryset=None, empty_label="请选择", to_field_name="public_id"
    )
    field_order = ("kind", "name")

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]


class TurnsForm(forms.Form):
    """Who takes turns, and who begins; `seen` is the mark of what the page shows."""

    people = SeveralInUse(
        label="参加值班的人", queryset=User.objects.none(),
        to_field_name="public_id", help_text="每人的次数尽量相等，上课日和休息日分开轮；别处有班的那天不排。",
    )  # fmt: skip
    starts = InUseField(
        label="从谁排起", queryset=User.objects.none(), required=False, to_field_name="public_id",
        empty_label="（接着上一张值班表）",
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, usual: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = usual
        offered = people().filter(is_active=True)
        for name in ("people", "starts"):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]

    def in_turn(self) -> list[User]:
        """Who takes turns, in their order: the usual ones as they stand, new ones behind; from who begins."""
        chosen = list(self.cleaned_data["people"])
        usual = [each for each in self.usual if each in chosen]
        order = usual + [each for each in chosen if each not in usual]
        starts = self.cleaned_data["starts"]
        place = order.index(starts) if starts in order else 0
        return order[place:] + order[:place]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        starts = found.get("starts")
        if starts is not None and starts not in found.get("people", ()):
            raise ValidationError({"starts": "从他排起，就要把他选进参加值班的人。"})
        return found


class DutyForm(KeepsWhatItHas):
    """Who has the duty."""

    person = InUseField(people(), label="值班人", empty_label="请选择")


class NewDutyForm(DutyForm):
    """The same with the day and the shift."""

    day = forms.ChoiceField(label="日期")
    shift: Any = forms.ModelChoiceField(
        label="班次", queryset=None, empty_label="请选择", to_field_name="public_id"
    )
    field_order = ("day", "shift", "person")

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(each.isoformat(), day_label(each)) for each in days_between(roster.first_on, roster.last_on)]
        self.fields["day"].choices = days  # type: ignore[attr-defined]
        keys = [each.pk for each in shifts_in_use(roster.kind)]
        self.fields["shift"].queryset = Shift.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


def day_label(day: date) -> str:
    """A day with its weekday: 9月1日（周二）, in another year with that."""
    return said_day(day, on=timezone.localdate())


def facts_of_duty(duty: Duty) -> dict[str, Any]:
    """The form's values for `duty`."""
    return {"person": duty.person_id}


class SwapForm(forms.Form):
    """Whom to ask: a colleague to take the duty, or one of theirs in exchange."""

    other_duty: Any = forms.ModelChoiceField(
        label="和谁的哪一班换", queryset=None, required=False, to_field_name="public_id",
        empty_label="（不换，请人代班）",
        help_text="这一项和下一项，两项填一项。选了班就是互换：对方值您的这一班，您值他的那一班。",
    )  # fmt: skip
    other = InUseField(
        label="请谁代班", queryset=User.objects.none(), required=False, to_field_name="public_id",
        empty_label="（选了上面的班就不用选）", help_text="请人代班：对方值您的这一班，您不用还班。",
    )  # fmt: skip
    reason = forms.CharField(label="事由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, colleagues: Any, duties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["other_duty"].queryset = duties  # type: ignore[attr-defined]
        self.fields["other_duty"].label_from_instance = _offered  # type: ignore[attr-defined]


def _offered(duty: Duty) -> str:
    return f"{named(duty.person)}　{day_label(duty.day)} {duty.shift}（{duty.hours}）"


class AnswerForm(forms.Form):
    """Why not."""

    opinion = forms.CharField(
        label="说明", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DenyForm(forms.Form):
    """Why it is not approved."""

    opinion = forms.CharField(label="为什么不批准", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class EntryForm(forms.Form):
    """What happened, and when."""

    text = forms.CharField(
        label="发生了什么，怎样处理", max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    happened_at = MomentField(label="时间", required=False, help_text="不填就是现在。")

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_over:
            field = self.fields["happened_at"]
            field.required, field.label = True, "什么时候发生的"
            field.help_text = "这一班已经结束，请填事情发生的时间；什么时候补记的，系统另外注明。"


class MatterForm(forms.Form):
    """What the next shift has to see to."""

    text = forms.CharField(
        label="要交代下一班的事", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如“东侧门锁坏了，已报修，夜里注意看守”。",
    )  # fmt: skip


class CloseMatterForm(forms.Form):
    """How it was settled."""

    outcome = forms.CharField(label="怎样处理的", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SignForm(forms.Form):
    """What is to be said of the whole shift; why so late, where that is asked."""

    summary = forms.CharField(label="值班情况", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    late_reason = forms.CharField(
        label="补记原因", max_length=200, help_text="这一班早已结束，按补记处理，要写明为什么现在才签。"
    )

    def __init__(self, *args: Any, is_late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_late:
            del self.fields["late_reason"]


class TakeOverForm(forms.Form):
    """What whoever takes over found otherwise than it was handed over."""

    note = forms.CharField(
        label="接班说明",
        max_length=200,
        required=False,
        help_text="和交班情况不一致的，写在这里；一致的不用填。",
    )
