"""What is typed: what a person wants of his notices, and where a channel leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from houqin.notifications.kinds import NoticeKind
from houqin.notifications.models import Channel, NoticePreference, switch
from houqin.notifications.services import ChannelFacts
from houqin.notifications.ways import HOSTS, Reach, Security, Way
from houqin.registry import registry


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of notice that may leave the house, under its group."""
    return grouped(outgoing())


def outgoing() -> list[NoticeKind]:
    """The kinds of notices that may leave the house, by mail or into a group."""
    return [kind for kind in registry.notice_kinds.values() if not kind.stays_inside]


def grouped(kinds: Iterable[NoticeKind]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds as choices under the headings of their groups."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        found.setdefault(kind.group, []).append((kind.code, kind.label))
    return list(found.items())


class PreferenceForm(forms.Form):
    """E-mail address, quiet hours, and by which reach what may concern the reader is wanted."""

    email = forms.EmailField(
        label="我的邮箱", required=False, max_length=120, help_text="不填就不发邮件。站内通知总是有的。"
    )
    mail = forms.MultipleChoiceField(
        label="用邮件告诉我", required=False, widget=forms.CheckboxSelectMultiple
    )
    group = forms.MultipleChoiceField(
        label="在工作群里提到我", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="学校接了企业微信群或钉钉群机器人时才有；群里的人都看得到。",
    )  # fmt: skip
    quiet_from = forms.TimeField(
        label="免打扰从", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label="免打扰到", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="这段时间不发邮件、不在群里提到您，过后一起发。两个时间一样，就是随时都发。",
    )  # fmt: skip

    def __init__(
        self, *args: Any, kinds: Sequence[NoticeKind], was_off: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, self.was_off = kinds, was_off
        for name in ("mail", "group"):
            field: Any = self.fields[name]
            field.choices = [(kind.code, kind.label) for kind in kinds]

    def rows(self) -> list[tuple[str, list[tuple[str, Any, Any]]]]:
        """By group: each kind with its box for mail and its box for the group's chat."""
        found: dict[str, list[tuple[str, Any, Any]]] = {}
        for kind, mail, group in zip(self.kinds, self["mail"], self["group"], strict=True):
            found.setdefault(kind.group, []).append((kind.label, mail, group))
        return list(found.items())

    def off(self) -> list[str]:
        """What was left unticked, as `NoticePreference.off` keeps it; what was not asked stays as it was."""
        codes = [kind.code for kind in self.kinds]
        asked = {switch(code, reach) for reach in Reach for code in codes}
        wanted = {Reach.MAIL: self.cleaned_data["mail"], Reach.GROUP: self.cleaned_data["group"]}
        left = [switch(code, reach) for reach, on in wanted.items() for code in codes if code not in on]
        return [*left, *(each for each in self.was_off if each not in asked)]


def initial_of(wish: NoticePreference) -> dict[str, Any]:
    """The form's values for what somebody wants now."""
    ticked = {
        str(reach): [kind.code for kind in outgoing() if switch(kind.code, reach) not in wish.off]
        for reach in Reach
    }
    return {"email": wish.email, "quiet_from": wish.quiet_from, "quiet_to": wish.quiet_to, **ticked}


class ChannelForm(forms.Form):
    """What every channel has, and of the rest what its way needs."""

    name = forms.CharField(label="名称", max_length=40, help_text="发送记录里这样写。")
    address = forms.CharField(
        label="地址", max_length=500, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    host = forms.CharField(label="发信服务器", max_length=120, help_text="例如“smtp.qq.com”。")
    port = forms.IntegerField(label="端口", min_value=1, max_value=65535)
    security = forms.ChoiceField(label="加密", choices=Security.choices)
    sender = forms.EmailField(label="发件人", max_length=120)
    username = forms.CharField(label="账号", max_length=120, required=False)
    secret = forms.CharField(
        label="密钥", max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="发哪些通知", required=False, widget=forms.CheckboxSelectMultiple, choices=kind_choices
    )

    def __init__(self, *args: Any, way: str, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way == Way.MAIL:
            del self.fields["address"]
            self.fields["name"].help_text = "例如“学校邮箱”。发送记录里这样写。"
            self.fields["secret"].label = "密码（授权码）"
            self.fields["kinds"].help_text = "只发给自己登记了邮箱、也勾选了这一类的人。"
        else:
            for name in ("host", "port", "security", "sender", "username"):
                del self.fields[name]
            self._name_the_address(Way(way))
            self.fields["address"].required = channel is None or not channel.sealed_address
            self._say_who_reads(Way(way))
        if way == Way.WECOM:
            del self.fields["secret"]
        elif channel is not None and channel.sealed_secret:
            self.fields["secret"].help_text = "已经保存，不显示。不改就空着。"
        if channel is not None and channel.to_enter:
            for name in {"address", "secret"} & self.fields.keys():
                self.fields[name].help_text = "原来存的打不开，请重新填写。"
        elif channel is not None and channel.sealed_address:
            self.fields["address"].help_text = f"已经保存（{channel.host}），不显示。不改就空着。"

    def _say_who_reads(self, way: Way) -> None:
        if way == Way.WEBHOOK:
            self.fields["name"].help_text = "例如“学校办公平台”。发送记录里这样写。"
            self.fields["kinds"].help_text = "接收系统收到后给谁看，由那边决定；不宜外传的不要勾。"
        else:
            self.fields["name"].help_text = "例如“总务处群”。发送记录里这样写。"
            self.fields["kinds"].help_text = "群里的人都看得到，不宜在群里说的不要勾。"

    def _name_the_address(self, way: Way) -> None:
        field, secret = self.fields["address"], self.fields["secret"]
        if way in HOSTS:
            field.label = "Webhook 地址"
            field.help_text = f"在群里添加机器人后复制，以 https://{HOSTS[way]}/ 开头。"
        else:
            field.help_text = "接收系统的地址，以 https:// 开头。"
        secret.label = "加签密钥" if way == Way.DINGTALK else "签名密钥"
        secret.help_text = (
            "机器人安全设置选“加签”时填，以 SEC 开头。"
            if way == Way.DINGTALK
            else "自己定一个长的；接收方用它验证 X-Houqin-Signature（HMAC-SHA256）。"
        )

    def facts(self) -> ChannelFacts:
        """What was typed, as the services take it."""
        given = dict(self.cleaned_data)
        return ChannelFacts(**given | {"kinds": tuple(given["kinds"])})


def channel_initial(channel: Channel) -> dict[str, Any]:
    """The form's values for a channel; its address and secret are not among them."""
    names = ("name", "host", "port", "security", "sender", "username", "kinds")
    return {name: getattr(channel, name) for name in names}
