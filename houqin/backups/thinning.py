"""Which backups stay when there are many: every day for a while, then one a week, then one a month."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, datetime, timedelta


def kept(moments: Iterable[datetime], *, on: date, days: int, weeks: int, months: int) -> set[datetime]:
    """Those of `moments` (when backups were begun, local time) that stay on the day `on`.

    All of the last `days` days; of each of the last `weeks` weeks and `months` months the last one; and the
    newest, however old it is. Those of later days than `on` stay: the clock may have been wrong.
    """
    ordered = sorted(moments)
    first_day = on - timedelta(days=days - 1)
    stays = {moment for moment in ordered if moment.date() >= first_day} | set(ordered[-1:])
    by_week: dict[Hashable, datetime] = {}
    by_month: dict[Hashable, datetime] = {}
    for moment in ordered:
        by_week[moment.isocalendar()[:2]] = moment
        by_month[moment.year, moment.month] = moment
    recent_weeks = sorted(by_week.values())[-weeks:] if weeks else []
    recent_months = sorted(by_month.values())[-months:] if months else []
    return stays | set(recent_weeks) | set(recent_months)
