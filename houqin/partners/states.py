"""Whether the school works with a partner, and the rights of this room."""

from __future__ import annotations

from django.db.models import TextChoices

from houqin.states import Transition, Transitions

READ, MANAGE, IMPORT = "houqin.partner:read", "houqin.partner:manage", "houqin.partner:import"
READ_ACCOUNT, SET_ACCOUNT = "houqin.partner_account:read", "houqin.partner_account:set"


class PartnerState(TextChoices):
    """In use, or no more; one that was merged into another is out of use for good."""

    IN_USE = "in_use", "合作中"
    STOPPED = "stopped", "停止合作"


PARTNER_TRANSITIONS: Transitions = (
    Transition("stop", (PartnerState.IN_USE,), PartnerState.STOPPED, MANAGE, "停止合作", needs_reason=True),
    Transition("resume", (PartnerState.STOPPED,), PartnerState.IN_USE, MANAGE, "恢复合作"),
)

TONES = {PartnerState.IN_USE: "good", PartnerState.STOPPED: "neutral"}
