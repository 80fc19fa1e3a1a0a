"""Input of the plans' pages: cleaning only, every rule stands in `rules` and is asked by the services."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from calendar_plans.lines import goals_from, goals_to_text, measures_from, measures_to_text
from calendar_plans.models import Category, Item, ItemPartner, Plan
from calendar_plans.periods import Period, PeriodKind, month_label
from calendar_plans.proposals import ProposedPlan
from calendar_plans.reading.sources import UnreadableSource, read_paste, read_source
from calendar_plans.rules import can_span
from calendar_plans.services.items import Assignment, ItemFacts
from houqin.attachments.forms import FilesField, OneFileInput
from houqin.people.choices import OUT_OF_USE, marked
from houqin.people.models import Department, User
from houqin.people.names import named
from houqin.places.forms import PlaceField

YEAR_MONTH = re.compile(r"\s*(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*月?\s*")
LONGEST_GOAL = 2000
LONGEST_TARGET = 100
# The end of the name of the field that every line of `AssignForm` has.
VERSION = "-version"


class MonthInput(forms.TextInput):
    """The browser's month picker; where a browser has none it is a text box that takes `2026-05`."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(attrs={"placeholder": "2026-05"})

    def format_value(self, value: Any) -> str | None:
        return f"{value:%Y-%m}" if isinstance(value, date) else super().format_value(value)


class DayInput(forms.DateInput):
    """The browser's date picker, which understands 2026-05-01 only."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MonthField(forms.Field):
    """A month as the date of its first day; takes 2026-05, 2026/5 and 2026年5月."""

    widget = MonthInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        match = YEAR_MONTH.fullmatch(str(value))
        if match is None or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= 2100:
            raise ValidationError("请写成 2026-05 这样的年月。")
        return date(int(match[1]), int(match[2]), 1)


# What an item has stays on offer when it is no longer in use: saving another field must not take it away.


def people(*kept: Item) -> Any:
    """Who can answer for an item: everybody in use, and whoever answers for one of `kept`; by pinyin."""
    offered = Q(is_active=True) | Q(pk__in=[item.owner_id for item in kept if item.owner_id])
    return User.objects.filter(offered).select_related("department").order_by("search_key")


def departments(*kept: Item) -> Any:
    """Departments in use, and those that help with one of `kept`."""
    helping = ItemPartner.objects.filter(item__in=kept).values("department")
    return Department.objects.filter(Q(retired_on=None) | Q(pk__in=helping))


def categories(*kept: Item) -> Any:
    """Categories in use, and those of `kept`."""
    return Category.objects.filter(
        Q(retired_on=None) | Q(pk__in=[item.category_id for item in kept if item.category_id])
    )


def person_label(person: User) -> str:
    """A person with 工号 and department, and with his 已停用."""
    name = f"{named(person)}（{person.department.name}）" if person.department else named(person)
    return name if person.is_active else f"{name}{OUT_OF_USE}"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """A choice of a member of staff, named with the department."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=people(), empty_label="（未定）", required=False, **kwargs)

    def label_from_instance(self, person: User) -> str:
        return person_label(person)


class MarkedField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """A choice that says what is out of use."""

    def label_from_instance(self, record: Any) -> str:
        return marked(record)


class MarkedFields(MarkedField, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several choices, each of which says whether it is out of use."""


class PlanForm(forms.Form):
    """A plan's head and goals."""

    title = forms.CharField(label="标题", max_length=100)
    kind = forms.ChoiceField(label="计划类型", choices=PeriodKind.choices)
    first_month = MonthField(label="起始月份")
    last_month = MonthField(
        label="结束月份", help_text="最长 12 个月。跨年的计划写下一年的月份，如 2027-01。"
    )
    department = forms.ModelChoiceField(label="部门", queryset=Department.objects.none(), empty_label=None)
    guiding = forms.CharField(
        label="指导思想", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    goals = forms.CharField(
        label="工作目标", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="每行一个目标；目标值写在后面的括号里，如“报修满意率（95%）”，"
        "也可以用竖线隔开：“报修满意率 | 95%”。",
    )  # fmt: skip
    measures = forms.CharField(
        label="主要工作及措施", required=False, strip=False, max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="每行一条，如“1、加强校产管理 | 领新收旧”；下一级前面空两格。",
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments()  # type: ignore[attr-defined]
        if plan is not None:
            del self.fields["department"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_month"), data.get("last_month")
        if first and last:
            decision = can_span(first, last)
            if not decision:
                self.add_error("last_month", decision.reason)
        return data

    def clean_goals(self) -> str:
        text: str = self.cleaned_data["goals"]
        goals = goals_from(text)
        if any(len(goal.text) > LONGEST_GOAL for goal in goals):
            raise ValidationError(f"一个目标最多 {LONGEST_GOAL} 字，请分成几行。")
        if any(len(goal.target) > LONGEST_TARGET for goal in goals):
            raise ValidationError(f"目标值最多 {LONGEST_TARGET} 字。")
        return text

    @property
    def period(self) -> Period:
        data = self.cleaned_data
        return Period(data["kind"], data["first_month"], data["last_month"])

    @property
    def proposal(self) -> ProposedPlan:
        data = self.cleaned_data
        goals, measures = goals_from(data["goals"]), measures_from(data["measures"])
        return ProposedPlan(data["title"], self.period, data["guiding"], goals, measures)


def head_of(plan: Plan) -> dict[str, Any]:
    """The initial values of `PlanForm` for `plan`."""
    return {
        "title": plan.title,
        "kind": plan.kind,
        "first_month": plan.first_month,
        "last_month": plan.last_month,
        "guiding": plan.guiding,
        "goals": goals_to_text(plan.goals.values_list("text", "target")),
        "measures": measures_to_text(plan.measures.values_list("depth", "number", "heading", "text")),
    }


def ask_change_reason(form: forms.Form) -> None:
    """Add the reason that a change of approved work needs."""
    form.fields["change_reason"] = forms.CharField(
        label="改动原因",
        max_length=200,
        required=False,
        help_text="改动已批准月份的工作时要写，会印在该月的改动记录里。",
    )


class ItemForm(forms.Form):
    """What the office writes about an item."""

    content = forms.CharField(label="工作内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    month = forms.TypedChoiceField(label="月份", coerce=date.fromisoformat)
    through = forms.TypedChoiceField(
        label="至月份",
        coerce=date.fromisoformat,
        required=False,
        empty_value=None,
        help_text="跨几个月的工作才选，如“五、六月份”。",
    )
    category = MarkedField(
        label="类别", queryset=Category.objects.none(), required=False, empty_label="（未分类）"
    )
    requirement = forms.CharField(
        label="措施要求", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = PersonField(label="责任人")
    partners = MarkedFields(
        label="配合部门",
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = PlaceField(label="地点", help_text="哪间房、哪个地方；与地点无关的不选。")
    due_on = forms.DateField(label="完成时限", required=False)
    remark = forms.CharField(label="备注", max_length=200, required=False)

    def __init__(
        self, *args: Any, plan: Plan, item: Item | None = None, is_approved: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_approved:
            ask_change_reason(self)
        kept = () if item is None else (item,)
        months = [(month.isoformat(), month_label(month)) for month in plan.period.months]
        self.fields["month"].choices = months  # type: ignore[attr-defined]
        self.fields["through"].choices = [("", "（只在这个月）"), *months]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people(*kept)  # type: ignore[attr-defined]
        self.fields["category"].queryset = categories(*kept)  # type: ignore[attr-defined]
        self.fields["place"].keep(item.place_id if item is not None else None)  # type: ignore[attr-defined]
        self.fields["partners"].queryset = departments(*kept)  # type: ignore[attr-defined]

    @property
    def facts(self) -> ItemFacts:
        data = {name: self.cleaned_data[name] for name in self.base_fields}
        data["through"] = data["through"] or data["month"]
        data["partners"] = tuple(data["partners"])
        return ItemFacts(**data)


def facts_of(item: Item) -> dict[str, Any]:
    """The initial values of `ItemForm` for `item`."""
    return {
        "content": item.content,
        "month": item.month.isoformat(),
        "through": "" if item.through == item.month else item.through.isoformat(),
        "category": item.category_id,
        "requirement": item.requirement,
        "owner": item.owner_id,
        "partners": [department.pk for department in item.partners.all()],
        "place": item.place_id,
        "due_on": item.due_on,
        "remark": item.remark,
    }


class ReportForm(forms.Form):
    """Progress, in the reporter's own words."""

    text = forms.CharField(label="做了什么", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    attachments = FilesField()


class FinishForm(forms.Form):
    """A result; the words are printed as 完成情况."""

    text = forms.CharField(
        label="完成情况",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可以不写，月底打印时写“已完成”。",
    )
    attachments = FilesField()


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class CarryForm(ReasonForm):
    """To which later month, and why."""

    to_month = forms.TypedChoiceField(label="顺延到", coerce=date.fromisoformat)

    field_order = ("to_month", "reason")

    def __init__(self, *args: Any, targets: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_month"].choices = [(m.isoformat(), month_label(m)) for m in targets]  # type: ignore[attr-defined]


class FocusForm(forms.Form):
    """本月重点."""

    focus = forms.CharField(
        label="本月重点",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="最多三行，打印在月工作计划表的抬头。",
    )

    def __init__(self, *args: Any, is_approved: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_approved:
            ask_change_reason(self)


def lines_in(data: Mapping[str, Any]) -> set[str]:
    """The public ids of the items for which the sent form `data` has a line."""
    return {name.removesuffix(VERSION) for name in data if name.endswith(VERSION)}


class AssignForm(forms.Form):
    """One line for each item of a month: owner, time limit, category, and the version that was shown."""

    def __init__(self, *args: Any, items: Sequence[Item], is_approved: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_approved:
            ask_change_reason(self)
        self.items = items
        owners = [
            ("", "（未定）"),
            *((str(p.pk), person_label(p)) for p in people(*items)),
        ]
        kinds = [("", "（未分类）"), *((str(c.pk), marked(c)) for c in categories(*items))]
        for item in items:
            key = item.public_id
            self.fields[f"{key}-owner"] = forms.ChoiceField(
                label="责任人", choices=owners, required=False, initial=str(item.owner_id or "")
            )
            self.fields[f"{key}-due_on"] = forms.DateField(
                label="完成时限", required=False, initial=item.due_on, widget=DayInput()
            )
            self.fields[f"{key}-category"] = forms.ChoiceField(
                label="类别", choices=kinds, required=False, initial=str(item.category_id or "")
            )
            self.fields[f"{key}{VERSION}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=item.version, min_value=1, max_value=2**31 - 1
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.items or lines_in(self.data) - {item.public_id for item in self.items}:
            raise ValidationError("有的工作刚才被别人删除了，没有保存。请重新打开这一页再填。")
        return data

    def rows(self) -> list[dict[str, Any]]:
        """What the page draws: each item with its fields."""
        names = ("owner", "due_on", "category", "version")
        return [
            {"item": item, **{name: self[f"{item.public_id}-{name}"] for name in names}}
            for item in self.items
        ]

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        owners = {str(person.pk): person for person in people(*self.items)}
        kinds = {str(category.pk): category for category in categories(*self.items)}
        data = self.cleaned_data
        return tuple(
            Assignment(
                item=item,
                version=data[f"{item.public_id}{VERSION}"],
                owner=owners.get(data[f"{item.public_id}-owner"]),
                due_on=data[f"{item.public_id}-due_on"],
                category=kinds.get(data[f"{item.public_id}-category"]),
            )
            for item in self.items
        )


class ReadForm(forms.Form):
    """A plan as pasted text or as a file. What cannot be read is refused here, with a sentence that helps."""

    # No `maxlength` on the box: a browser would cut a long paste without a word.
    text = forms.CharField(
        label="粘贴计划全文", required=False, strip=False, widget=forms.Textarea(attrs={"class": "tall"})
    )
    file = forms.FileField(
        label="或选择文件", required=False,
        help_text="支持 .txt、.docx、.xlsx、.xls，5 MB 以内。旧的 .doc 请先另存为 .docx。",
        error_messages={"empty": "这个文件是空的，请换一个。"},
        widget=OneFileInput(attrs={"accept": ".txt,.docx,.xlsx,.xls"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file: UploadedFile[bytes] | None = data.get("file")
        if self.errors:
            return data
        try:
            self.source = read_source(file.name or "", file.read()) if file else read_paste(data["text"])
        except UnreadableSource as error:
            self.add_error("file" if file else "text", str(error))
        return data

    @property
    def file_name(self) -> str:
        file: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        return (file.name or "")[:200] if file else ""
