"""Kinds of duty with their shifts, rosters, and who is on duty when."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.people.models import User
from houqin.people.scopes import Scope, Visibility, among
from houqin.records import Record
from houqin.rosters.models.guards import DUTY_TRIGGERS, ROSTER_TRIGGERS
from houqin.rosters.rules import MOST_PEOPLE, times_of
from houqin.rosters.states import READ, ROSTER_TRANSITIONS, TONES, RosterState, ShiftDays
from houqin.routes import record_url
from houqin.showing import said_day
from houqin.states import LegalState, Transitions

DAYS = Func(F("first_on"), F("last_on"), Value("[]"), function="daterange", output_field=DateRangeField())
HOURS = Func(
    F("begins_at"), F("ends_at"), Value("[)"), function="tstzrange", output_field=DateTimeRangeField()
)


def kinds_of(user: User) -> models.QuerySet[Any]:
    """The keys of the kinds of duty in whose published rosters `user` stands."""
    mine = Duty.objects.filter(person=user.pk, roster__state=RosterState.PUBLISHED)
    return mine.values("roster__kind_id")


@audited()
class DutyKind(Record):
    """值班种类 (行政值班, 门卫, 宿舍): which shifts it has, and who draws up its rosters (排班人)."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ,
        {
            Scope.OWN: lambda user: Q(keeper=user.pk),
            Scope.ASSIGNED: lambda user: among("id", kinds_of(user)),
        },
    )

    name = models.CharField("值班种类", max_length=30, unique=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="排班人", on_delete=models.RESTRICT, related_name="+"
    )
    note = models.CharField("值班要求", max_length=300, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "值班种类"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("rosters:kind", self.public_id)


@audited()
class Shift(Record):
    """班次: from when to when, how many people, where. One that ends at or before its beginning crosses
    midnight. Changing it changes no duty that is drawn up already.
    """

    HISTORY: ClassVar[Wording] = Wording(insert="添加", noun="班次", many="{verb} {count} 个")

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ,
        {
            Scope.OWN: lambda user: Q(kind__keeper=user.pk),
            Scope.ASSIGNED: lambda user: among("kind_id", kinds_of(user)),
        },
    )

    kind = models.ForeignKey(
        DutyKind, verbose_name="值班种类", on_delete=models.RESTRICT, related_name="shifts"
    )
    name = models.CharField("班次", max_length=20)
    begins = models.TimeField("开始时间")
    ends = models.TimeField("结束时间")
    days = models.CharField("哪些日子", max_length=10, choices=ShiftDays.choices, default=ShiftDays.EVERY)
    people = models.PositiveSmallIntegerField("人数", default=1)
    where = models.CharField("地点", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=10)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "班次"
        ordering = ["position", "begins", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], condition=Q(retired_on=None), name="one_shift_in_use_per_name"
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_PEOPLE), name="shift_of_one_to_twenty_people"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def particulars(self) -> list[str]:
        return [str(self.kind), self.hours]

    @property
    def hours(self) -> str:
        """From when to when, in words: 18:00–次日06:00."""
        return hours_label(self.begins, self.ends)

    def times(self, day: date) -> tuple[datetime, datetime]:
        """The moments between which the shift of `day` lies."""
        return times_of(self.begins, self.ends, day)


def hours_label(begins: time, ends: time) -> str:
    """Two times of the clock in words; the second is of the next day where it is not later."""
    return f"{begins:%H:%M}–{'' if ends > begins else '次日'}{ends:%H:%M}"


@audited()
class Roster(Record):
    """值班安排表 of one kind from a day to a day. Its state moves only through `houqin.states.move`.

    A day of a kind stands in one roster. A draft may be thrown away; what hangs on the wall stays.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ,
        {
            Scope.OWN: lambda user: Q(kind__keeper=user.pk),
            Scope.ASSIGNED: lambda user: (
                Q(state=RosterState.PUBLISHED)
                & among("id", Duty.objects.filter(person=user.pk).values("roster_id"))
            ),
        },
    )
    TRANSITIONS: ClassVar[Transitions] = ROSTER_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = TONES

    number = models.CharField("编号", max_length=30, blank=True, editable=False)
    kind = models.ForeignKey(
        DutyKind, verbose_name="值班种类", on_delete=models.RESTRICT, related_name="rosters"
    )
    name = models.CharField("名称", max_length=60)
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    note = models.CharField("值班要求", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=RosterState.choices, default=RosterState.DRAFT)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "值班安排表"
        ordering = ["-first_on", "-pk"]
        indexes = [models.Index(fields=["-first_on", "-id"], name="roster_by_first_day")]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_roster_per_number"),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="roster_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state=RosterState.DRAFT, published_at=None)
                | Q(state=RosterState.PUBLISHED, published_at__isnull=False),
                name="published_roster_has_a_moment",
            ),
            ExclusionConstraint(
                name="one_roster_a_day_of_a_kind",
                expressions=[("kind", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
            ),
        ]
        triggers = [LegalState(ROSTER_TRANSITIONS), *ROSTER_TRIGGERS]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("rosters:roster", self.public_id)


@audited()
class Duty(Record):
    """值班: one person on one shift of one day. `seat` is which of the shift's places it is, from 1.

    The times are kept with the duty: what was drawn up stays when the shift changes afterwards. That nobody
    is in two places at once holds over all rosters, drafts included. It is asked at the end of a statement,
    so that two people can exchange in one.
    """

    HISTORY: ClassVar[Wording] = Wording(
        insert="排班", update="改班", delete="空出", many="{verb} {count} 班", leads=True
    )

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ,
        {
            Scope.OWN: lambda user: Q(roster__kind__keeper=user.pk),
            Scope.ASSIGNED: lambda user: (
                Q(roster__state=RosterState.PUBLISHED)
                & (
                    Q(person=user.pk)
                    | among("roster_id", Duty.objects.filter(person=user.pk).values("roster_id"))
                )
            ),
        },
    )

    roster = models.ForeignKey(
        Roster, verbose_name="值班安排表", on_delete=models.RESTRICT, related_name="duties"
    )
    shift = models.ForeignKey(Shift, verbose_name="班次", on_delete=models.RESTRICT, related_name="duties")
    day = models.DateField("日期")
    seat = models.PositiveSmallIntegerField("第几个位置", default=1)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="值班人", on_delete=models.RESTRICT, related_name="duties"
    )
    begins_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "值班"
        ordering = ["begins_at", "pk"]
        indexes = [
            models.Index(fields=["begins_at", "id"], name="duty_by_begin"),
            models.Index(fields=["person", "begins_at"], name="duty_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shift", "day", "seat"], name="one_person_per_place"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="duty_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(seat__gte=1, seat__lte=MOST_PEOPLE), name="duty_has_a_place_of_its_shift"
            ),
            ExclusionConstraint(
                name="nobody_is_in_two_places",
                expressions=[("person", RangeOperators.EQUAL), (HOURS, RangeOperators.OVERLAPS)],
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        triggers = [*DUTY_TRIGGERS]

    def __str__(self) -> str:
        return f"{said_day(self.day)}{self.shift} {self.person.name}"

    def get_absolute_url(self) -> str:
        return record_url("rosters:duty", self.public_id)

    def particulars(self) -> list[str]:
        return [str(self.roster), self.hours]

    @property
    def words(self) -> str:
        """Day and shift as a sentence has them: 9月1日（周二）夜班."""
        return f"{said_day(self.day)}{self.shift}"

    @property
    def heading(self) -> str:
        """What duty it is and its hours, over a page: 9月1日（周二）门卫 夜班　18:00–次日06:00."""
        return f"{said_day(self.day)}{self.roster.kind} {self.shift}　{self.hours}"

    @property
    def hours(self) -> str:
        """From when to when, in words: 18:00–次日06:00."""
        begins, ends = timezone.localtime(self.begins_at), timezone.localtime(self.ends_at)
        return hours_label(begins.time(), ends.time())
