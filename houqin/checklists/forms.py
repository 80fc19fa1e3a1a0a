"""The forms of checklists and findings; the form of a check itself is in `sheet.py`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from houqin.attachments.forms import FilesField
from houqin.checklists.models import ChecklistItem, Finding
from houqin.checklists.samples import SAMPLES
from houqin.checklists.states import ItemKind
from houqin.people.choices import InUseField, KeepsWhatItHas
from houqin.people.models import User
from houqin.registry import registry
from houqin.school_calendar.forms import MomentField

# Which fields only some kinds of items have; static/houqin/js/forms.js hides them from the others.
JUDGED = {"data-when": f"kind={ItemKind.YES_NO} {ItemKind.NUMBER} {ItemKind.CHOICE}"}
MEASURED = {"data-when": f"kind={ItemKind.NUMBER}"}
CHOSEN = {"data-when": f"kind={ItemKind.CHOICE}"}

SEPARATORS = str.maketrans(dict.fromkeys("，,;；/|\n", "、"))


class WordsField(forms.CharField):
    """Several short words in one line: 良好、一般、差."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        words = [word.strip() for word in super().clean(value).translate(SEPARATORS).split("、")]
        found = list(dict.fromkeys(word for word in words if word))
        if any(len(word) > 30 for word in found) or len(found) > 10:
            raise ValidationError("最多 10 个选项，每个不超过 30 字。")
        return found


class ChecklistForm(forms.Form):
    """What a checklist is for."""

    name = forms.CharField(label="检查表名称", max_length=60)
    only_for = forms.MultipleChoiceField(
        label="只用于",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是哪里都可以用。",
    )
    rectify_hours = forms.IntegerField(
        label="整改时限（小时）", min_value=1, max_value=2_000, initial=22,
        help_text="按工作时间计算；22 小时约 3 个工作日。",
    )  # fmt: skip
    is_round_the_clock = forms.BooleanField(label="时限不分昼夜（宿舍、食堂、隐患）", required=False)
    note = forms.CharField(
        label="依据和说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(registry.check_subjects["place"].kinds.items())
        self.fields["only_for"].choices = kinds  # type: ignore[attr-defined]


class NewChecklistForm(ChecklistForm):
    """The same for a new one, which may begin with the items of a sample."""

    sample = forms.ChoiceField(
        label="从样表开始", required=False,
        choices=[("", "空白"), *((code, sample.name) for code, sample in SAMPLES.items())],
        help_text="样表的检查项会带进来，保存后可以改。",
    )  # fmt: skip
    field_order = ("name", "sample")

    def facts(self) -> dict[str, Any]:
        """What the service is called with."""
        given = dict(self.cleaned_data)
        sample = SAMPLES.get(given.pop("sample"))
        return given | {"items": sample.items if sample is not None else ()}


class EditionForm(forms.Form):
    """From which score a check has which grade, and why the version was made."""

    excellent_from = forms.IntegerField(label="优秀，不低于（分）", min_value=0, max_value=100)
    good_from = forms.IntegerField(label="良好，不低于（分）", min_value=0, max_value=100)
    passing_from = forms.IntegerField(
        label="合格，不低于（分）",
        min_value=0,
        max_value=100,
        help_text="再低就是不合格；★ 关键项不合格的，直接定为不合格。",
    )
    reason = forms.CharField(label="修改原因", max_length=200, required=False)


class ItemForm(forms.Form):
    """One item of a checklist."""

    section = forms.CharField(label="分组", max_length=40, required=False, help_text="例如“用电”“门窗”。")
    text = forms.CharField(label="检查内容", max_length=200)
    kind = forms.ChoiceField(label="填写方式", choices=ItemKind.choices)
    points = forms.DecimalField(
        label="分值", min_value=0, max_value=1_000, max_digits=5, decimal_places=1, required=False,
        help_text="不评分的填 0。文字和照片不评分。", widget=forms.NumberInput(JUDGED),
    )  # fmt: skip
    is_key = forms.BooleanField(
        label="★ 关键项：不合格时整份检查不合格", required=False, widget=forms.CheckboxInput(JUDGED)
    )
    may_be_na = forms.BooleanField(label="可以选“不适用”（不计入应得分）", required=False)
    guidance = forms.CharField(
        label="检查方法和标准", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    unit = forms.CharField(
        label="单位（数值）", max_length=10, required=False, widget=forms.TextInput(MEASURED)
    )
    least = forms.DecimalField(
        label="不低于（数值）", max_digits=10, decimal_places=2, required=False,
        widget=forms.NumberInput(MEASURED),
    )  # fmt: skip
    most = forms.DecimalField(
        label="不高于（数值）", max_digits=10, decimal_places=2, required=False,
        widget=forms.NumberInput(MEASURED),
    )  # fmt: skip
    choices = WordsField(
        label="选项", max_length=330, required=False, help_text="用顿号隔开，例如“良好、一般、差”。",
        widget=forms.TextInput(CHOSEN),
    )  # fmt: skip
    passing = WordsField(
        label="其中合格的", max_length=330, required=False, help_text="例如“良好、一般”；不填表示都算合格。",
        widget=forms.TextInput(CHOSEN),
    )  # fmt: skip
    position = forms.IntegerField(
        label="顺序", min_value=0, max_value=9_999, required=False, help_text="从小到大；不填排在最后。"
    )


def facts_of_item(item: ChecklistItem) -> dict[str, Any]:
    """The form's values for `item`."""
    return {name: getattr(item, name) for name in ItemForm.base_fields}


class ReasonForm(forms.Form):
    """Why a new version is begun."""

    reason = forms.CharField(
        label="修改原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如“按新的标准调整”。",
    )


class AssignForm(KeepsWhatItHas):
    """Who puts it right until when, and who looks at it again."""

    owner = InUseField(User.objects.order_by("search_key", "pk"), label="整改责任人", empty_label="请选择")
    rechecker = InUseField(
        User.objects.order_by("search_key", "pk"), label="复查人", empty_label="请选择",
        help_text="不能和整改责任人是同一个人。",
    )  # fmt: skip
    due_at = MomentField(label="整改时限")
    demand = forms.CharField(
        label="整改要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def facts_of_finding(finding: Finding) -> dict[str, Any]:
    """The values of the form that arranges `finding`."""
    return {
        "owner": finding.owner_id,
        "rechecker": finding.rechecker_id,
        "due_at": timezone.localtime(finding.due_at),
        "demand": finding.demand,
    }


class RectifyForm(forms.Form):
    """How it was put right."""

    measure = forms.CharField(label="怎样整改的", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    attachments = FilesField(label="整改后的照片")


class CloseForm(forms.Form):
    """The re-check found it good."""

    opinion = forms.CharField(
        label="复查意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    attachments = FilesField(label="照片")


class SendBackForm(forms.Form):
    """The re-check found it not good."""

    opinion = forms.CharField(
        label="哪里还没有整改好", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_at = MomentField(label="新的整改时限")
    attachments = FilesField(label="照片")


class PhotosForm(forms.Form):
    """Photos that were taken with a check and follow it."""

    attachments = FilesField(label="照片", required=True)
