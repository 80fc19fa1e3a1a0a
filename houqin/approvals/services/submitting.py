"""What the applicant does: hand in, hand in again, take back, remind; and what a changed content undoes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.approvals.chain import (
    find_holders,
    lay_steps,
    open_next,
    open_step,
    settle,
)
from houqin.approvals.matching import planned_steps, require_edition, require_signers
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.notices import REMINDED
from houqin.approvals.rules import can_remind, can_withdraw
from houqin.approvals.states import SUBMIT, WITHDRAW, RequestState
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.numbering import next_number
from houqin.people.access import require
from houqin.people.models import User
from houqin.registry import registry
from houqin.saving import save_or_refuse
from houqin.states import move

SERIES = "approvals.request"
UNDER_WAY = "这件事已经提交，正在审批，不用再交。"
SENTENCES = {"one_open_request_per_subject": (UNDER_WAY, None)}


def open_request_of(record: Any) -> ApprovalRequest | None:
    """The request about `record` that is open or returned; for a service, which locks it before `record`."""
    unsettled = (RequestState.OPEN, RequestState.RETURNED)
    found: ApprovalRequest | None = requests_about(record).filter(state__in=unsettled).first()
    return found


def lock_request_of(record: Any) -> ApprovalRequest | None:
    """Lock the request about `record` that came back; an app calls it before it locks the record itself.

    Raises `RuleBroken` while a request is being approved.
    """
    found = open_request_of(record)
    if found is None:
        return None
    request = lock(found)
    if request.state == RequestState.OPEN:
        raise RuleBroken(UNDER_WAY)
    return request if request.state == RequestState.RETURNED else None


def requests_about(record: Any) -> Any:
    """All requests about `record`, the newest first."""
    content_type = ContentType.objects.get_for_model(record)
    return ApprovalRequest.objects.filter(content_type=content_type, object_id=record.pk)


def submit(
    *,
    record: Any,
    kind: str,
    returned: ApprovalRequest | None = None,
    at: datetime | None = None,
    by: Actor,
) -> ApprovalRequest:
    """Hand `record` in for approval, or hand it in again after it came back.

    The app's own service has locked and checked the record, and before it the request that came back
    (`lock_request_of`), because of the order of locks. The route is chosen, its steps are copied, and the
    first one is opened. Raises `NotAllowed`, and `RuleBroken` when no route fits, when nobody could sign a
    step, or when the record is being approved already.
    """
    require(by, SUBMIT)
    applicant, at = _applicant(by), at or timezone.now()
    if returned is None:
        request = ApprovalRequest(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk, subject_kind=kind,
            applicant=applicant,
        )  # fmt: skip
        request.set_maker(by)
        request.number = next_number(SERIES, on=timezone.localdate(at))
    else:
        request = returned
        request.submission += 1
        request.round += 1
    return _run(request, record, at=at, by=by, again=returned is not None)


def _run(request: ApprovalRequest, record: Any, *, at: datetime, by: Actor, again: bool) -> ApprovalRequest:
    subject = registry.approval_subjects[request.subject_kind]
    facts = subject.facts(record)
    edition = require_edition(subject.kind, facts)
    steps = planned_steps(edition, request.applicant, facts)
    require_signers(steps)
    request.title, request.department = subject.title(record)[:120], facts.department
    request.amount = request.agreed_amount = facts.amount
    request.category, request.budget = facts.category, facts.budget
    request.edition, request.length = edition, len(steps)
    request.digest, request.submitted_at = subject.digest(record), at
    if again:
        fields = (
            "title", "department", "amount", "agreed_amount", "category", "budget", "edition", "length",
            "digest", "submitted_at", "submission", "round",
        )  # fmt: skip
        move(request, "resubmit", by=by, also=fields)
    else:
        save_or_refuse(request, SENTENCES)
    lay_steps(request, steps, by)
    open_next(request, at, by)
    return request


def withdraw(
    *, request: ApprovalRequest, reason: str = "", at: datetime | None = None, by: Actor
) -> ApprovalRequest:
    """Take an open or returned request back. Raises `NotAllowed`, `RuleBroken` when it is settled."""
    require(by, WITHDRAW, request)
    request = lock(request)
    can_withdraw(request).require()
    settle(request, "withdraw", by=by, at=at or timezone.now(), reason=reason)
    return request


def content_changed(*, record: Any, at: datetime | None = None, by: Actor) -> ApprovalRequest | None:
    """What an app calls when it changed a record that may be under approval (promise A7).

    A request whose content is no longer what was submitted comes back to the applicant; decisions made so far
    stay as history and count no more. The caller has locked the request before the record.
    """
    request = open_request_of(record)
    if request is None or request.state != RequestState.OPEN:
        return request
    request = lock(request)
    subject = registry.approval_subjects[request.subject_kind]
    if subject.digest(record) != request.digest:
        why = "提交以后内容有改动，请核对后重新提交。"
        settle(request, "change", by=by, at=at or timezone.now(), reason=why)
    return request


def remind(*, request: ApprovalRequest, at: datetime | None = None, by: Actor) -> ApprovalRequest:
    """催办: find anew who may sign, and put the request on top of their list; once a day.

    Raises `NotAllowed` for anybody but the applicant, `RuleBroken` for a settled request or a second time.
    """
    require(by, WITHDRAW, request)
    request, at = lock(request), at or timezone.now()
    can_remind(request, at).require()
    step = open_step(request)
    if step is None:
        raise RuleBroken("这张审批单没有正在审批的环节，请刷新后再看。")
    find_holders(request, step, at)
    request.reminded_at = at
    request.save(update_fields=["reminded_at"])
    announce(REMINDED, request, by=by, step=step.pk)
    return request


def _applicant(by: Actor) -> User:
    """The person who asks: never a job of the system, which nobody could hold to account."""
    if not isinstance(by, Person):
        raise NotAllowed("要由教职工本人提交审批。")
    return by.user
