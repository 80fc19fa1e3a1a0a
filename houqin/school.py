"""The school itself: one row, whose name stands on every page and every printed form."""

from __future__ import annotations

from copy import copy
from typing import ClassVar

from django.db import models
from django.db.models import Q

from houqin.actors import Actor
from houqin.audit.tracking import audited
from houqin.errors import RuleBroken
from houqin.people.access import require
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.remembering import Remembered
from houqin.saving import save_or_refuse

# Two people who enter it for the first time at the same moment both find no row to lock.
SENTENCES = {"houqin_school_only_key": ("学校名称刚才已经有人填写。请刷新这一页，核对后再改。", "name")}


@audited()
class School(Record):
    """The school that this program serves; the constraint holds it to one row."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.home:read")

    only = models.PositiveSmallIntegerField(default=1, unique=True, editable=False)
    name = models.CharField("学校名称", max_length=60)
    short_name = models.CharField("简称", max_length=20, blank=True)
    # When somebody said that the setting-up is done; until then the home page leads to its next step.
    set_up_at = models.DateTimeField("设置完成", null=True, blank=True, editable=False)
    # A demonstration: its accounts share a published password, so it must never be taken for a real school.
    is_demo = models.BooleanField("演示", default=False, editable=False)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "学校"
        constraints = [models.CheckConstraint(condition=Q(only=1), name="one_school")]

    def __str__(self) -> str:
        return self.name


def _read() -> School | None:
    return School.objects.first()


known_school = Remembered(_read, tables=[School._meta.db_table])


def current_school() -> School | None:
    """The school, or nothing before its name was entered; a copy of its own for whoever asks."""
    return copy(known_school())


def school_name() -> str:
    """The name for pages and papers; a line of dots to write on before it was entered."""
    school = current_school()
    return school.name if school is not None else "（未填写校名）"


def set_school(*, name: str, short_name: str = "", version: int | None = None, by: Actor) -> School:
    """Enter or correct the school's name.

    Raises `NotAllowed`, `RuleBroken` without a name, `EditedMeanwhile`.
    """
    require(by, "houqin.school:manage")
    if not name.strip():
        raise RuleBroken("请填写学校名称。", field="name")
    school = School.objects.select_for_update().first()
    if school is None:
        school = School()
        school.set_maker(by)
    else:
        school.expect_version(version)
    school.name = name.strip()
    school.short_name = short_name.strip()
    save_or_refuse(school, SENTENCES)
    known_school.forget()
    return school
