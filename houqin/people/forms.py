"""What is typed about people, cleaned: login, passwords, accounts, roles, departments, classes."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.people.passwords import Password

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
