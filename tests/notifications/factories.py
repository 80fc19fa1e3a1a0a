"""Notices, channels and wishes for tests."""

from __future__ import annotations

from datetime import datetime, time
from itertools import count
from typing import Any

from django.utils import timezone

from houqin.actors import System
from houqin.notifications import services
from houqin.notifications.models import Channel, Delivery, Message, Notice, NoticePreference
from houqin.notifications.services import ChannelFacts
from houqin.notifications.states import MessageState
from houqin.notifications.ways import Way
from houqin.people.models import User
from houqin.registry import registry
from houqin.school_settings.models import SettingChange

_numbers = count(1)
NIGHT_OWL = {"quiet_from": time(0, 0), "quiet_to": time(0, 0)}


def notice(user: User, about: Any = None, **fields: Any) -> Notice:
    """Something that `user` was told; about nothing but his own account unless said otherwise."""
    number = next(_numbers)
    fields = {"kind": "people.role_granted", "key": f"k{number}", "title": f"通知{number}"} | fields
    if about is None:
        fields.setdefault("route", "people:account")
    made: Notice = Notice.objects.create(recipient=user, about=about, **fields)
    return made


def wish(user: User, **fields: Any) -> NoticePreference:
    """What `user` wants; disturbed at any hour unless said otherwise."""
    made: NoticePreference = NoticePreference.objects.create(user=user, **NIGHT_OWL | fields)
    return made


def list_hosts(*hosts: str) -> None:
    """Let the servers inside with these names be reached from today on."""
    SettingChange.objects.create(
        code="notifications.internal_hosts", value="、".join(hosts), valid_from=timezone.localdate(),
        reason="测试",
    )  # fmt: skip


def channel(way: Way = Way.WEBHOOK, address: str = "", **facts: Any) -> Channel:
    """A channel that carries every kind, to a server outside unless said otherwise."""
    usual = {
        Way.WEBHOOK: "https://hooks.example.com/houqin",
        Way.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc",
        Way.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=abc",
    }
    facts = {
        "name": f"渠道{next(_numbers)}",
        "kinds": tuple(registry.notice_kinds),
        "secret": "秘密" * 8,
    } | facts
    if way == Way.MAIL:
        server = {"host": "smtp.example.com", "port": 465, "security": "ssl", "sender": "hq@example.com"}
        facts = server | facts
    else:
        facts["address"] = address or usual[way]
    return services.create_channel(way=way, facts=ChannelFacts(**facts), by=System("测试"))


def waiting(notice: Notice, on: Channel, *, at: datetime | None = None) -> Delivery:
    """A delivery of `notice` whose time has come."""
    made: Delivery = Delivery.objects.create(notice=notice, channel=on, not_before=at or timezone.now())
    return made


def message(on: Channel | None = None, state: str = MessageState.WAITING, **fields: Any) -> Message:
    """A message as it would stand after its tries."""
    on = on or channel()
    if state == MessageState.SENT:
        fields.setdefault("sent_at", timezone.now())
    made: Message = Message.objects.create(channel=on, state=state, **fields)
    return made
