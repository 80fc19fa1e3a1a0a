"""How far a message has come on its channel, and which act leads where."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

READ_CHANNEL = "houqin.channel:read"
MANAGE = "houqin.channel:manage"
OWN = "houqin.notice:own"


class MessageState(TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "等待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发出"
    FAILED = "failed", "没有发出"
    DROPPED = "dropped", "不用发了"


State = MessageState

TRANSITIONS: Transitions = (
    # From 发送中 too: whoever took it may have died on the way.
    Transition("send", (State.WAITING, State.SENDING), State.SENDING, MANAGE, "发送"),
    Transition("arrive", (State.SENDING,), State.SENT, MANAGE, "发出"),
    Transition("postpone", (State.SENDING,), State.WAITING, MANAGE, "推迟"),
    Transition("fail", (State.SENDING,), State.FAILED, MANAGE, "放弃"),
    Transition("drop", (State.WAITING, State.SENDING, State.FAILED), State.DROPPED, MANAGE, "取消发送"),
    Transition("retry", (State.FAILED,), State.WAITING, MANAGE, "重试"),
)
TONES = {
    State.WAITING: "warn",
    State.SENDING: "info",
    State.SENT: "good",
    State.FAILED: "bad",
    State.DROPPED: "neutral",
}
