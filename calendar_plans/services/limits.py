"""Every morning: who has work whose time limit comes near or has passed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from calendar_plans.models import Item
from calendar_plans.notices import DUE, LATE
from calendar_plans.periods import first_of
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
    was moved is announced anew. What has no time limit is due when its last month ends
    (`Item.in_time_until`). Answers how many. Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    since, until = on - TOLD_FOR, on + timedelta(days=setting(REMIND_DAYS.code, on=on))
    limited = Q(due_on__range=(since, until))
    of_a_month = Q(due_on=None, through__range=(first_of(since), first_of(until)))
    items = Item.objects.filter(limited | of_a_month, plan__state=PlanState.RUNNING, state__in=UNSETTLED)
    told = [item for item in items.exclude(owner=None) if since <= item.in_time_until <= until]
    for item in sorted(told, key=lambda item: (item.in_time_until, item.pk)):
        kind, due = (LATE if item.is_past_due(on) else DUE), item.in_time_until.isoformat()
        announce(kind, item, key=f"{kind}:{item.pk}:{due}", by=by, due=due)
    return len(told)
