"""How far an ordered document has come."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

USE = "houqin.print_order:use"
KEPT_DAYS = "orders.kept_days"
# A job that has told nothing for so long is waited for by nobody who is not told so.
SILENT_FOR = timedelta(seconds=90)


class OrderState(TextChoices):
    """Where an order stands."""

    WAITING = "waiting", "排队中"
    MAKING = "making", "制作中"
    READY = "ready", "已做好"
    FAILED = "failed", "没有做成"
    EXPIRED = "expired", "已过期"


State = OrderState

# Every service but the ordering demands a job of the system besides: nobody moves his own order.
TRANSITIONS: Transitions = (
    Transition("begin", (State.WAITING,), State.MAKING, USE, "开始制作"),
    Transition("finish", (State.MAKING,), State.READY, USE, "完成制作"),
    Transition("fail", (State.WAITING, State.MAKING), State.FAILED, USE, "记为没有做成"),
    Transition("expire", (State.READY,), State.EXPIRED, USE, "清理"),
)
BUSY = frozenset({State.WAITING, State.MAKING})
LIVE = frozenset({*BUSY, State.READY})
TONES = {
    State.WAITING: "info",
    State.MAKING: "info",
    State.READY: "good",
    State.FAILED: "bad",
    State.EXPIRED: "neutral",
}
