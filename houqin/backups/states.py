"""How a backup has fared."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

READ = "houqin.backup:read"
# F3: a night that failed is seen the next morning.
TOO_OLD = timedelta(hours=26)


class BackupState(TextChoices):
    """`GOOD` means: put in place whole, restored into a database of its own, and found equal there."""

    RUNNING = "running", "进行中"
    GOOD = "good", "已恢复检验"
    FAILED = "failed", "没有做成"
    FOUND = "found", "盘上找到，未检验"
    THINNED = "thinned", "已清理"


State = BackupState

# Every service of the journal demands a job of the system besides: no reader moves anything.
TRANSITIONS: Transitions = (
    Transition("finish", (State.RUNNING,), State.GOOD, READ, "完成备份"),
    Transition("fail", (State.RUNNING,), State.FAILED, READ, "记为没有做成"),
    Transition("prove", (State.FOUND,), State.GOOD, READ, "记为已检验"),
    Transition("thin", (State.GOOD, State.FOUND), State.THINNED, READ, "清理"),
)
TONES = {
    State.RUNNING: "info",
    State.GOOD: "good",
    State.FAILED: "bad",
    State.FOUND: "warn",
    State.THINNED: "neutral",
}
