"""Acting-for periods (代办): who decides for somebody who is away, from which day to which.

The deputy acts on his own account and is named; what he may not do himself (decide on his own request, sign
twice) he may not do for somebody else either.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record

DAYS = Func(F("first_day"), F("last_day"), Value("[]"), function="daterange", output_field=DateRangeField())


@audited()
class ActingFor(Record):
    """That `deputy` acts for `absent` from the first day to the last; ended early, never deleted."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.acting:read", {Scope.OWN: lambda user: Q(absent=user.pk) | Q(deputy=user.pk)}
    )

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="本人", on_delete=models.RESTRICT, related_name="deputies"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代办人", on_delete=models.RESTRICT, related_name="acts_for"
    )
    first_day = models.DateField("起")
    last_day = models.DateField("止")
    reason = models.CharField("事由", max_length=100)
    ended_at = models.DateTimeField("提前结束", null=True, blank=True, editable=False)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "代办"
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="acting_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="nobody_acts_for_himself"),
            ExclusionConstraint(
                name="one_deputy_at_a_time",
                expressions=[("absent", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}代{self.absent}"

    def get_absolute_url(self) -> str:
        return reverse("people:acting", args=[self.public_id])

    def holds_on(self, day: date) -> bool:
        """Whether the deputy acts on `day`."""
        return self.ended_at is None and self.first_day <= day <= self.last_day


def acting_on(day: date) -> models.QuerySet[ActingFor]:
    """Who acts for whom on `day`, as far as both can log in."""
    return ActingFor.objects.filter(
        ended_at=None, first_day__lte=day, last_day__gte=day, absent__is_active=True, deputy__is_active=True
    )
