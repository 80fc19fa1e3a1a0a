"""Checks: signed in one act when they arrive, never changed; their photos may follow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.attachments.models import AttachmentLink
from houqin.attachments.services import HandedIn, attach_files
from houqin.checklists.models import CheckAnswer, Checklist, ChecklistEdition, CheckRun
from houqin.checklists.rules import (
    MOST_PHOTOS,
    Answered,
    Given,
    answered,
    can_be_performed_at,
    can_check_by,
    can_correct,
    can_take_photo,
    field_of,
    is_late,
    scored,
)
from houqin.checklists.services.opening import open_findings
from houqin.checklists.states import LATE_AFTER, MANAGE, PERFORM
from houqin.checklists.subjects import CheckSubject
from houqin.errors import NotAllowed, RuleBroken
from houqin.numbering import next_number
from houqin.people.access import allowed, require
from houqin.registry import registry
from houqin.rules import Decision
from houqin.saving import insert_all_or_refuse, save_or_refuse
from houqin.school_settings.reading import setting

RUN_SERIES = "checklists.run"
HOLD_PHOTOS = "SELECT pg_advisory_xact_lock(hashtext('checklists.photos'), %s)"
LARGEST_KEY = 2**31
RUN_SENTENCES = {
    "houqin_checkrun_draft_id_key": ("这份检查刚才已经上报过，不用再报。", None),
    "houqin_checkrun_replaces_id_key": ("这份检查刚才已经被更正，请刷新后看新的那一份。", None),
    "replaces_a_check_of_the_same": ("更正要用同一份检查表、检查同一个地方。", "subject"),
    "check_by_an_edition_in_use": ("这一版检查表还在拟定，启用以后才能用来检查。", None),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """Which signed check a new one replaces, and why."""

    run: CheckRun
    reason: str


def sign_check(
    *,
    edition: ChecklistEdition,
    subject: Any,
    given: Sequence[Given],
    all_fine: bool,
    performed_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
    draft_id: uuid.UUID,
    correction: Correction | None = None,
    at: datetime | None = None,
    by: Actor,
) -> CheckRun:
    """Keep a check of `subject` as `by` made it at `performed_at` (now; a correction: as before), signed.

    `all_fine` answers what is a plain yes and was not touched; everything else is in `given`. `draft_id` is
    the phone's own id: sent again after its answer was lost, the check that is there is the answer. Raises
    `NotAllowed`; `RuleBroken` beside the item that is missing or impossible, for a time in the future, a late
    entry without a reason, a place out of use, or a check that was corrected already. Side effects: a finding
    for each failed item, with owner, re-checker and time limit; photos that came along are linked.
    """
    require(by, PERFORM)
    if not isinstance(by, Person):
        raise NotAllowed("检查要记在检查人名下，请先登录。")
    if (again := CheckRun.objects.filter(draft_id=draft_id).first()) is not None:
        return _sent_again(again, by)
    at = at or timezone.now()
    looked_at = performed_at or (correction.run.performed_at if correction is not None else at)
    can_check_by(edition).require()
    run = CheckRun(
        draft_id=draft_id, edition=edition, performed_by=by.user, entered_by=by.entered_by,
        performed_at=looked_at, note=note.strip(), created_at=at, created_by=by.user,
    )  # fmt: skip
    _name_subject(run, subject)
    _note_lateness(run, late_reason, correction)
    _replace(run, correction, by)
    answers = _answers(edition, given, all_fine=all_fine)
    _note_score(run, answers)
    return _keep(run, answers, given, by)


def add_photos(*, answer: CheckAnswer, attachments: Sequence[HandedIn], by: Actor) -> CheckAnswer:
    """Link photos that were taken with a check and arrive after it, as many as the check says there are.

    Raises `NotAllowed` for anybody but the checker, and `RuleBroken` for more than were taken. Sent again,
    the same photo is the same file and no second link.
    """
    require(by, PERFORM)
    _hold_photos(answer)
    if not attachments:
        raise RuleBroken("请先选择照片，或拍一张。", field="attachments")
    linked = linked_photos(answer)
    new = {_content(each) for each in attachments} - linked
    if not new:
        return answer
    may_add_photos(answer=answer, by=by).require()
    if len(linked) + len(new) > answer.photos:
        raise RuleBroken(
            f"这一项检查时拍了 {answer.photos} 张，已传 {len(linked)} 张，不能再多传。", field="attachments"
        )
    attach_files(to=answer, files=attachments, by=by)
    return answer


def linked_photos(answer: CheckAnswer) -> set[str]:
    """The contents of the photos that an answer has, withdrawn ones included; one query."""
    links = AttachmentLink.objects.filter(parent_model=answer._meta.label_lower, parent_id=answer.pk)
    return set(links.values_list("attachment__sha256", flat=True))


def may_add_photos(*, answer: CheckAnswer, by: Actor) -> Decision:
    """Whether `by` may send another photo of `answer`; one query."""
    hands = {answer.run.performed_by_id, answer.run.entered_by_id}
    is_own = by.user is not None and by.user.pk in hands
    return can_take_photo(answer, linked=len(linked_photos(answer)), is_own=is_own)


def _content(file: HandedIn) -> str:
    return file.sha256


def _hold_photos(answer: CheckAnswer) -> None:
    """Keep two senders from both counting before either has linked.

    An answer is history, so nobody may lock its row; until the transaction ends its key is held instead.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PHOTOS, [answer.pk % LARGEST_KEY])


def _sent_again(run: CheckRun, by: Person) -> CheckRun:
    if run.performed_by_id != by.user.pk:
        raise NotAllowed("这份检查已由别人上报。")
    return run


def _kind_of(run: CheckRun) -> CheckSubject:
    return registry.check_subjects[run.edition.checklist.subject_kind]


def _name_subject(run: CheckRun, subject: Any) -> None:
    checklist: Checklist = run.edition.checklist
    known = _kind_of(run)
    today = known.today(subject)
    if today is None:
        raise RuleBroken(f"“{subject}”已经停用，不用再检查。", field="subject")
    if not known.fits(today, checklist.only_for):
        raise RuleBroken(f"“{checklist}”不用于“{today}”，请换一份检查表。", field="subject")
    run.content_type = ContentType.objects.get_for_model(today)
    run.object_id, run.subject = today.pk, today
    run.subject_label, run.department = str(today), known.department(today)


def _note_lateness(run: CheckRun, reason: str, correction: Correction | None) -> None:
    """Tell a late entry from one that is in time; what a phone's clock is ahead is taken off.

    A correction of the same look is as late as the check that it replaces: it says itself why it came after.
    """
    at = run.created_at
    if correction is not None and run.performed_at == correction.run.performed_at:
        run.is_late, run.late_reason = correction.run.is_late, correction.run.late_reason
        return
    can_be_performed_at(run.performed_at, at).require()
    hours = setting(LATE_AFTER, on=timezone.localdate(at))
    run.is_late = is_late(run.performed_at, at, hours)
    if run.is_late and not reason.strip():
        raise RuleBroken(
            f"检查时间已过去 {hours} 小时以上，按补记处理，请写明补记原因。", field="late_reason"
        )
    run.late_reason = reason.strip() if run.is_late else ""
    run.performed_at = min(run.performed_at, at)


def _replace(run: CheckRun, correction: Correction | None, by: Person) -> None:
    if correction is None:
        return
    wrong = correction.run
    may_correct(run=wrong, by=by).require()
    if not correction.reason.strip():
        raise RuleBroken("请写明原来的检查哪里不对。", field="replace_reason")
    run.replaces, run.replace_reason = wrong, correction.reason.strip()
    if run.subject == _kind_of(run).today(wrong.subject):
        # Its room may have been merged into another since: what was looked at is what it was.
        run.object_id, run.subject, run.subject_label = wrong.object_id, wrong.subject, wrong.subject_label


def may_correct(*, run: CheckRun, by: Actor) -> Decision:
    """Whether `by` may correct `run`; one query."""
    return can_correct(
        run,
        is_replaced=CheckRun.objects.filter(replaces=run).exists(),
        is_own=by.user is not None and run.performed_by_id == by.user.pk,
        may_all=bool(allowed(by, MANAGE)),
    )


def _answers(edition: ChecklistEdition, given: Sequence[Given], *, all_fine: bool) -> list[Answered]:
    """An answer to every item of the edition, in its order."""
    by_item: Mapping[int, Given] = {each.item.pk: each for each in given}
    for each in given:
        if each.pictures > MOST_PHOTOS:
            raise RuleBroken(f"一项最多 {MOST_PHOTOS} 张照片。", field=field_of(each.item))
    items = list(edition.items.order_by("position", "pk"))
    if not set(by_item) <= {item.pk for item in items}:
        raise RuleBroken("检查表换了新版，请刷新页面后再填。")
    return [answered(item, by_item.get(item.pk), all_fine=all_fine) for item in items]


def _note_score(run: CheckRun, answers: Sequence[Answered]) -> None:
    score = scored(answers, run.edition)
    run.earned, run.due, run.score = score.earned, score.due, score.percent
    run.grade, run.failed, run.failed_key = score.grade, score.failed, score.failed_key
    run.answered = len(answers)


def _keep(run: CheckRun, answers: Sequence[Answered], given: Sequence[Given], by: Actor) -> CheckRun:
    """Write the check, its answers, its findings, and link the photos that came along."""
    run.number = next_number(RUN_SERIES, on=timezone.localdate(run.created_at))
    save_or_refuse(run, RUN_SENTENCES)
    kept = [
        CheckAnswer(
            run=run, item=each.item, verdict=each.verdict, origin=each.origin, number=each.number,
            text=each.text, note=each.note, photos=each.photos, created_by=by.user,
        )
        for each in answers
    ]  # fmt: skip
    insert_all_or_refuse(kept, {})
    known = _kind_of(run)
    keeper = known.keeper(known.today(run.subject))
    open_findings(run=run, answers=kept, keeper=keeper, at=run.created_at, by=by)
    files = {each.item.pk: each.photos for each in given if each.photos}
    for answer in kept:
        if answer.item_id in files:
            attach_files(to=answer, files=files[answer.item_id], by=by)
    return run
