"""The ways by which a notice leaves the house, and what each of them allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone


class Way(TextChoices):
    """How a channel reaches people: one by one, or all who read a group chat."""

    MAIL = "mail", "电子邮件"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    WEBHOOK = "webhook", "其他系统（Webhook）"


class Reach(TextChoices):
    """What a person can choose between: the inbox is always there."""

    MAIL = "mail", "邮件"
    GROUP = "group", "群消息"


class Security(TextChoices):
    """How the line to a mail server is protected."""

    TLS = "ssl", "SSL（常用 465 端口）"
    STARTTLS = "starttls", "STARTTLS（常用 587 端口）"
    NONE = "none", "不加密（只限内网服务器）"


def reach_of(way: str) -> Reach:
    """Whether `way` is a letter to one person or a line in a group's chat."""
    return Reach.MAIL if way == Way.MAIL else Reach.GROUP


# 企业微信: at most 20 messages a minute and robot, 2,048 bytes of text. 钉钉: 20 a minute, beyond it the
# robot is silenced for ten. The others are our own care for whoever receives it.
MOST_A_MINUTE = {Way.MAIL: 30, Way.WECOM: 20, Way.DINGTALK: 20, Way.WEBHOOK: 60}
MOST_BYTES = 2_000

# Where the robots of the two services live; any other host is a mistake of the hand or worse.
HOSTS = {Way.WECOM: "qyapi.weixin.qq.com", Way.DINGTALK: "oapi.dingtalk.com"}

# So long a notice waits for company: what comes within it travels in one message.
GATHERED_FOR = timedelta(seconds=20)
# After which try the next one waits how long; when they are used up the message has failed.
DELAYS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240))
MOST_TRIES = len(DELAYS) + 1
# A whole try takes at most so long, from looking the name up to the last byte.
SECONDS_A_TRY = 10.0
# Whoever took a message and said nothing for so long has died; another takes it.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours at which a person is left alone, in the school's time; `begins` equal to `ends` is never."""

    begins: time
    ends: time

    def is_at(self, moment: datetime) -> bool:
        """Whether `moment` lies in them; they may go over midnight."""
        now = timezone.localtime(moment).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def after(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet hours that it lies in."""
        if not self.is_at(moment):
            return moment
        local = timezone.localtime(moment)
        end = local.replace(hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


USUAL_QUIET = Quiet(time(22, 0), time(6, 30))
