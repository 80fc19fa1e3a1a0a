"""School years with their terms, the days that the school arranges itself, and who subscribes to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from houqin.audit.tracking import audited
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.school_calendar.days import SpecialKind, SpecialSpan, TermSpan

READ = "houqin.calendar:read"


class DaysFromTo(Func):
    """The range of days from `first_on` to `last_on`, both included."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(
            *(expressions or ("first_on", "last_on", RangeBoundary(inclusive_upper=True))), **extra
        )


@audited()
class SchoolYear(Record):
    """学年, known by the calendar year in which it begins; it has two terms."""

    VISIBILITY: ClassVar[Visibility] = Visibility(READ)

    begins_in = models.PositiveSmallIntegerField("开始的年份", unique=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "学年"
        ordering = ["-begins_in"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins_in__gte=2000, begins_in__lte=2199), name="school_year_is_of_our_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins_in}—{self.begins_in + 1}学年"


@audited()
class Term(Record):
    """学期: from the first to the last school day of one of the two terms of a school year."""

    VISIBILITY: ClassVar[Visibility] = Visibility(READ)

    year = models.ForeignKey(SchoolYear, verbose_name="学年", on_delete=models.RESTRICT, related_name="terms")
    number = models.PositiveSmallIntegerField("第几学期")
    name = models.CharField("学期名称", max_length=20)
    first_on = models.DateField("第一天")
    last_on = models.DateField("最后一天")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "学期"
        ordering = ["-first_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_term_per_year_and_number"),
            models.CheckConstraint(condition=Q(number__in=(1, 2)), name="term_is_the_first_or_the_second"),
            models.CheckConstraint(condition=Q(last_on__gt=F("first_on")), name="term_ends_after_it_begins"),
            ExclusionConstraint(
                name="terms_do_not_overlap", expressions=[(DaysFromTo(), RangeOperators.OVERLAPS)]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}{self.name}"

    @property
    def span(self) -> TermSpan:
        return TermSpan(self.first_on, self.last_on, self.year.begins_in, self.number, self.name)


@audited()
class SpecialDay(Record):
    """Days for which the school arranges something else than the calendar says; deleted when taken back."""

    VISIBILITY: ClassVar[Visibility] = Visibility(READ)

    kind = models.CharField("安排", max_length=20, choices=SpecialKind.choices)
    name = models.CharField("名称", max_length=40)
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "放假和调休"
        ordering = ["-first_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="special_days_end_after_they_begin"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SpecialKind.values), name="special_day_is_of_a_known_kind"
            ),
            ExclusionConstraint(
                name="special_days_do_not_overlap", expressions=[(DaysFromTo(), RangeOperators.OVERLAPS)]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"

    @property
    def span(self) -> SpecialSpan:
        return SpecialSpan(self.first_on, self.last_on, self.kind, self.name)


@audited()
class CalendarFeed(Record):
    """That a person's phone or mail program subscribes to the school calendar; closed, never deleted.

    Its address is signed and holds only the public id: who reads the table cannot make the address.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.calendar_feed:own", {Scope.OWN: lambda user: Q(user=user.pk)}
    )

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="谁的",
        on_delete=models.RESTRICT,
        related_name="calendar_feeds",
    )
    name = models.CharField("用在哪里", max_length=30)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
