"""What the clock does to papers: before they end, and when they have, those who see to them are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from houqin.actors import Actor
from houqin.notifications.announcing import announce
from houqin.partners.notices import ENDED, ENDING
from houqin.partners.rules import due_from
from houqin.partners.selectors import ending, remind_days
from houqin.people.access import require_job

# A paper that ended before was announced then; the key keeps it from being told again in any case.
TOLD_FOR = timedelta(days=7)


def announce_ending_papers(*, at: datetime, by: Actor) -> int:
    """Announce every standing paper that ends within the school's number of days, and once more when it has
    ended, as of the moment `at`; answers how many there were. Nobody is told twice of the same last day.

    Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    today = timezone.localdate(at)
    papers = list(ending(due_from(today, remind_days(today)), since=today - TOLD_FOR).order_by("pk"))
    for paper in papers:
        is_over = paper.valid_until is not None and paper.valid_until < today
        kind = ENDED if is_over else ENDING
        announce(kind, paper, key=f"{kind}:{paper.pk}:{paper.valid_until}", by=by)
    return len(papers)
