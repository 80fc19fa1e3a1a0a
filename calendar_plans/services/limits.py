"""Every morning: who has work whose time limit comes near or has passed."""

from __future__ import annotations

from datetime import date, timedelta

from calendar_plans.models import Item
from calendar_plans.notices import DUE, LATE
from calendar_plans.selectors import REMIND_DAYS
from calendar_plans.states import UNSETTLED, PlanState
from houqin.actors import Actor
from houqin.notifications.announcing import announce
from houqin.people.access import require_job
from houqin.school_settings.reading import setting

# What is late longer was told of; after an outage of weeks nobody wants the whole past at once.
TOLD_FOR = timedelta(days=7)


def announce_limits(*, on: date, by: Actor) -> int:
    """Announce the items that are due within the days that are set, and those late for at most a week.

    Each once for one limit: the key holds it, so tomorrow's run tells nobody again, and an item whose limit
    was moved is announced anew. Answers how many. Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    until = on + timedelta(days=setting(REMIND_DAYS.code, on=on))
    items = Item.objects.filter(
        plan__state=PlanState.RUNNING, state__in=UNSETTLED, due_on__range=(on - TOLD_FOR, until)
    ).exclude(owner=None)
    count = 0
    for item in items.order_by("due_on", "pk"):
        if item.due_on is None:
            continue
        kind, due = (LATE if item.due_on < on else DUE), item.due_on.isoformat()
        announce(kind, item, key=f"{kind}:{item.pk}:{due}", by=by, due=due)
        count += 1
    return count
