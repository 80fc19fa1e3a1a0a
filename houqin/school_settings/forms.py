"""What is typed to change a setting. The value travels as text: the service alone reads it."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.registry import Module, Setting
from houqin.school_settings.kinds import Choice, Grade, Whole


def value_field(declared: Setting) -> forms.Field:
    """The input that fits the setting's kind."""
    label = f"新的值（{declared.unit}）" if declared.unit else "新的值"
    if isinstance(declared.kind, Choice | Grade):
        return forms.ChoiceField(label=label, choices=declared.kind.options)
    attributes = {"inputmode": "numeric"} if isinstance(declared.kind, Whole) else {}
    return forms.CharField(label=label, max_length=200, widget=forms.TextInput(attrs=attributes))


class SettingForm(forms.Form):
    """A new value, from when, and why."""

    valid_from = forms.DateField(
        label="生效日期", widget=forms.DateInput, help_text="可以选以后的日期，到那天自动生效。"
    )
    reason = forms.CharField(
        label="为什么改", max_length=200, help_text="例如“校长办公会 11 月 20 日决定”。以后查得到。"
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, declared: Setting, bounds: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = value_field(declared)
        notes = [declared.help, f"允许范围：{bounds}。" if bounds else ""]
        field.help_text = " ".join(note for note in notes if note)
        self.fields = {"value": field, **self.fields}


class ModulesForm(forms.Form):
    """Which modules the school uses."""

    reason = forms.CharField(label="为什么改", max_length=200, help_text="例如“食堂开学后启用”。")

    def __init__(self, *args: Any, modules: list[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        switches: dict[str, forms.Field] = {
            module.app: forms.BooleanField(label=module.label, required=False, help_text=module.help)
            for module in modules
        }
        self.fields = {**switches, **self.fields}
