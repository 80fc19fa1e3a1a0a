"""What pages ask of notices, channels and messages; an administrator never sees what others are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from houqin.notifications.kinds import NoticeKind
from houqin.notifications.models import Channel, Message, NoticePreference, usual
from houqin.notifications.states import MANAGE, MessageState
from houqin.people.models import User
from houqin.registry import Todo, registry

# Said of a channel whose key is another one.
LOCKED = "原来存的打不开：密钥文件换过，或者备份恢复到了新电脑。备份里没有密钥。"


def has_sent() -> Exists:
    """Whether anything ever went out on the channel of the row."""
    return Exists(Message.objects.filter(channel=OuterRef("pk"), state=MessageState.SENT))


def preference_of(user: User) -> NoticePreference:
    """What `user` wants: his own row, or the usual, unsaved."""
    return NoticePreference.objects.filter(user=user.pk).first() or usual(user)


def unread() -> Q:
    """What its recipient has not opened."""
    return Q(read_at=None)


def channel_counts(channel: Channel) -> dict[str, int]:
    """How many messages of `channel` stand in each state, and how many notices wait to be gathered."""
    states = Counter(dict(channel.messages.order_by().values_list("state").annotate(Count("pk"))))
    waiting = channel.deliveries.filter(message=None, dropped="").count()
    return {**{str(state): states[state] for state in MessageState}, "gathering": waiting}


def kind_words(codes: Iterable[str]) -> str:
    """What the kinds are called, by group: 审批（待我审批、催办）；值班（值班表公布）."""
    wanted, found = set(codes), dict[str, list[str]]()
    for code, kind in registry.notice_kinds.items():
        if code in wanted:
            found.setdefault(kind.group, []).append(kind.label)
    return "；".join(f"{group}（{'、'.join(labels)}）" for group, labels in found.items())


def kinds_for(user: User) -> list[NoticeKind]:
    """The kinds of which `user` may ever be told, group by group, in the order of declaration."""
    kinds = [
        each
        for each in registry.notice_kinds.values()
        if not each.stays_inside and (not each.permission or user.has(each.permission))
    ]
    groups = list(dict.fromkeys(kind.group for kind in kinds))
    return sorted(kinds, key=lambda kind: groups.index(kind.group))


def carried_by(message: Message) -> list[tuple[str, str, str]]:
    """For each notice of the message: its kind, to whom, and why it was left out. Never what it says."""
    rows = message.deliveries.order_by("pk").select_related("notice__recipient")
    return [(each.notice.kind_label, each.notice.recipient.name, each.dropped) for each in rows]


def failures(user: User, on: date) -> Iterable[Todo]:
    """Home page of a 系统管理员: the channels that cannot be read, or on which something did not go out."""
    if not user.has(MANAGE):
        return
    failed = Count("messages", filter=Q(messages__state=MessageState.FAILED))
    channels: Any = Channel.objects.visible_to(user).filter(retired_on=None)
    for channel in channels.annotate(failed=failed):
        if channel.to_enter:
            yield Todo(
                f"请重新填写“{channel.name}”的{channel.to_enter}",
                reverse("notices:channel-edit", args=[channel.public_id]),
                "去填写",
                LOCKED,
            )
        if not channel.failed:
            continue
        listed = reverse("notices:message-list")
        yield Todo(
            f"“{channel.name}”有 {channel.failed} 条消息没有发出",
            f"{listed}?state=failed&channel={channel.public_id}",
            "去处理",
            channel.trouble,
        )


def channels_to_enter() -> list[Channel]:
    """The channels in use of which something must be entered again, as after a restoring."""
    return [each for each in Channel.objects.filter(retired_on=None).order_by("name") if each.to_enter]
