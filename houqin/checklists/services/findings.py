"""Findings: arranged, put right, looked at again by somebody else, closed or sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.attachments.services import HandedIn, attach_files
from houqin.checklists.models import Finding, FindingRound, Result
from houqin.checklists.notices import CLOSED, TO_RECHECK, TO_RECTIFY
from houqin.checklists.rules import can_recheck, can_rectify
from houqin.checklists.states import ASSIGN, RECHECK, RECTIFY
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.people.access import allowed, require
from houqin.people.models import User
from houqin.people.scopes import Scope
from houqin.rules import Decision
from houqin.saving import save_or_refuse
from houqin.states import can_move, move

FINDING_SENTENCES = {
    "owner_does_not_recheck": ("整改责任人不能自己复查，请另选一个复查人。", "rechecker"),
}
ROUND_SENTENCES = {
    "one_rectification_per_round": ("刚才已经有人报过整改，请刷新后再看。", None),
    "rectifier_does_not_recheck": ("谁整改谁不复查，请由另一个人复查。", None),
}


def assign_finding(
    *,
    finding: Finding,
    version: int | None = None,
    owner: User,
    rechecker: User,
    due_at: datetime,
    demand: str = "",
    by: Actor,
) -> Finding:
    """Say who puts it right until when, and who looks at it again; who has not had it before is told.

    Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` when it is put right already, an account is closed,
    or one person would do both.
    """
    require(by, ASSIGN, finding)
    finding = lock(finding)
    finding.expect_version(version)
    can_move(finding, "assign", by).require()
    for field, user in (("owner", owner), ("rechecker", rechecker)):
        # Who has it already may stay named, so that the rest can be changed.
        if not user.is_active and user != getattr(finding, field):
            raise RuleBroken(f"{user.name}的账号已停用，请选别的同事。", field=field)
    if owner == rechecker:
        raise RuleBroken(FINDING_SENTENCES["owner_does_not_recheck"][0], field="rechecker")
    if due_at <= finding.found_at:
        raise RuleBroken("整改时限要在发现问题之后。", field="due_at")
    is_another = finding.owner != owner
    finding.owner, finding.rechecker, finding.due_at = owner, rechecker, due_at
    finding.demand = demand.strip()
    save_or_refuse(finding, FINDING_SENTENCES)
    if is_another:
        announce(TO_RECTIFY, finding, by=by)
    return finding


def rectify(
    *,
    finding: Finding,
    measure: str,
    attachments: Sequence[HandedIn] = (),
    at: datetime | None = None,
    by: Actor,
) -> Finding:
    """Report that it was put right, and how; it waits for the re-check now, and whoever makes it is told.

    Raises `NotAllowed` for anybody but its owner and the office; `RuleBroken` without a measure, or when
    somebody reported it a moment ago. The finding's lock keeps two reports from both beginning the round.
    """
    require(by, RECTIFY, finding)
    if not isinstance(by, Person):
        raise NotAllowed("整改要记在整改人名下，请先登录。")
    finding = lock(finding)
    may_rectify(finding=finding, by=by).require()
    if not measure.strip():
        raise RuleBroken("请写明怎样整改的。", field="measure")
    made = FindingRound(
        finding=finding, round=finding.round, rectified_by=by.user, rectified_at=at or timezone.now(),
        measure=measure.strip(),
    )  # fmt: skip
    made.set_maker(by)
    save_or_refuse(made, ROUND_SENTENCES)
    move(finding, "rectify", by=by)
    attach_files(to=made, files=attachments, by=by)
    announce(TO_RECHECK, finding, by=by)
    return finding


def close_finding(
    *,
    finding: Finding,
    opinion: str = "",
    attachments: Sequence[HandedIn] = (),
    at: datetime | None = None,
    by: Actor,
) -> Finding:
    """The re-check found it good: the finding is closed, and whoever found it and answers for it is told.

    Raises `NotAllowed` for whoever put it right or answers for it, for a re-check that is entered for
    somebody else, and for anybody who was not asked; `RuleBroken` when there is nothing to look at.
    """
    finding, latest = _recheck(finding, Result.PASSED, opinion, at, by)
    finding.closed_at = latest.rechecked_at
    move(finding, "close", by=by, also=["closed_at"])
    attach_files(to=latest, files=attachments, by=by)
    announce(CLOSED, finding, by=by)
    return finding


def send_back(
    *,
    finding: Finding,
    opinion: str,
    due_at: datetime,
    attachments: Sequence[HandedIn] = (),
    at: datetime | None = None,
    by: Actor,
) -> Finding:
    """The re-check found it not good: a new round begins, with the reason, until `due_at`. The owner is told.

    Raises as `close_finding`, and `RuleBroken` without a reason or for a limit that has passed.
    """
    at = at or timezone.now()
    if not opinion.strip():
        raise RuleBroken("请写明哪里还没有整改好。", field="opinion")
    if due_at <= at:
        raise RuleBroken("新的整改时限要在以后。", field="due_at")
    finding, latest = _recheck(finding, Result.RETURNED, opinion, at, by)
    finding.round += 1
    finding.due_at = due_at
    move(finding, "send_back", by=by, reason=opinion, also=["round", "due_at"])
    attach_files(to=latest, files=attachments, by=by)
    announce(TO_RECTIFY, finding, by=by)
    return finding


def may_rectify(*, finding: Finding, by: Actor) -> Decision:
    """Whether `by` may report `finding` put right."""
    return can_rectify(finding, by.user, may_assign=bool(allowed(by, ASSIGN)))


def may_recheck(*, finding: Finding, by: Actor) -> Decision:
    """Whether `by` may look at `finding` again; one query."""
    latest = latest_round(finding)
    return can_recheck(
        finding,
        by.user,
        rectified_by=latest.rectified_by_id if latest is not None else None,
        may_all=_rechecks_all(by),
    )


def latest_round(finding: Finding) -> FindingRound | None:
    """The round at hand, once somebody has reported; one query."""
    return finding.rounds.filter(round=finding.round).first()


def _rechecks_all(by: Actor) -> bool:
    return by.user is not None and Scope.ALL in by.user.scopes(RECHECK)


def _recheck(
    finding: Finding, result: Result, opinion: str, at: datetime | None, by: Actor
) -> tuple[Finding, FindingRound]:
    """Lock, read again, check who looks, and write what he found into the round."""
    require(by, RECHECK, finding)
    if not isinstance(by, Person) or by.entered_by is not None:
        raise NotAllowed("复查要由复查人本人登记，不能由别人代录。")
    finding = lock(finding)
    may_recheck(finding=finding, by=by).require()
    found: Any = latest_round(finding)
    latest: FindingRound = lock(found)
    latest.rechecked_by, latest.rechecked_at = by.user, at or timezone.now()
    latest.result, latest.opinion = result, opinion.strip()
    fields = ["rechecked_by", "rechecked_at", "result", "opinion"]
    save_or_refuse(latest, ROUND_SENTENCES, update_fields=fields)
    return finding, latest
