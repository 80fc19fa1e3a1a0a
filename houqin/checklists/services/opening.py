"""What a check finds wrong becomes a finding: with an owner, somebody who looks again, and a time limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from houqin.actors import Actor
from houqin.checklists.models import CheckAnswer, Checklist, CheckRun, Finding
from houqin.checklists.notices import FOUND
from houqin.checklists.states import PERFORM, Verdict
from houqin.notifications.announcing import announce
from houqin.numbering import next_number
from houqin.people.access import require
from houqin.people.models import User
from houqin.school_calendar.clocks import Clock
from houqin.school_calendar.reading import ROUND_THE_CLOCK, school_hours_on, working_time
from houqin.school_settings.reading import setting

FINDING_SERIES = "checklists.finding"
LONGEST_TITLE = 300
HALF_HOUR = timedelta(minutes=30)


def open_findings(
    *, run: CheckRun, answers: Sequence[CheckAnswer], keeper: User | None, at: datetime, by: Actor
) -> list[Finding]:
    """A finding for every failed answer of `run`; in the same transaction.

    It goes to the `keeper` of what was checked, if his account is open, and is re-checked by whoever found
    it, unless that is the same person; what has nobody yet waits for the office. The keeper is told, once for
    the whole check.
    """
    require(by, PERFORM)
    owner = keeper if keeper is not None and keeper.is_active else None
    checker: User = run.performed_by
    made = []
    for answer in answers:
        if answer.verdict != Verdict.FAILED:
            continue
        finding = Finding(
            number=next_number(FINDING_SERIES, on=timezone.localdate(at)), run=run, answer=answer,
            subject_label=run.subject_label, title=title_of(answer), is_key=answer.item.is_key,
            department=run.department, found_by=checker, found_at=run.performed_at, owner=owner,
            rechecker=checker if checker != owner else None,
            due_at=limit_of(run.edition.checklist, is_key=answer.item.is_key, at=at),
        )  # fmt: skip
        finding.set_maker(by)
        finding.save()
        made.append(finding)
    if any(each.owner is not None for each in made):
        announce(FOUND, run, by=by)
    return made


def title_of(answer: CheckAnswer) -> str:
    """What is wrong, in a line: what the checker wrote; without it what was measured or what failed.

    The item says how it should be, so that it stands before nothing that says otherwise.
    """
    return (answer.note or f"{answer.item.text}　{answer.shown}")[:LONGEST_TITLE]


def next_limit(checklist: Checklist, *, at: datetime) -> datetime:
    """What is proposed when something was not put right: a day on by the list's own clock, at a half hour."""
    if checklist.is_round_the_clock:
        return _rounded(ROUND_THE_CLOCK.add(at, timedelta(days=1)))
    return _rounded(working_time().add(at, school_hours_on(timezone.localdate(at))))


def _rounded(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment - over + HALF_HOUR if over else moment


def limit_of(checklist: Checklist, *, is_key: bool, at: datetime) -> datetime:
    """Until when it has to be put right: the list's hours by its clock; a ★ item waits for no Monday."""
    if is_key:
        hours = setting("checklists.key_hours", on=timezone.localdate(at))
        return ROUND_THE_CLOCK.add(at, timedelta(hours=min(hours, checklist.rectify_hours)))
    clock: Clock = ROUND_THE_CLOCK if checklist.is_round_the_clock else working_time()
    return clock.add(at, timedelta(hours=checklist.rectify_hours))
