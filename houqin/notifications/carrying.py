"""The sender: takes a message, carries it out of the house, and notes what came of it.

The network is reached between two transactions, never within one: a server that hangs holds no row.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import HouqinError
from houqin.notifications import services
from houqin.notifications.mailing import post_letter
from houqin.notifications.models import Channel, Delivery, Message, Notice, NoticePreference
from houqin.notifications.reaching import Trouble, post
from houqin.notifications.seeing import address_of
from houqin.notifications.services.sending import concerned
from houqin.notifications.states import MessageState
from houqin.notifications.ways import SECONDS_A_TRY, Way
from houqin.notifications.wording import (
    TEST,
    TRANSIENT,
    Letter,
    Line,
    body_for,
    complaint,
    dingtalk_address,
    signature,
)
from houqin.school import current_school
from houqin.school_settings.reading import setting
from houqin.sealing import unseal
from houqin.writing import write

SITE_ADDRESS = "notifications.site_address"
# So that a channel with much to say lets others have the worker.
MOST_A_JOB = 20
OK, REDIRECT, REFUSED = range(200, 300), range(300, 400), range(400, 500)
# Request timeout, too early, too many requests: the same again later is right.
LATER = frozenset({408, 425, 429})

logger = logging.getLogger(__name__)


def channels_with_work(at: datetime) -> list[int]:
    """The keys of the channels on which something is due at the moment `at`."""
    unsettled = (MessageState.WAITING, MessageState.SENDING)
    message = Message.objects.filter(channel=OuterRef("pk"), state__in=unsettled, next_at__lte=at)
    fresh = Delivery.objects.filter(channel=OuterRef("pk"), message=None, dropped="", not_before__lte=at)
    resting = Q(resting_until__gt=at)
    rows = Channel.objects.filter(Exists(message) | Exists(fresh), retired_on=None).exclude(resting)
    return list(rows.values_list("pk", flat=True))


def send_waiting(channel: Channel, *, by: Actor) -> int:
    """Send what is due on `channel`, until there is no more, the other side wants a pause, or it fails.

    Answers how many messages went out.
    """
    sent = 0
    for _ in range(MOST_A_JOB):
        message = write(services.take_message, channel=channel, at=timezone.now(), by=by)
        if message is None or not _send(message, by):
            break
        sent += 1
    return sent


def _send(message: Message, by: Actor) -> bool:
    """One try. False when it failed, so that the job does not go on against a wall."""
    mark = message.tries
    try:
        letter = write(_letter, message=message, by=by)
        if not letter.lines:
            write(services.note_dropped, message=message, mark=mark, by=by)
            return True
        _carry(message.channel, letter)
    except Trouble as trouble:
        _note(message, mark, trouble.sentence, is_final=trouble.is_final, by=by)
        return False
    except HouqinError as refusal:
        _note(message, mark, refusal.message, is_final=True, by=by)
        return False
    except Exception:
        _note(message, mark, "程序在发送时出了差错，已记入日志。", is_final=False, by=by)
        logger.exception("message %s could not be sent", message.pk)
        return False
    write(services.note_sent, message=message, mark=mark, at=timezone.now(), by=by)
    return True


def _note(message: Message, mark: int, said: str, *, is_final: bool, by: Actor) -> None:
    write(
        services.note_trouble,
        message=message, mark=mark, said=said, is_final=is_final, at=timezone.now(), by=by,
    )  # fmt: skip


def _letter(*, message: Message, by: Actor) -> Letter:
    """What the message says now: of whoever is still concerned, in the order in which it happened."""
    lines: Sequence[Line] = [Line(TEST)] if message.is_test else _lines(message)
    to = ""
    if message.recipient_id is not None:
        wish = NoticePreference.objects.filter(user=message.recipient_id).first()
        to = wish.email if wish is not None else ""
    school = current_school()
    return Letter(message.public_id, school.name if school is not None else "", tuple(lines), to)


def _lines(message: Message) -> list[Line]:
    """One line for one thing; in a group it names everybody to whom it is said."""
    groups: dict[tuple[str, str, str], list[Notice]] = {}
    for each in concerned(message):
        notice = each.notice
        groups.setdefault((notice.key, notice.title, notice.detail), []).append(notice)
    return [_line(notices, is_named=message.recipient_id is None) for notices in groups.values()]


def _line(notices: Sequence[Notice], *, is_named: bool) -> Line:
    first, site = notices[0], setting(SITE_ADDRESS, on=timezone.localdate())
    path = address_of(first) if site else ""
    people = [notice.recipient for notice in notices] if is_named else []
    return Line(
        title=first.title,
        detail=first.detail,
        kind=first.kind,
        url=f"{site}{path}" if path else "",
        names=tuple(each.name for each in people),
        phones=tuple(each.phone for each in people if each.phone),
    )


def _carry(channel: Channel, letter: Letter) -> None:
    """Out of the house with it; raises `Trouble`."""
    way = Way(channel.way)
    if way == Way.MAIL:
        post_letter(channel, letter, seconds=SECONDS_A_TRY)
        return
    address, secret = unseal(channel.sealed_address), unseal(channel.sealed_secret)
    body = body_for(way, letter)
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if way == Way.DINGTALK:
        address = dingtalk_address(address, secret, at=time.time())
    if way == Way.WEBHOOK:
        stamp = str(int(time.time()))
        headers |= {
            "X-Houqin-Id": letter.key,
            "X-Houqin-Timestamp": stamp,
            "X-Houqin-Signature": f"sha256={signature(secret, stamp, body)}",
        }
    answer = post(address, body, headers, seconds=SECONDS_A_TRY)
    _require_welcome(way, answer.status, answer.text)


def _require_welcome(way: Way, status: int, text: str) -> None:
    """`Trouble` unless the other side took the message."""
    if status in REDIRECT:
        raise Trouble(f"对方要求转到别的地址（{status}），没有跟过去。请填最终的地址。", is_final=True)
    if status in REFUSED and status not in LATER:
        raise Trouble(f"对方拒收（{status}），请核对地址和密钥。", is_final=True)
    if status not in OK:
        raise Trouble(f"对方的系统出错（{status}）。")
    if (said := complaint(way, text)) is not None:
        code, words = said
        raise Trouble(f"对方没有收下：{words}（{code}）。", is_final=code not in TRANSIENT)
