"""The plans' jobs at night: each calls one service. Times of day are UTC, as procrastinate reads them."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from calendar_plans.services import readings
from houqin.actors import System
from houqin.writing import write

CLEANING = System("夜间清理")


@app.periodic(cron="25 19 * * *")
@app.task(name="calendar_plans.forget_unused_readings")
def forget_unused_readings(timestamp: int) -> int:
    """Texts that were handed in and never became a plan."""
    return write(readings.forget_unused_readings, at=timezone.now(), by=CLEANING)
