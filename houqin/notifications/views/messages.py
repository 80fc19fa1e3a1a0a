from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.notifications import selectors, services
from houqin.notifications.models import Channel, Message
from houqin.notifications.states import MANAGE, READ_CHANNEL, MessageState
from houqin.notifications.ways import Way
from houqin.people.models import User
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    ListPage,
    ObjectPage,
    Related,
    Step,
    state_column,
)
from houqin.web.templatetags.houqin import clock

UNDER_WAY = frozenset({MessageState.WAITING, MessageState.SENDING})


def everybody_on(way: str) -> str:
    """Who gets what goes out on a channel that has no recipient of its own."""
    return "接收系统" if way == Way.WEBHOOK else "群里的人"


def recipient_word(way: str, name: str | None) -> str:
    """Who gets a message, in the list."""
    return name or everybody_on(way)


class MessageList(ListPage):
    """What went out and what did not. What it says is for its recipients only and stands nowhere here."""

    perm = READ_CHANNEL
    model = Message
    title = "发送记录"
    columns = (
        Column(
            "created_at", "时间", lambda message: clock(message.created_at), sort="created_at", is_whole=True
        ),
        Column("channel", "渠道", "channel.name", sort="channel__name"),
        Column(
            "recipient",
            "收件人",
            recipient_word,
            of=("channel.way", "recipient.name"),
            sort="recipient__search_key",
            on_phone=False,
        ),
        Column("said", "结果", lambda message: message.said or message.get_state_display()),
        Column("tries", "试过几次", sort="tries", is_number=True, on_phone=False),
        state_column(),
    )
    filters = (
        Choices("state", "状态", MessageState.choices),
        Related("channel", "渠道", Channel.objects.visible_to),
    )
    order = ("-created_at",)
    empty_title = "还没有发过消息"
    empty_hint = "接上通知渠道以后，每条消息发没发出都记在这里。"

    def with_columns(self, rows: Any) -> Any:
        return super().with_columns(rows).select_related("channel", "recipient")


class MessageDetail(ObjectPage):
    perm = READ_CHANNEL
    model = Message
    template_name = "notifications/message.html"

    def rows(self) -> QuerySet[Message]:
        return super().rows().select_related("channel", "recipient")  # type: ignore[no-any-return]

    def trail(self) -> list[tuple[str, str]]:
        return [("发送记录", reverse("notices:message-list"))]

    def back_url(self) -> str:
        return reverse("notices:message-list")

    def facts(self, message: Message) -> Sequence[tuple[str, Any]]:
        facts: list[tuple[str, Any]] = [
            ("渠道", message.channel),
            ("收件人", message.recipient or everybody_on(message.channel.way)),
            ("结果", message.said or message.get_state_display()),
            ("试过几次", message.tries),
            ("上次发送", clock(message.tried_at)),
        ]
        if message.state == MessageState.WAITING:
            facts.append(("下次发送", clock(message.next_at)))
        return facts

    def steps(self, message: Message, user: User) -> list[Step]:
        url = reverse("notices:message-retry", args=[message.public_id])
        return [Step("重试", url, retriable(self, message), is_primary=True, is_post=True, icon="rotate-cw")]

    def context(self) -> Mapping[str, Any]:
        return {
            "carried": selectors.carried_by(self.record),
            "is_under_way": self.record.is_test and self.record.state in UNDER_WAY,
        }


def retriable(page: Any, message: Message) -> Decision:
    if message.channel.retired_on is not None:
        return Decision.no("这个渠道已经停用，不能再发。")
    return can_move(message, "retry", actor(page.request))


class MessageRetry(ActPage):
    perm = MANAGE
    model = Message
    title = "重发消息"
    submit_label = "重试"
    question = "马上再发一次。收件人已经看过的不再发。"
    service = services.retry_message
    record_name = "message"
    said = "已排队重发。"

    def rows(self) -> QuerySet[Message]:
        return super().rows().select_related("channel")  # type: ignore[no-any-return]

    def possible(self) -> Decision:
        return retriable(self, self.record)

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}
