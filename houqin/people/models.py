"""People, departments and classes, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.people.roles import ADMINISTRATORS, IMPLIED, Role
from houqin.people.rules import ORDINARY_ROLES, RESET_OPEN_FOR
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record, RecordQuerySet
from houqin.registry import registry
from houqin.routes import record_url
from houqin.search.columns import FoldedField, GramsField, SearchKeyMixin
from houqin.showing import said_day


@audited()
class Department(SearchKeyMixin, Record):
    """A department (处室、年级组、教研组); retired, never deleted."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.department:read")
    SEARCH_KEY_SOURCE = "name"

    name = models.CharField("部门名称", max_length=40)
    head = models.ForeignKey(
        "houqin.User",
        verbose_name="部门负责人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    order = models.PositiveSmallIntegerField("排序", default=50)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "部门"
        ordering = ["order", "search_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(retired_on=None),
                name="one_department_per_name",
                violation_error_message="已有同名部门，请换一个名称。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("people:department", self.public_id)


class UserQuerySet(RecordQuerySet):
    """People; `active` are those who can log in today."""

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"]):
    """Makes and finds accounts; used by services and by Django's own machinery."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(staff_no=username)


# The badge says 99+ from here on; nobody's page counts further.
MOST_UNREAD = 100


@audited(exclude=["password", "last_login", "folded", "grams"])
class User(SearchKeyMixin, AbstractBaseUser, Record):
    """A member of staff (教职工), known by 工号 or phone. Disabled, never deleted: history names people."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.user:read",
        {
            Scope.DEPARTMENT: lambda user: Q(department=user.department_id),
            Scope.OWN: lambda user: Q(pk=user.pk),
        },
    )
    SEARCH_KEY_SOURCE = "name"
    SEARCH_KEY_IS_NAME = True
    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    staff_no = models.CharField(
        "工号", max_length=20, unique=True, error_messages={"unique": "这个工号已经有人使用，请核对。"}
    )
    name = models.CharField("姓名", max_length=30)
    phone = models.CharField(
        "手机号",
        max_length=20,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "这个手机号已经登记在另一个人名下，请核对。"},
    )
    department = models.ForeignKey(
        Department,
        verbose_name="部门",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="members",
    )
    is_active = models.BooleanField("在用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)
    # The secret lies in a table of its own (`houqin.people.two_step`), which no page and no audit reads.
    two_step_since = models.DateTimeField("两步验证自", null=True, blank=True, editable=False)
    # Counted up to end every session at once: at a new password, at disabling, at a change of roles, when
    # two-step login is turned on or off.
    session_epoch = models.PositiveIntegerField("会话批次", default=1, editable=False)
    grams = GramsField("name", "staff_no", "search_key")
    folded = FoldedField("name", "staff_no", "search_key")

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "教职工"
        ordering = ["search_key", "pk"]
        constraints = [
            # One person's 工号 must never read as another's phone: both are typed into the same box at login.
            models.CheckConstraint(
                condition=~Q(staff_no__regex=r"^1[0-9]{10}$"),
                name="staff_no_is_no_mobile_number",
                violation_error_message="工号不能是手机号的样子，请另编一个工号。",
            ),
            models.CheckConstraint(
                condition=Q(phone=None) | Q(phone__regex=r"^1[0-9]{10}$"),
                name="phone_is_a_mobile_number",
                violation_error_message="手机号应是 1 开头的 11 位数字。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("people:person", self.public_id)

    def particulars(self) -> list[str]:
        """工号, 部门 and the roles held now: two people of one name are told apart by them."""
        held = sorted(
            (holding for holding in self.holdings.all() if holding.ended_at is None),
            key=lambda holding: (holding.since, holding.pk),
        )
        roles = "、".join(holding.get_role_display() for holding in held)
        where = [str(self.department)] if self.department else []
        return [f"工号 {self.staff_no}", *where, roles or "没有专门岗位"]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The role codes that this person holds today, the implied ones included; none when disabled."""
        if not self.is_active:
            return frozenset()
        held = self.holdings.filter(ended_at=None).values_list("role", flat=True)
        return frozenset(held) | frozenset(str(role) for role in IMPLIED)

    @cached_property
    def rights(self) -> Mapping[str, frozenset[Scope]]:
        return registry.rights_of(self.roles)

    def scopes(self, permission: str) -> frozenset[Scope]:
        """How far this person's `permission` reaches; empty means not at all."""
        registry.permission(permission)
        return self.rights.get(permission, frozenset())

    def has(self, permission: str) -> bool:
        return bool(self.scopes(permission))

    @cached_property
    def unread(self) -> int:
        """How many notices wait to be read, at most 100; of a reader it comes along with his session."""
        return self.notices.filter(read_at=None).order_by()[:MOST_UNREAD].count()

    # What Django's admin asks of a user. Its permission codes are ours: the admin's own are never consulted.
    @property
    def is_staff(self) -> bool:
        return self.has("houqin.reference:read")

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm in registry.permissions and self.has(perm)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


RING = Case(
    When(role__in=sorted(ADMINISTRATORS), then=F("role")),
    When(role__in=sorted(ORDINARY_ROLES), then=Value(None)),
    default=Value("business"),
    output_field=models.CharField(),
)


@audited()
class RoleHolding(Record):
    """That a person holds a role from a day to a day; ended, never deleted."""

    HISTORY: ClassVar[Wording] = Wording(
        insert="授予岗位",
        update="结束岗位",
        delete="撤去岗位",
        many="{verb} {count} 个",
        name=lambda holding: holding.get_role_display(),
    )

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.user:read", {Scope.OWN: lambda user: Q(user=user.pk)}
    )

    user = models.ForeignKey(User, verbose_name="教职工", on_delete=models.RESTRICT, related_name="holdings")
    role = models.CharField("岗位", max_length=30, choices=Role.choices)
    since = models.DateTimeField("起", default=timezone.now)
    ended_at = models.DateTimeField("止", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "岗位任职"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(ended_at=None), name="one_open_holding_per_role"
            ),
            # The three administrators exclude each other and every business role: all open holdings of one
            # person lie in one ring. Ordinary roles lie in none (NULL) and go with everything.
            ExclusionConstraint(
                name="administrators_hold_nothing_else",
                expressions=[("user", RangeOperators.EQUAL), (RING, RangeOperators.NOT_EQUAL)],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(condition=~Q(role__in=sorted(IMPLIED)), name="implied_role_is_never_held"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="holding_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return self.user.get_absolute_url()

    def particulars(self) -> list[str]:
        return [f"工号 {self.user.staff_no}", f"{said_day(self.since, on=timezone.localdate())}起"]


@audited()
class PasswordReset(Record):
    """A request to reset the password of a person with business rights: one asks, another confirms.

    Whoever resets a password could log in with it. For a person who decides or keeps something this takes
    two: a 系统管理员 asks (`created_by`), a 安全管理员 confirms and hands the one-time password over.
    """

    HISTORY: ClassVar[Wording] = Wording(
        insert="申请重置密码", update="办结密码重置", delete="删除密码重置", name=lambda reset: reset.reason
    )

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.reset:read")

    user = models.ForeignKey(User, verbose_name="教职工", on_delete=models.RESTRICT, related_name="resets")
    reason = models.CharField("原因", max_length=100)
    confirmed_by = models.ForeignKey(
        User, verbose_name="确认人", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "密码重置申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(closed_at=None), name="one_open_reset_per_person"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | (~Q(confirmed_by=F("created_by")) & ~Q(confirmed_by=F("user"))),
                name="reset_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(created_by=None) | ~Q(created_by=F("user")), name="reset_not_asked_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(closed_at__isnull=False), name="confirmed_reset_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} 密码重置"

    def get_absolute_url(self) -> str:
        return record_url("people:reset", self.public_id)

    def particulars(self) -> list[str]:
        return [*self.user.particulars(), f"原因：{self.reason}"]

    def is_stale(self, at: datetime) -> bool:
        """Whether the request lay too long to be confirmed."""
        return at - self.created_at > RESET_OPEN_FOR


@audited()
class SchoolClass(SearchKeyMixin, Record):
    """A class (班级) of one school year, with its 班主任."""

    VISIBILITY: ClassVar[Visibility] = Visibility(
        "houqin.class:read", {Scope.MY_CLASS: lambda user: Q(head_teacher=user.pk)}
    )
    SEARCH_KEY_SOURCE = "name"

    name = models.CharField("班级名称", max_length=30)
    grade = models.PositiveSmallIntegerField(
        "年级", help_text="1–12：一年级为 1，七年级（初一）为 7，高一为 10。"
    )
    number = models.PositiveSmallIntegerField("班号")
    entry_year = models.PositiveSmallIntegerField("入学年份")
    head_teacher = models.ForeignKey(
        User, verbose_name="班主任", on_delete=models.RESTRICT, null=True, blank=True, related_name="classes"
    )
    # Where the class sits this year; changed by `houqin.places.services.seat_class`.
    room = models.ForeignKey(
        "houqin.Place",
        verbose_name="教室",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="classes",
    )
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "班级"
        ordering = ["grade", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(retired_on=None), name="one_class_per_room"),
            models.UniqueConstraint(
                fields=["grade", "number"],
                condition=Q(retired_on=None),
                name="one_class_per_grade_and_number",
                violation_error_message="这个年级已有同号班级，请核对。",
            ),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=12), name="grade_is_1_to_12"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("people:class", self.public_id)

    def particulars(self) -> list[str]:
        """Whose class it is and where it sits."""
        teacher = f"班主任 {self.head_teacher}" if self.head_teacher else "还没有班主任"
        return [teacher, f"现在 {self.room}" if self.room else "还没有教室"]
