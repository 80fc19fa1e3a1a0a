"""The plans' jobs at night and in the morning: each calls one service.

Times of day are UTC, as procrastinate reads them.
"""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from calendar_plans.services import limits, readings
from houqin.actors import System
from houqin.notifications.announcing import QUEUE
from houqin.writing import write

CLEANING = System("夜间清理")
REMINDING = System("时限提醒")


@app.periodic(cron="25 19 * * *")
@app.task(name="calendar_plans.forget_unused_readings")
def forget_unused_readings(timestamp: int) -> int:
    """Texts that were handed in and never became a plan."""
    return write(readings.forget_unused_readings, at=timezone.now(), by=CLEANING)


# Half past seven in Shanghai: before the first lesson, after the quiet hours.
@app.periodic(cron="30 23 * * *")
@app.task(name="calendar_plans.announce_limits", queue=QUEUE)
def announce_limits(timestamp: int) -> int:
    """Work whose time limit comes near or has passed."""
    return write(limits.announce_limits, on=timezone.localdate(), by=REMINDING)
