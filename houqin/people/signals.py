"""What the people room announces."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.dispatch import Signal
from django.utils import timezone

NOON = time(12)

# Sent inside the transaction when the demonstration school stands; apps answer with plans, rooms, things.
# Arguments: by (Actor), on (date): the day that the demonstration takes for today.
demo_school_loaded = Signal()


def last_noon(on: date) -> datetime:
    """Noon of the day `on`, or of the day before while that is still to come.

    A demonstration is loaded at any hour, and nothing in it was signed or reported ahead of time.
    """
    noon = timezone.make_aware(datetime.combine(on, NOON))
    return noon if noon <= timezone.now() else noon - timedelta(days=1)
