"""Notices, what each person wants of them, the channels that carry them out, and the messages on these."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.notifications.states import OWN, READ_CHANNEL, TONES, TRANSITIONS, MessageState
from houqin.notifications.ways import MOST_A_MINUTE, USUAL_QUIET, Quiet, Reach, Security, Way, reach_of
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.registry import registry
from houqin.routes import record_url
from houqin.sealing import opens
from houqin.states import LegalState


@audited()
class Notice(Record):
    """What one person was told (通知); it goes after some months.

    `key` says of which announcement it is, so that telling again tells nobody twice. The words are those of
    the moment it was sent; what it is about is looked at anew whenever it is opened.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(OWN, {Scope.OWN: lambda user: Q(recipient=user.pk)})

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.RESTRICT, related_name="notices"
    )
    kind = models.CharField("类别", max_length=60)
    key = models.CharField(max_length=120)
    title = models.CharField("内容", max_length=200)
    detail = models.CharField("说明", max_length=300, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("content_type", "object_id")
    route = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField("看过", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_by_recipient"),
            # The badge of every page counts these.
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="told_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("notices:notice", self.public_id)

    @property
    def kind_label(self) -> str:
        """What the kind is called; its code once no app plugs it in any more."""
        kind = registry.notice_kinds.get(self.kind)
        return kind.label if kind is not None else self.kind


@audited()
class NoticePreference(Record):
    """What one person wants: to which e-mail address, when not, and which kinds not by which reach.

    `off` holds `kind:reach` for what is switched off. Nobody without a row: the usual.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(OWN, {Scope.OWN: lambda user: Q(user=user.pk)})

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="notice_preference"
    )
    email = models.EmailField("邮箱", blank=True, max_length=120)
    quiet_from = models.TimeField("免打扰从", default=time(22, 0))
    quiet_to = models.TimeField("免打扰到", default=time(6, 30))
    off = ArrayField(models.CharField(max_length=80), verbose_name="不要的", default=list, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "通知偏好"

    def __str__(self) -> str:
        return f"{self.user}的通知偏好"

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_to)

    def wants(self, kind: str, reach: Reach) -> bool:
        """Whether this person wants notices of `kind` by `reach`."""
        if reach == Reach.MAIL and not self.email:
            return False
        return switch(kind, reach) not in self.off


def switch(kind: str, reach: str) -> str:
    """How `off` names a kind on a reach."""
    return f"{kind}:{reach}"


def usual(user: Any) -> NoticePreference:
    """What somebody gets who never said anything; not saved."""
    return NoticePreference(user=user, quiet_from=USUAL_QUIET.begins, quiet_to=USUAL_QUIET.ends)


# What is kept sealed of a channel, as its form calls it.
SEALED = {
    Way.MAIL: "密码（授权码）",
    Way.WECOM: "Webhook 地址",
    Way.DINGTALK: "Webhook 地址和加签密钥",
    Way.WEBHOOK: "地址和签名密钥",
}


@audited(exclude=["sealed_address", "sealed_secret"])
class Channel(Record):
    """A way out of the house (通知渠道). Its address and secret are kept sealed: each of them is a key.

    `host` is what may be shown of the address. While `resting_until` lies ahead nothing is tried, because the
    other side did not answer (`trouble`).
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_CHANNEL)

    way = models.CharField("方式", max_length=10, choices=Way.choices)
    name = models.CharField("名称", max_length=40)
    host = models.CharField("服务器", max_length=120)
    port = models.PositiveIntegerField("端口", null=True, blank=True)
    security = models.CharField("加密", max_length=10, choices=Security.choices, blank=True)
    username = models.CharField("账号", max_length=120, blank=True)
    sender = models.EmailField("发件人", max_length=120, blank=True)
    sealed_address = models.TextField(blank=True, editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)
    kinds = ArrayField(models.CharField(max_length=60), verbose_name="发哪些通知", default=list)
    resting_until = models.DateTimeField("暂停到", null=True, blank=True, editable=False)
    trouble = models.CharField("故障", max_length=200, blank=True, editable=False)
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "通知渠道"
        ordering = ["way", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(retired_on=None), name="one_channel_per_name"
            ),
            models.UniqueConstraint(
                fields=["way"], condition=Q(retired_on=None, way=Way.MAIL), name="one_mail_server"
            ),
            models.CheckConstraint(
                condition=~Q(way=Way.MAIL) | (Q(port__isnull=False) & ~Q(sender="")),
                name="mail_has_port_and_sender",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("notices:channel", self.public_id)

    @property
    def reach(self) -> Reach:
        return reach_of(self.way)

    @property
    def to_enter(self) -> str:
        """What must be entered again because it was sealed with another key; empty when all can be read.

        So it is after a restoring on a new machine: the key is in no backup.
        """
        return "" if opens(self.sealed_address, self.sealed_secret) else SEALED[Way(self.way)]

    @property
    def most_a_minute(self) -> int:
        """How many messages a minute the other side takes."""
        return MOST_A_MINUTE[Way(self.way)]


@audited()
class Message(Record):
    """One message on a channel: what is sent at once, be it one notice or many (a digest).

    To `recipient` on a channel for single people, to the group else. `tries` is also the mark by which
    whoever sends it is known: an answer to an earlier try changes nothing any more.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_CHANNEL)
    TRANSITIONS = TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}

    channel = models.ForeignKey(
        Channel, verbose_name="渠道", on_delete=models.RESTRICT, related_name="messages"
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    is_test = models.BooleanField("测试", default=False)
    state = models.CharField(
        "状态", max_length=10, choices=MessageState.choices, default=MessageState.WAITING
    )
    tries = models.PositiveSmallIntegerField("试过几次", default=0)
    next_at = models.DateTimeField("下次发送", default=timezone.now)
    tried_at = models.DateTimeField("上次发送", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    said = models.CharField("结果", max_length=300, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["channel", "tried_at"], name="message_by_try"),
            models.Index(
                fields=["channel", "next_at"],
                condition=Q(state__in=(MessageState.WAITING, MessageState.SENDING)),
                name="message_to_send",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at=None)),
                name="sent_message_has_its_time",
            ),
        ]
        triggers = [LegalState(TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.channel}：{'测试消息' if self.is_test else '通知'}"

    def get_absolute_url(self) -> str:
        return record_url("notices:message", self.public_id)


class Delivery(models.Model):
    """That a notice goes out on a channel: once, whoever tries. It joins a message when its time has come."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.RESTRICT, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.RESTRICT, null=True, related_name="deliveries")
    not_before = models.DateTimeField()
    dropped = models.CharField("没有发的原因", max_length=60, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "通知发送"
        indexes = [
            models.Index(
                F("channel"), F("not_before"), condition=Q(message=None, dropped=""), name="delivery_to_send"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_notice_and_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.channel}"
