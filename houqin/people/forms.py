"""What is typed about people, cleaned: login, passwords, accounts, roles, departments, classes."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.people.choices import InUseField, KeepsWhatItHas
from houqin.people.models import Department, User
from houqin.people.passwords import Password
from houqin.people.roles import GRANTABLE

PASSWORD_LONGEST = 200


class PasswordField(forms.CharField):
    """A password: as typed, blanks included, and never shown again."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=PASSWORD_LONGEST, strip=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Password:
        return Password(super().clean(value))


class LoginForm(forms.Form):
    """工号 or phone, and password."""

    login = forms.CharField(label="工号或手机号", max_length=40)
    password = PasswordField(label="密码", autocomplete="current-password")


class OwnPasswordForm(forms.Form):
    """One's own new password, typed twice."""

    old = PasswordField(label="原密码", autocomplete="current-password")
    new = PasswordField(
        label="新密码",
        autocomplete="new-password",
        help_text="至少 8 位，不能全是数字，不要用姓名、工号或手机号。",
    )
    again = PasswordField(label="再输一遍新密码", autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入。")
        return cleaned


class CodeInput(forms.TextInput):
    """A box for a code: empty again after an error, since the next code is another one."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class CodeField(forms.CharField):
    """A code of the app or for a lost phone, which the program shows as little as a password."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=40, widget=CodeInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Password:
        return Password(super().clean(value))


class CodeForm(forms.Form):
    """The second half of a login."""

    code = CodeField(
        label="动态码", help_text="手机动态码应用里现在显示的 6 位数字；手机不在身边，填一个备用码。"
    )


class TwoStepForm(forms.Form):
    """Turning two-step login on: who sits here is its owner, and the phone has the secret."""

    code = CodeField(label="动态码", help_text="手机上现在显示的 6 位数字。")
    password = PasswordField(label="登录密码", autocomplete="current-password")


class TwoStepOffForm(TwoStepForm):
    """Turning it off."""

    code = CodeField(label="动态码或备用码", help_text="手机上现在显示的 6 位数字，或一个没用过的备用码。")


class RecoveryCodesForm(forms.Form):
    """New codes for a lost phone: who asks for them has the phone."""

    code = CodeField(label="动态码", help_text="手机上现在显示的 6 位数字；备用码在这里不能用。")


class PersonForm(KeepsWhatItHas):
    """Who somebody is and where he works."""

    staff_no = forms.CharField(label="工号", max_length=20, help_text="登录用，例如“ZW012”。")
    name = forms.CharField(label="姓名", max_length=30)
    phone = forms.CharField(label="手机号", max_length=20, required=False, help_text="填了也可以用它登录。")
    department = InUseField(
        label="部门", queryset=Department.objects.all(), required=False, empty_label="未定"
    )


class GrantForm(forms.Form):
    """Which role somebody is given."""

    role = forms.ChoiceField(
        label="岗位", choices=[("", "请选择"), *((role, role.label) for role in GRANTABLE)]
    )


class ReasonForm(forms.Form):
    """Why a password is to be reset."""

    reason = forms.CharField(
        label="原因",
        max_length=100,
        help_text="写明本人怎样提出、怎样核实身份，例如“本人当面申请，已核对证件”。",
    )


class DepartmentForm(KeepsWhatItHas):
    """A department."""

    name = forms.CharField(label="部门名称", max_length=40)
    head = InUseField(label="部门负责人", queryset=User.objects.all(), required=False, empty_label="未定")
    order = forms.IntegerField(
        label="排序", min_value=0, max_value=999, initial=50, help_text="数字小的排在前面。"
    )


class ClassForm(KeepsWhatItHas):
    """A class."""

    name = forms.CharField(label="班级名称", max_length=30, help_text="例如“三（2）班”。")
    grade = forms.IntegerField(
        label="年级", min_value=1, max_value=12, help_text="一年级为 1，七年级（初一）为 7，高一为 10。"
    )
    number = forms.IntegerField(label="班号", min_value=1, max_value=99)
    entry_year = forms.IntegerField(label="入学年份", min_value=1990, max_value=2100)
    head_teacher = InUseField(label="班主任", queryset=User.objects.all(), required=False, empty_label="未定")


class ActingForm(forms.Form):
    """Who acts for whom, from when to when."""

    deputy = InUseField(label="代办人", queryset=User.objects.active(), empty_label="请选择")
    first_day = forms.DateField(label="从", widget=forms.DateInput)
    last_day = forms.DateField(label="到", widget=forms.DateInput)
    reason = forms.CharField(label="事由", max_length=100, help_text="例如“外出培训”“病假”。")

    def __init__(self, *args: Any, for_others: bool, me: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = User.objects.active().exclude(pk=me.pk)  # type: ignore[attr-defined]
        if for_others:
            self.fields["absent"] = InUseField(
                label="本人", queryset=User.objects.active(), required=False, empty_label="我自己"
            )
            self.order_fields(["absent", "deputy", "first_day", "last_day", "reason"])


class RetireForm(forms.Form):
    """From which day something is out of use."""

    on = forms.DateField(label="停用日期", widget=forms.DateInput)


class SchoolForm(forms.Form):
    """The school's name as it stands on pages and papers."""

    name = forms.CharField(label="学校名称", max_length=60, help_text="印在所有表格上，请写全称。")
    short_name = forms.CharField(label="简称", max_length=20, required=False)
