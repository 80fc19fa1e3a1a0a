"""Meeting bodies (校长办公会, 党组织会议): who belongs to them, and what they decided when.

三重一大 matters are decided by a meeting, not by signatures passed round: a step that names a body is settled
by minutes with a number, quorum and votes.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.ledger import AppendOnly, append_only_trigger
from houqin.people.models import User
from houqin.people.scopes import Visibility
from houqin.records import Record


@audited()
class MeetingBody(Record):
    """A body that decides by meeting; its name, quorum and members are the school's own."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.meeting_body:read")

    name = models.CharField("会议名称", max_length=40)
    quorum = models.PositiveSmallIntegerField(
        "到会人数不少于（%）", default=67, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="到会人数占成员的比例，达到才能议事。",
    )  # fmt: skip
    members = models.ManyToManyField(User, verbose_name="成员", through="BodyMember", related_name="+")
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "议事会议"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(retired_on=None), name="one_body_per_name"),
            models.CheckConstraint(
                condition=Q(quorum__gte=1, quorum__lte=100), name="quorum_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("approvals:body-detail", args=[self.public_id])


@audited()
class BodyMember(models.Model):
    """That a person belongs to a meeting body."""

    HISTORY: ClassVar[Wording] = Wording(insert="添加", delete="移出", noun="成员", many="{verb} {count} 人")

    body = models.ForeignKey(MeetingBody, on_delete=models.RESTRICT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "会议成员"
        constraints = [models.UniqueConstraint(fields=["body", "user"], name="one_membership")]

    def __str__(self) -> str:
        return str(self.user)


@audited()
class Meeting(AppendOnly):
    """One sitting and its minutes (会议纪要): the number, who was there, the vote; never changed afterwards.

    `members` and `quorum` are those of the day, because the body's own change later.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.meeting_body:read")

    body = models.ForeignKey(
        MeetingBody, verbose_name="会议", on_delete=models.RESTRICT, related_name="meetings"
    )
    number = models.CharField("纪要号", max_length=40)
    held_on = models.DateField("开会日期")
    members = models.PositiveSmallIntegerField("应到人数")
    quorum = models.PositiveSmallIntegerField("到会比例要求（%）")
    attendees = models.ManyToManyField(
        User,
        verbose_name="到会人员",
        through="Attendance",
        through_fields=("meeting", "user"),
        related_name="+",
    )
    present = models.PositiveSmallIntegerField("实到人数")
    votes_for = models.PositiveSmallIntegerField("同意票")
    votes_against = models.PositiveSmallIntegerField("反对票", default=0)
    abstentions = models.PositiveSmallIntegerField("弃权票", default=0)
    minutes = models.TextField("会议纪要", max_length=5000)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "会议纪要"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="one_meeting_per_minutes_number"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(minutes=""), name="meeting_has_minutes"),
            models.CheckConstraint(
                condition=Q(present__lte=F("members"), members__gte=1), name="nobody_present_who_is_no_member"
            ),
            models.CheckConstraint(
                condition=Q(present__gte=F("votes_for") + F("votes_against") + F("abstentions")),
                name="only_those_present_vote",
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.body} {self.number}"

    @property
    def has_quorum(self) -> bool:
        """Whether enough members came, by the rule of the day."""
        return self.present * 100 >= self.quorum * self.members

    @property
    def is_carried(self) -> bool:
        """Whether more than half of all members voted for it."""
        return self.votes_for * 2 > self.members

    def is_future(self, on: date) -> bool:
        """Whether the sitting would lie after the day `on`."""
        return self.held_on > on


@audited()
class Attendance(AppendOnly):
    """That a member was at a sitting."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.meeting_body:read")

    meeting = models.ForeignKey(Meeting, on_delete=models.RESTRICT, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "到会人员"
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="present_once")]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return str(self.user)
