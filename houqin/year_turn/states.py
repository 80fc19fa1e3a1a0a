"""How far a turn of the school year has come, and what becomes of each class."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

# Whoever keeps the classes turns the year: the office and the 系统管理员 (domain.md §0).
MANAGE = "houqin.class:manage"


class TurnState(TextChoices):
    """Where a turn stands."""

    DRAFT = "draft", "准备中"
    DONE = "done", "已结转"
    UNDONE = "undone", "已撤销"
    DROPPED = "dropped", "已放弃"


class LineAct(TextChoices):
    """What becomes of a class."""

    UP = "up", "升级"
    LEAVE = "leave", "毕业离校"
    STAY = "stay", "年级不变"
    NEW = "new", "新建"
    SKIP = "skip", "不处理"


class RoomWay(TextChoices):
    """How rooms are proposed."""

    KEEP = "keep", "班级留在原教室，新班用毕业班的教室"
    FOLLOW = "follow", "升到上一届同班号的教室，新班用本年级原来的教室"


TRANSITIONS: Transitions = (
    Transition("carry_out", (TurnState.DRAFT,), TurnState.DONE, MANAGE, "结转"),
    Transition("undo", (TurnState.DONE,), TurnState.UNDONE, MANAGE, "撤销结转"),
    Transition("drop", (TurnState.DRAFT,), TurnState.DROPPED, MANAGE, "放弃"),
)
TONES = {
    TurnState.DRAFT: "warn",
    TurnState.DONE: "good",
    TurnState.UNDONE: "neutral",
    TurnState.DROPPED: "neutral",
}
ACT_TONES = {
    LineAct.UP: "info",
    LineAct.LEAVE: "neutral",
    LineAct.STAY: "neutral",
    LineAct.NEW: "good",
    LineAct.SKIP: "warn",
}
# A live one: being prepared, or done. There is one a school year.
LIVE = (TurnState.DRAFT, TurnState.DONE)
# What a class may become, and what a class may that is not there yet.
OF_OLD = (LineAct.UP, LineAct.LEAVE, LineAct.STAY, LineAct.SKIP)
OF_NEW = (LineAct.NEW, LineAct.SKIP)
