"""Routes as data: under which conditions who signs in which order.

A route is edited by writing a new edition; an edition is never changed, so that a request can say for good by
which rules it ran.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.approvals.models.meetings import MeetingBody
from houqin.approvals.states import Budget, Mode, SeatKind
from houqin.audit.tracking import audited
from houqin.ledger import AppendOnly, append_only_trigger
from houqin.people.models import Department
from houqin.people.roles import Role
from houqin.people.scopes import Visibility
from houqin.records import Record


@audited()
class Route(Record):
    """An approval route (审批流程) for one kind of subject; the first that fits is taken, by `order`."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval_route:read")

    name = models.CharField("流程名称", max_length=40)
    subject_kind = models.CharField("适用事项", max_length=60)
    order = models.PositiveSmallIntegerField(
        "顺序", default=50, help_text="同一事项有几条流程时，从小到大依次比对，用第一条符合的。"
    )
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批流程"
        ordering = ["subject_kind", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "name"],
                condition=Q(retired_on=None),
                name="one_route_per_kind_and_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="route_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("approvals:route-detail", args=[self.public_id])


@audited()
class RouteEdition(AppendOnly):
    """The conditions and steps of a route from one day on; the newest one is in force.

    Amounts are yuan: `over` is exclusive, `up_to` inclusive, so that bands meet without overlap (≤300; >300).
    """

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval_route:read")

    route = models.ForeignKey(Route, on_delete=models.RESTRICT, related_name="editions")
    number = models.PositiveSmallIntegerField("版次")
    over = models.DecimalField(
        "金额大于（元）", max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    up_to = models.DecimalField(
        "金额不超过（元）", max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    categories = ArrayField(models.CharField(max_length=40), verbose_name="类别", default=list, blank=True)
    departments = models.ManyToManyField(
        Department, verbose_name="申请部门", through="EditionDepartment", blank=True, related_name="+"
    )
    budget = models.CharField("预算", max_length=10, choices=Budget.choices, blank=True, default="")
    reason = models.CharField("修改原因", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批流程版次"
        ordering = ["route", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["route", "number"], name="one_edition_per_number"),
            models.CheckConstraint(
                condition=Q(over=None) | Q(up_to=None) | Q(up_to__gt=F("over")),
                name="route_band_is_not_empty",
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.route}（第 {self.number} 版）"


@audited()
class EditionDepartment(AppendOnly):
    """That an edition is for what a department applies for."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval_route:read")

    edition = models.ForeignKey(RouteEdition, on_delete=models.RESTRICT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "流程适用部门"
        constraints = [
            models.UniqueConstraint(fields=["edition", "department"], name="one_department_per_edition")
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return str(self.department)


@audited()
class RouteStep(AppendOnly):
    """One step of an edition: its seats, whether one or all of them sign, and how many hours it may take."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval_route:read")

    edition = models.ForeignKey(RouteEdition, on_delete=models.RESTRICT, related_name="steps")
    position = models.PositiveSmallIntegerField("第几步")
    label = models.CharField("环节名称", max_length=40)
    mode = models.CharField("方式", max_length=5, choices=Mode.choices, default=Mode.ANY)
    hours = models.PositiveSmallIntegerField(
        "时限（工作小时）", default=16, validators=[MinValueValidator(1)]
    )
    copies = ArrayField(
        models.CharField(max_length=30, choices=Role.choices),
        verbose_name="抄送岗位",
        default=list,
        blank=True,
    )

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批流程环节"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="one_route_step_per_position"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="route_step_has_time"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return self.label


class SeatPlan(models.Model):
    """Who is named to sign, in a route and in the copy of it that a request carries."""

    position = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("审批人", max_length=10, choices=SeatKind.choices)
    role = models.CharField("岗位", max_length=30, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    body = models.ForeignKey(
        MeetingBody,
        verbose_name="会议",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Who signs where nobody but the applicant holds the seat (总务主任 applies: 分管副校长 decides).
    stand_in = models.CharField("申请人本人任职时改由", max_length=30, choices=Role.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        """The seat in the office's words."""
        if self.kind == SeatKind.ROLE:
            return str(Role(self.role).label)
        if self.kind == SeatKind.HEAD:
            return "部门负责人"
        return str(self.person if self.kind == SeatKind.PERSON else self.body)


# Exactly the column that the kind of seat reads is filled.
NAMED = (
    Q(kind=SeatKind.ROLE, person=None, body=None) & ~Q(role="")
    | Q(kind=SeatKind.PERSON, person__isnull=False, body=None, role="")
    | Q(kind=SeatKind.HEAD, person=None, body=None, role="")
    | Q(kind=SeatKind.MEETING, person=None, body__isnull=False, role="")
)


@audited()
class RouteSeat(AppendOnly, SeatPlan):
    """A seat of a route's step."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.approval_route:read")

    step = models.ForeignKey(RouteStep, on_delete=models.RESTRICT, related_name="seats")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "审批流程席位"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["step", "position"], name="one_route_seat_per_position"),
            models.CheckConstraint(condition=NAMED, name="route_seat_names_one"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return self.who
