"""The words of the checks: kinds of items, verdicts, grades, states, and what leads where."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions


class EditionState(TextChoices):
    """A checklist's edition is written, used, and kept for the checks that were made by it."""

    DRAFT = "draft", "拟定中"
    IN_USE = "in_use", "使用中"
    RETIRED = "retired", "已停用"


class ItemKind(TextChoices):
    """How an item is answered."""

    YES_NO = "yes_no", "合格／不合格"
    NUMBER = "number", "数值"
    CHOICE = "choice", "选项"
    TEXT = "text", "文字"
    PHOTO = "photo", "照片"


class Verdict(TextChoices):
    """What an answer says; `noted` is a text or a photo, which nobody judges."""

    GOOD = "good", "合格"
    FAILED = "failed", "不合格"
    NA = "na", "不适用"
    NOTED = "noted", "已记录"


# The setting that says from when on a check is 补记.
LATE_AFTER = "checklists.late_after_hours"
# What 不适用 means where a photo is asked for.
NOT_TAKEN = "未拍"


class Origin(TextChoices):
    """How an answer came: one tap for everything that is fine, or this very item."""

    ALL_FINE = "all_fine", "全部合格"
    BY_HAND = "by_hand", "逐项填写"


class Grade(TextChoices):
    """The outcome of a check, best first; a failed ★ item makes it the last, whatever the score."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSING = "passing", "合格"
    FAILING = "failing", "不合格"


class FindingState(TextChoices):
    """What becomes of a problem that a check found."""

    OPEN = "open", "待整改"
    RECTIFIED = "rectified", "待复查"
    CLOSED = "closed", "已关闭"


READ_LISTS, MANAGE = "houqin.checklist:read", "houqin.checklist:manage"
READ_RUNS, PERFORM = "houqin.check:read", "houqin.check:perform"
READ_FINDINGS, ASSIGN = "houqin.finding:read", "houqin.finding:assign"
RECTIFY, RECHECK = "houqin.finding:rectify", "houqin.finding:recheck"

# Judged by nobody, so they carry no points and are no ★ items.
UNJUDGED = (ItemKind.TEXT, ItemKind.PHOTO)

EDITION_TRANSITIONS: Transitions = (
    Transition("use", (EditionState.DRAFT,), EditionState.IN_USE, MANAGE, "启用"),
    Transition("retire", (EditionState.IN_USE,), EditionState.RETIRED, MANAGE, "停用"),
)

FINDING_TRANSITIONS: Transitions = (
    Transition("assign", (FindingState.OPEN,), FindingState.OPEN, ASSIGN, "安排整改"),
    Transition("rectify", (FindingState.OPEN,), FindingState.RECTIFIED, RECTIFY, "报整改完成"),
    Transition("close", (FindingState.RECTIFIED,), FindingState.CLOSED, RECHECK, "复查合格"),
    Transition(
        "send_back", (FindingState.RECTIFIED,), FindingState.OPEN, RECHECK, "退回整改", needs_reason=True
    ),
)

TONES = {
    EditionState.DRAFT: "neutral",
    EditionState.IN_USE: "good",
    EditionState.RETIRED: "neutral",
    FindingState.OPEN: "warn",
    FindingState.RECTIFIED: "info",
    FindingState.CLOSED: "good",
    Grade.EXCELLENT: "good",
    Grade.GOOD: "good",
    Grade.PASSING: "info",
    Grade.FAILING: "bad",
}
VERDICT_TONES: dict[str, str] = {
    Verdict.GOOD: "good",
    Verdict.FAILED: "bad",
    Verdict.NA: "neutral",
    Verdict.NOTED: "info",
}
