"""What people are told about findings: to put right, to look at again, closed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from houqin.checklists.models import CheckRun, Finding, FindingRound
from houqin.checklists.states import FindingState
from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User
from houqin.people.roles import OFFICE
from houqin.showing import said_moment

GROUP = "检查"
RUN, FINDING = "houqin.CheckRun", "houqin.Finding"
FOUND, TO_RECTIFY = "checklists.found", "checklists.to_rectify"
TO_RECHECK, CLOSED = "checklists.to_recheck", "checklists.closed"


def _of_finding(finding: Finding, **more: Any) -> dict[str, Any]:
    return {"what": str(finding), "until": said_moment(finding.due_at), **more}


def to_owners(run: CheckRun, words: Words) -> Iterator[Draft]:
    """Whoever has to put right what the check found: one notice for one check, however much it found."""
    mine = run.findings.filter(state=FindingState.OPEN).exclude(owner=None).select_related("owner")
    for _, group in groupby(mine.order_by("owner", "due_at", "pk"), lambda each: each.owner_id):
        first, *others = group
        if first.owner is None:
            continue
        told = _of_finding(first, more="")
        if others:
            told["what"] = f"{first.subject_label}的 {len(others) + 1} 个问题"
        yield Draft(
            first.owner, None if others else first, told, route="checks:finding-list" if others else ""
        )


def to_owner(finding: Finding, words: Words) -> Iterator[Draft]:
    """Whoever has to put it right by now, with why it came back if it did."""
    if finding.state == FindingState.OPEN and finding.owner is not None:
        returned = finding.rounds.filter(round=finding.round - 1).first()
        more = f"复查退回：{returned.opinion}" if returned is not None else finding.demand
        yield Draft(finding.owner, finding, _of_finding(finding, more=more))


def to_rechecker(finding: Finding, words: Words) -> Iterator[Draft]:
    """Whoever looks at it again; where nobody was named, the office, but for who put it right."""
    latest = _latest(finding)
    if finding.state != FindingState.RECTIFIED or latest is None:
        return
    told = _of_finding(finding, who=latest.rectified_by.name, measure=latest.measure)
    if finding.rechecker is not None:
        yield Draft(finding.rechecker, finding, told)
        return
    office = User.objects.active().filter(holdings__role__in=OFFICE, holdings__ended_at=None)
    for user in office.exclude(pk__in=[finding.owner_id, latest.rectified_by_id]).distinct().order_by("pk"):
        yield Draft(user, finding, told)


def to_finder(finding: Finding, words: Words) -> Iterator[Draft]:
    """Whoever found it, and whoever answers for it."""
    latest = _latest(finding)
    if finding.state != FindingState.CLOSED or latest is None or latest.rechecked_by is None:
        return
    told = _of_finding(finding, who=latest.rechecked_by.name, opinion=latest.opinion)
    for user in (finding.found_by, finding.owner):
        if user is not None:
            yield Draft(user, finding, told)


def _latest(finding: Finding) -> FindingRound | None:
    rounds = finding.rounds.filter(round=finding.round)
    return rounds.select_related("rectified_by", "rechecked_by").first()


KINDS = (
    NoticeKind(
        FOUND, "检查发现问题", GROUP, RUN, "请整改：{what}", to_owners, "{until}前整改。{more}"
    ),
    NoticeKind(
        TO_RECTIFY, "请我整改", GROUP, FINDING, "请整改：{what}", to_owner,
        "{until}前整改。{more}",
    ),
    NoticeKind(
        TO_RECHECK, "请我复查", GROUP, FINDING, "请复查：{what}", to_rechecker,
        "{who}：{measure}",
    ),
    NoticeKind(
        CLOSED, "整改复查合格", GROUP, FINDING, "整改已复查合格：{what}", to_finder,
        "{who}复查。{opinion}",
    ),
)  # fmt: skip
