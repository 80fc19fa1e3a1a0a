"""How far an import has come, and which act leads where."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

# A job that has not moved for so long has died, and may be asked for again: each of them is all or nothing.
SILENT_FOR = timedelta(seconds=60)
USE = "houqin.import:use"


class ImportState(TextChoices):
    """Where an import stands. What ends on 中 is a job's work, and the page shows how far it is."""

    NEW = "new", "待对列"
    CHECKING = "checking", "检查中"
    CHECKED = "checked", "已检查"
    IMPORTING = "importing", "导入中"
    IMPORTED = "imported", "已导入"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"
    DROPPED = "dropped", "已放弃"


State = ImportState

TRANSITIONS: Transitions = (
    Transition("check", (State.NEW, State.CHECKED), State.CHECKING, USE, "检查"),
    Transition("report", (State.CHECKING,), State.CHECKED, USE, "检查完成"),
    Transition("halt", (State.CHECKING,), State.NEW, USE, "停止检查"),
    Transition("start", (State.CHECKED,), State.IMPORTING, USE, "导入"),
    Transition("refuse", (State.IMPORTING,), State.CHECKED, USE, "退回导入"),
    Transition("finish", (State.IMPORTING,), State.IMPORTED, USE, "完成导入"),
    Transition("undo", (State.IMPORTED,), State.UNDOING, USE, "撤销"),
    Transition("keep", (State.UNDOING,), State.IMPORTED, USE, "保留"),
    Transition("reverse", (State.UNDOING,), State.UNDONE, USE, "完成撤销"),
    Transition("drop", (State.NEW, State.CHECKED), State.DROPPED, USE, "放弃"),
)
BUSY = frozenset({State.CHECKING, State.IMPORTING, State.UNDOING})
TONES = {
    State.NEW: "warn",
    State.CHECKING: "info",
    State.CHECKED: "info",
    State.IMPORTING: "info",
    State.IMPORTED: "good",
    State.UNDOING: "info",
    State.UNDONE: "neutral",
    State.DROPPED: "neutral",
}
