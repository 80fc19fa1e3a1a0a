"""What the clock does to a step: when its time has run out, those who keep it waiting are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from houqin.actors import Actor
from houqin.approvals.models import ApprovalStep
from houqin.approvals.notices import LATE, step_key
from houqin.approvals.states import RequestState, StepState
from houqin.notifications.announcing import announce
from houqin.people.access import require_job

# A step that was late before was announced then; the key keeps it from being told again in any case.
TOLD_FOR = timedelta(days=7)


def announce_late_steps(*, at: datetime, by: Actor) -> int:
    """Announce every open step that is late at the moment `at`, once; answers how many were late.

    Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    late = ApprovalStep.objects.filter(
        state=StepState.OPEN, request__state=RequestState.OPEN, due_at__range=(at - TOLD_FOR, at)
    )
    steps = list(late.select_related("request").order_by("pk"))
    for step in steps:
        announce(LATE, step.request, key=step_key(LATE, step), by=by, step=step.pk)
    return len(steps)
