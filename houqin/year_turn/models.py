"""A turn of the school year and its lines, one a class: what it was, and what it becomes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.people.class_names import grade_label
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.routes import record_url
from houqin.states import LegalState
from houqin.year_turn.states import ACT_TONES, LIVE, MANAGE, TONES, TRANSITIONS, LineAct, TurnState


@audited()
class YearTurn(Record):
    """学年结转 into one school year. Its state moves only through `houqin.states.move`."""

    VISIBILITY: ClassVar[Visibility] = Visibility(MANAGE)
    TRANSITIONS = TRANSITIONS
    STATE_TONES = TONES

    begins_in = models.PositiveSmallIntegerField("转入的学年")
    state = models.CharField("状态", max_length=10, choices=TurnState.choices, default=TurnState.DRAFT)
    note = models.CharField("说明", max_length=100, blank=True)
    done_at = models.DateTimeField("结转时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "学年结转"
        ordering = ["-begins_in", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["begins_in"], condition=Q(state__in=LIVE), name="one_turn_per_school_year"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TurnState.DONE, TurnState.UNDONE]) | Q(done_at__isnull=False),
                name="a_turn_that_is_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(begins_in__gte=2000, begins_in__lte=2199), name="a_turn_is_of_our_time"
            ),
        ]
        triggers = [LegalState(TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.year_label}结转"

    def get_absolute_url(self) -> str:
        return record_url("turns:turn", self.public_id)

    @property
    def year_label(self) -> str:
        return f"{self.begins_in}—{self.begins_in + 1}学年"

    @property
    def ending_label(self) -> str:
        """The school year that ends with it, in which the leaving classes graduate."""
        return f"{self.begins_in - 1}—{self.begins_in}学年"

    @property
    def is_live(self) -> bool:
        """Whether it is the one of its school year: being prepared or carried out, not given up."""
        return self.state in LIVE

    @property
    def sheet_number(self) -> str:
        """What 班级结转表 carries: JZ-2027; empty once the turn is given up."""
        return f"JZ-{self.begins_in}" if self.is_live else ""

    @property
    def handover_number(self) -> str:
        """What 毕业班移交清单 carries, a paper of its own: YJ-2027; empty once the turn is given up."""
        return f"YJ-{self.begins_in}" if self.is_live else ""

    @property
    def done_on(self) -> date | None:
        """The school's day on which it was carried out."""
        return timezone.localdate(self.done_at) if self.done_at else None


@audited()
class TurnLine(Record):
    """One class in a turn: the `old_` values are those it had when the line was read, the others its next.

    A new class has no `school_class` until the turn is carried out. `old_version` and `new_version` are the
    class's versions when it was read and after it was carried out: whoever changed it since is found by them.
    """

    HISTORY: ClassVar[Wording] = Wording(insert="排出", noun="班级去向", many="{verb} {count} 个")

    VISIBILITY: ClassVar[Visibility] = Visibility(MANAGE)

    turn = models.ForeignKey(YearTurn, verbose_name="结转", on_delete=models.RESTRICT, related_name="lines")
    school_class = models.ForeignKey(
        "houqin.SchoolClass",
        verbose_name="班级",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="turn_lines",
    )
    act = models.CharField("去向", max_length=10, choices=LineAct.choices)
    old_grade = models.PositiveSmallIntegerField("原年级", null=True, blank=True)
    old_number = models.PositiveSmallIntegerField("原班号", null=True, blank=True)
    old_name = models.CharField("原名称", max_length=30, blank=True)
    old_entry_year = models.PositiveSmallIntegerField("原入学年份", null=True, blank=True)
    old_head_teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="原班主任",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    old_room = models.ForeignKey(
        "houqin.Place",
        verbose_name="原教室",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    old_version = models.PositiveIntegerField("原版本", null=True, blank=True)
    grade = models.PositiveSmallIntegerField("年级")
    number = models.PositiveSmallIntegerField("班号")
    name = models.CharField("名称", max_length=30)
    entry_year = models.PositiveSmallIntegerField("入学年份")
    head_teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="班主任",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    room = models.ForeignKey(
        "houqin.Place",
        verbose_name="教室",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    new_version = models.PositiveIntegerField("结转后的版本", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "班级结转"
        ordering = ["grade", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "school_class"], name="one_line_per_turn_and_class"),
            models.CheckConstraint(
                condition=Q(grade__gte=1, grade__lte=12), name="a_turned_class_is_of_grade_1_to_12"
            ),
            models.CheckConstraint(
                condition=Q(act__in=[LineAct.NEW, LineAct.SKIP]) | Q(school_class__isnull=False),
                name="what_moves_is_a_class",
            ),
        ]

    def __str__(self) -> str:
        return self.old_name or self.name

    def get_absolute_url(self) -> str:
        return self.turn.get_absolute_url()

    @property
    def is_new(self) -> bool:
        """Whether the line is about a class that was not there when the turn was drafted."""
        return self.old_grade is None

    @property
    def is_gone(self) -> bool:
        """Whether nothing comes of the class in the new year: it leaves, or is left alone."""
        return self.act in {LineAct.LEAVE, LineAct.SKIP}

    @property
    def grade_label(self) -> str:
        """The grade that the class comes into, in words."""
        return grade_label(self.grade)

    @property
    def tone(self) -> str:
        """How the act is coloured."""
        return ACT_TONES[LineAct(self.act)]
