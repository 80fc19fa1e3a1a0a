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
