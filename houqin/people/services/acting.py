"""Acting-for periods: appointed by whoever goes away, ended early by him or by his deputy."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from houqin.actors import Actor
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.acting import ActingFor
from houqin.people.models import User
from houqin.people.rules import can_act_for, can_end_acting, can_span_days
from houqin.people.services.accounts import held_roles
from houqin.saving import save_or_refuse

APPOINT = "houqin.acting:appoint"
SENTENCES = {
    "one_deputy_at_a_time": ("这段时间已经请了人代办，请先结束原来的代办，或改选日期。", "first_day"),
}


def appoint_deputy(
    *,
    absent: User,
    deputy: User,
    first_day: date,
    last_day: date,
    reason: str,
    today: date | None = None,
    by: Actor,
) -> ActingFor:
    """Let `deputy` act for `absent` from `first_day` to `last_day`, both included.

    Everybody appoints his own; a 安全管理员 does it for somebody who is ill, never naming himself. Raises
    `NotAllowed`, and `RuleBroken` for a disabled person, oneself, an administrator, days that are over, and a
    second deputy at the same time (the database refuses that one).
    """
    require(by, APPOINT, absent)
    can_act_for(
        is_same=absent == deputy,
        names_himself=by.user == deputy,
        is_active=absent.is_active and deputy.is_active,
        deputy_holds=held_roles(deputy),
    ).require()
    can_span_days(first_day, last_day, today or timezone.localdate()).require()
    acting = ActingFor(
        absent=absent, deputy=deputy, first_day=first_day, last_day=last_day, reason=reason.strip()
    )
    acting.set_maker(by)
    save_or_refuse(acting, SENTENCES)
    return acting


def end_acting(*, acting: ActingFor, at: datetime | None = None, by: Actor) -> ActingFor:
    """End the period at once. Raises `NotAllowed`, and `RuleBroken` when it is over already."""
    require(by, APPOINT, acting)
    acting, at = lock(acting), at or timezone.now()
    is_over = acting.ended_at is not None or acting.last_day < timezone.localdate(at)
    can_end_acting(is_over=is_over).require()
    acting.ended_at = at
    acting.save(update_fields=["ended_at"])
    return acting
