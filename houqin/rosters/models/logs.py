"""值班日志: what happened on a shift, what is handed over to the next, and who took it over."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import AppendOnly, Kept, append_only_trigger, kept_trigger
from houqin.people.models import User
from houqin.people.scopes import RowsFor, Scope, Visibility, among
from houqin.records import Record
from houqin.rosters.models.guards import ENTRY_TRIGGERS, HANDOVER_TRIGGERS, LOG_TRIGGERS, MATTER_TRIGGERS
from houqin.rosters.models.rosters import DutyKind, Shift, hours_label, kinds_of
from houqin.rosters.states import (
    LOG_TONES,
    LOG_TRANSITIONS,
    MATTER_TONES,
    MATTER_TRANSITIONS,
    READ_LOGS,
    LogState,
    MatterState,
)
from houqin.routes import record_url
from houqin.showing import said_day
from houqin.states import LegalState, Transitions


def _of_my_kinds(user: User) -> Q:
    """What belongs to a kind of duty in which `user` takes turns, or which he keeps."""
    return Q(kind__keeper=user.pk) | among("kind_id", kinds_of(user))


@audited()
class DutyLog(Kept):
    """值班日志 of one shift of one day, written by whoever is on it, signed once.

    `signed_at` is the real moment; one that was signed long after the shift says why (补记). What was signed
    is changed by nobody.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_LOGS,
        {
            Scope.OWN: lambda user: Q(created_by=user.pk) | Q(signed_by=user.pk),
            Scope.ASSIGNED: _of_my_kinds,
        },
    )
    TRANSITIONS: ClassVar[Transitions] = LOG_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = LOG_TONES

    number = models.CharField("编号", max_length=30, blank=True, editable=False)
    kind = models.ForeignKey(DutyKind, verbose_name="值班种类", on_delete=models.RESTRICT, related_name="+")
    shift = models.ForeignKey(Shift, verbose_name="班次", on_delete=models.RESTRICT, related_name="logs")
    day = models.DateField("日期")
    begins_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    on_duty = models.CharField("值班人", max_length=200, blank=True)
    summary = models.CharField("值班情况", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=LogState.choices, default=LogState.OPEN)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签字人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    signed_at = models.DateTimeField("签字时间", null=True, blank=True)
    is_late = models.BooleanField("补记", default=False)
    late_reason = models.CharField("补记原因", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "值班日志"
        ordering = ["-begins_at", "-pk"]
        indexes = [models.Index(fields=["-begins_at", "-id"], name="log_by_begin")]
        constraints = [
            models.UniqueConstraint(fields=["shift", "day"], name="one_log_per_shift_and_day"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_log_per_number"),
            models.CheckConstraint(
                condition=Q(state=LogState.OPEN, signed_at=None)
                | Q(state=LogState.SIGNED, signed_at__isnull=False),
                name="signed_log_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(is_late=True) & ~Q(late_reason="") | Q(is_late=False, late_reason=""),
                name="late_log_says_why",
            ),
        ]
        triggers = [LegalState(LOG_TRANSITIONS), *LOG_TRIGGERS, kept_trigger()]

    def __str__(self) -> str:
        return f"{said_day(self.day)}{self.kind} {self.shift}"

    def get_absolute_url(self) -> str:
        return record_url("rosters:log", self.public_id)

    @property
    def hours(self) -> str:
        """From when to when, in words."""
        begins, ends = timezone.localtime(self.begins_at), timezone.localtime(self.ends_at)
        return hours_label(begins.time(), ends.time())


def _of_visible_logs(scope: Scope) -> RowsFor:
    """The rows that belong to a log which the scope reaches."""
    rows = DutyLog.VISIBILITY.rows[scope]
    return lambda user: among("log_id", DutyLog.objects.filter(rows(user)).values("pk"))


@audited()
class LogEntry(Record):
    """What happened at one moment of a shift; struck out and written anew until the log is signed."""

    HISTORY: ClassVar[Wording] = Wording(insert="记了", update="改了", delete="划掉", noun="情况", leads=True)

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_LOGS, {scope: _of_visible_logs(scope) for scope in DutyLog.VISIBILITY.rows}
    )

    log = models.ForeignKey(
        DutyLog, verbose_name="值班日志", on_delete=models.RESTRICT, related_name="entries"
    )
    happened_at = models.DateTimeField("时间")
    text = models.CharField("情况", max_length=500)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "日志记事"
        ordering = ["happened_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="log_entry_says_something")]
        triggers = [*ENTRY_TRIGGERS]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return self.log.get_absolute_url()

    def particulars(self) -> list[str]:
        return [str(self.log)]


@audited()
class Matter(Kept):
    """交接事项: raised on one shift, carried over to every next one of the kind until somebody settles it."""

    HISTORY: ClassVar[Wording] = Wording(insert="添加", noun="交接事项", many="{verb} {count} 件", leads=True)

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_LOGS,
        {
            Scope.OWN: lambda user: Q(created_by=user.pk),
            Scope.ASSIGNED: _of_my_kinds,
        },
    )
    TRANSITIONS: ClassVar[Transitions] = MATTER_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = MATTER_TONES

    kind = models.ForeignKey(DutyKind, verbose_name="值班种类", on_delete=models.RESTRICT, related_name="+")
    log = models.ForeignKey(
        DutyLog, verbose_name="值班日志", on_delete=models.RESTRICT, related_name="matters"
    )
    text = models.CharField("交接事项", max_length=300)
    raised_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=10, choices=MatterState.choices, default=MatterState.OPEN)
    outcome = models.CharField("处理结果", max_length=200, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办结人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "交接事项"
        ordering = ["raised_at", "pk"]
        indexes = [models.Index(fields=["kind", "state"], name="matter_by_kind")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="matter_says_something"),
            models.CheckConstraint(
                condition=Q(state=MatterState.OPEN, closed_at=None)
                | Q(state=MatterState.CLOSED, closed_at__isnull=False),
                name="closed_matter_has_a_moment",
            ),
        ]
        triggers = [LegalState(MATTER_TRANSITIONS), *MATTER_TRIGGERS, kept_trigger()]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return self.log.get_absolute_url()


@audited()
class Handover(AppendOnly):
    """值班交接: that the next shift took over what a signed log hands over. Both hands stand in one row, so
    that the row itself keeps them apart.
    """

    HISTORY: ClassVar[Wording] = Wording(
        insert="接班", name=lambda handover: f"{handover.given_by.name}→{handover.taken_by.name}"
    )

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_LOGS, {scope: _of_visible_logs(scope) for scope in DutyLog.VISIBILITY.rows}
    )

    log = models.OneToOneField(
        DutyLog, verbose_name="值班日志", on_delete=models.RESTRICT, related_name="handover"
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="交班人", on_delete=models.RESTRICT, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="接班人", on_delete=models.RESTRICT, related_name="+"
    )
    taken_at = models.DateTimeField("接班时间")
    note = models.CharField("接班说明", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "值班交接"
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(given_by=F("taken_by")), name="nobody_relieves_himself")
        ]
        triggers = [*HANDOVER_TRIGGERS, append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.log} {self.given_by.name}→{self.taken_by.name}"

    def get_absolute_url(self) -> str:
        return self.log.get_absolute_url()
