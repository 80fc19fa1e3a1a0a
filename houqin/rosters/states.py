"""The words of the rosters: on which days a shift is, what becomes of a roster, and what leads where."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions


class ShiftDays(TextChoices):
    """On which days of a roster there is a shift."""

    EVERY = "every", "每天"
    SCHOOL = "school", "上课日"
    FREE = "free", "不上课的日子"


class RosterState(TextChoices):
    """A roster is drawn up, and hangs on the wall from then on."""

    DRAFT = "draft", "排班中"
    PUBLISHED = "published", "已公布"


READ, MANAGE = "houqin.roster:read", "houqin.roster:manage"
KEEP_KINDS = "houqin.duty_kind:manage"
ON_DUTY = "houqin.duty:today"

ROSTER_TRANSITIONS: Transitions = (
    Transition("publish", (RosterState.DRAFT,), RosterState.PUBLISHED, MANAGE, "公布"),
)

TONES: dict[str, str] = {RosterState.DRAFT: "warn", RosterState.PUBLISHED: "good"}


class SwapState(TextChoices):
    """What becomes of somebody's wish to give a duty away, or to exchange it."""

    ASKED = "asked", "等对方答复"
    AGREED = "agreed", "等排班人批准"
    DONE = "done", "已换班"
    REFUSED = "refused", "对方不同意"
    DENIED = "denied", "没有批准"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


READ_SWAPS, ASK, SETTLE = "houqin.swap:read", "houqin.swap:ask", "houqin.swap:settle"
OPEN_SWAPS = (SwapState.ASKED, SwapState.AGREED)

SWAP_TRANSITIONS: Transitions = (
    Transition("agree", (SwapState.ASKED,), SwapState.AGREED, ASK, "同意"),
    Transition("take", (SwapState.ASKED,), SwapState.DONE, ASK, "同意并换好"),
    Transition("refuse", (SwapState.ASKED,), SwapState.REFUSED, ASK, "不同意"),
    Transition("withdraw", OPEN_SWAPS, SwapState.WITHDRAWN, ASK, "撤回"),
    Transition("approve", (SwapState.AGREED,), SwapState.DONE, SETTLE, "批准"),
    Transition("deny", (SwapState.AGREED,), SwapState.DENIED, SETTLE, "不批准", needs_reason=True),
    # By the house itself, when the duty became somebody else's meanwhile.
    Transition("lapse", OPEN_SWAPS, SwapState.LAPSED, SETTLE, "失效"),
)
TONES |= {
    SwapState.ASKED: "warn",
    SwapState.AGREED: "info",
    SwapState.DONE: "good",
    SwapState.REFUSED: "bad",
    SwapState.DENIED: "bad",
    SwapState.WITHDRAWN: "neutral",
    SwapState.LAPSED: "neutral",
}


class LogState(TextChoices):
    """A log is written during the shift, then signed: from then on it is history."""

    OPEN = "open", "在写"
    SIGNED = "signed", "已签字"


class MatterState(TextChoices):
    """What is handed over from shift to shift until it is settled."""

    OPEN = "open", "待办"
    CLOSED = "closed", "已办结"


READ_LOGS, WRITE_LOG = "houqin.duty_log:read", "houqin.duty_log:write"

LOG_TRANSITIONS: Transitions = (Transition("sign", (LogState.OPEN,), LogState.SIGNED, WRITE_LOG, "签字"),)
MATTER_TRANSITIONS: Transitions = (
    Transition("close", (MatterState.OPEN,), MatterState.CLOSED, WRITE_LOG, "办结", needs_reason=True),
)
LOG_TONES: dict[str, str] = {LogState.OPEN: "warn", LogState.SIGNED: "good"}
MATTER_TONES: dict[str, str] = {MatterState.OPEN: "warn", MatterState.CLOSED: "good"}
