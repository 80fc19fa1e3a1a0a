"""Document numbers, per series and year: `JH-2026-0001`.

A counter row is locked, not a sequence: a rolled-back document gives its number back, so that the numbers
have no holes. The lock is the last one a service takes (rank `counter`), which keeps the wait short.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import connection, models

from houqin.registry import Series, registry

SEPTEMBER = 9


class NumberCounter(models.Model):
    """The last number given in a series and year."""

    LOCK_RANK: ClassVar[str] = "counter"

    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "编号计数"
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_series_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


def number_year(series: Series, on: date) -> int:
    """The year that a number given on `on` carries: the calendar's, or the one the school year began in."""
    return on.year - 1 if series.by_school_year and on.month < SEPTEMBER else on.year


def next_number(series_code: str, *, on: date) -> str:
    """The next number of the series for the day `on`; call it last in a service, inside its transaction.

    Raises `LookupError` for a series that nobody declared. The upsert locks the counter row until the
    transaction ends, so that two documents never share a number and a rollback leaves no hole.
    """
    series = registry.series[series_code]
    if not connection.in_atomic_block:
        raise RuntimeError("A number is given only inside the transaction of its document.")
    year = number_year(series, on)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO houqin_numbercounter (series, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (series, year) DO UPDATE SET last = houqin_numbercounter.last + 1 RETURNING last",
            [series_code, year],
        )
        (last,) = cursor.fetchone()
    return f"{series.prefix}-{year}-{last:0{series.width}d}"
