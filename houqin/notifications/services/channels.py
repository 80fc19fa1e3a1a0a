"""The channels: made, changed, tried out, and retired by a 系统管理员."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.notifications.models import Channel, Delivery, Message, NoticePreference
from houqin.notifications.reaching import is_listed, require_address, require_server
from houqin.notifications.services.telling import call_sender
from houqin.notifications.states import MANAGE
from houqin.notifications.ways import HOSTS, Security, Way
from houqin.people.access import require
from houqin.saving import save_or_refuse
from houqin.sealing import opens, seal

SENTENCES = {
    "one_channel_per_name": ("已有同名的渠道，请换一个名称。", "name"),
    "one_mail_server": ("已有一个在用的发信邮箱。请修改那一个，或先停用它。", None),
}
LEFT = "渠道已停用"


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What is typed about a channel. Empty `address` and `secret` leave what is stored as it is."""

    name: str
    kinds: tuple[str, ...] = ()
    address: str = ""
    secret: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    security: str = ""
    username: str = ""
    sender: str = ""


def create_channel(*, way: str, facts: ChannelFacts, by: Actor) -> Channel:
    """Add a channel. Address and secret are sealed; nothing is sent yet.

    Raises `NotAllowed`; `RuleBroken` for a taken name, a second mail server, and an address that is none, not
    the service's own, or not reachable by rule (see `reaching`).
    """
    require(by, MANAGE)
    if way not in Way.values:
        raise RuleBroken("请从列出的方式里选一个。")
    channel = Channel(way=way)
    channel.set_maker(by)
    _write(channel, facts)
    return channel


def update_channel(*, channel: Channel, version: int | None, facts: ChannelFacts, by: Actor) -> Channel:
    """Change a channel; what was in trouble is tried anew at once. Raises as `create_channel`, and
    `EditedMeanwhile`, and `RuleBroken` for a retired one."""
    require(by, MANAGE, channel)
    channel = lock(channel)
    channel.expect_version(version)
    _require_in_use(channel)
    channel.resting_until, channel.trouble = None, ""
    _write(channel, facts)
    call_sender(channel.pk)
    return channel


def retire_channel(*, channel: Channel, on: date, by: Actor) -> Channel:
    """Stop using a channel from the day `on`: nothing waits for it any more, and its keys are taken away."""
    require(by, MANAGE, channel)
    channel = lock(channel)
    _require_in_use(channel)
    channel.retired_on = on
    channel.sealed_address = channel.sealed_secret = channel.trouble = ""
    channel.resting_until = None
    channel.save()
    Delivery.objects.filter(channel=channel, message=None, dropped="").update(dropped=LEFT)
    return channel


def ask_for_test(*, channel: Channel, at: datetime | None = None, by: Actor) -> Message:
    """Queue a test message; its own page shows what came of it. Raises `RuleBroken` for a retired channel,
    and when the mail server has nobody to write to."""
    require(by, MANAGE, channel)
    channel = lock(channel)
    _require_in_use(channel)
    moment = at or timezone.now()
    message = Message(channel=channel, is_test=True, created_at=moment, next_at=moment)
    if channel.way == Way.MAIL:
        message.recipient = by.user
        if by.user is None or not _has_mail(by.user.pk):
            raise RuleBroken("您还没有登记邮箱，测试邮件不知道寄给谁。请先在“通知设置”里填写。")
    message.set_maker(by)
    message.save()
    channel.resting_until = None
    channel.save(update_fields=["resting_until"])
    call_sender(channel.pk)
    return message


def _has_mail(user: int) -> bool:
    return NoticePreference.objects.filter(user=user).exclude(email="").exists()


def _require_in_use(channel: Channel) -> None:
    if channel.retired_on is not None:
        raise RuleBroken("这个渠道已经停用。要再用，请新增一个。")


def _write(channel: Channel, facts: ChannelFacts) -> None:
    for name, typed, sealed in (
        ("address", facts.address, channel.sealed_address), ("secret", facts.secret, channel.sealed_secret)
    ):  # fmt: skip
        # Left empty it stays as it is, and nobody could read it.
        if not typed.strip() and not opens(sealed):
            raise RuleBroken("原来存的打不开，请重新填写。", field=name)
    if channel.way == Way.MAIL:
        _write_server(channel, facts)
    else:
        _write_address(channel, facts)
    channel.name, channel.kinds = facts.name.strip(), sorted(facts.kinds)
    if facts.secret:
        channel.sealed_secret = seal(facts.secret.strip())
    save_or_refuse(channel, SENTENCES)


def _write_server(channel: Channel, facts: ChannelFacts) -> None:
    host = facts.host.strip().lower()
    if facts.port is None or not facts.sender or facts.security not in Security.values:
        raise RuleBroken("请填写服务器、端口、加密方式和发件人。")
    require_server(host, is_plain=facts.security == Security.NONE)
    if channel.host and host != channel.host and not facts.secret:
        # Else whoever changes the server could have the stored password sent to one of his own.
        raise RuleBroken("换了服务器，请把密码（授权码）重新填一遍。", field="secret")
    channel.host, channel.port, channel.security = host, facts.port, facts.security
    channel.username, channel.sender = facts.username.strip(), facts.sender.strip()


def _write_address(channel: Channel, facts: ChannelFacts) -> None:
    address = facts.address.strip()
    if not address:
        if not channel.sealed_address:
            raise RuleBroken("请填写机器人或接收系统的地址。", field="address")
        return
    require_address(address)
    host = (urlsplit(address).hostname or "").lower()
    own = HOSTS.get(Way(channel.way))
    if own is not None and host != own and not is_listed(host):
        raise RuleBroken(
            f"{channel.get_way_display()}的地址应以 https://{own}/ 开头，请从群里重新复制。", field="address"
        )
    if channel.way == Way.WEBHOOK and not (facts.secret or channel.sealed_secret):
        raise RuleBroken("请填写签名密钥，接收方靠它认出是本校发的。", field="secret")
    if channel.host and host != channel.host and channel.sealed_secret and not facts.secret:
        raise RuleBroken("换了服务器，请把密钥重新填一遍。", field="secret")
    channel.host, channel.sealed_address = host, seal(address)
