"""A message on its way: taken by one sender, sent outside any transaction, and what came of it.

Who takes a message notes the try before the first byte leaves; its number is the mark of whoever sends. Two
workers therefore never send one message at the same time. A try whose sender died is over after `LEASE`; the
other side may then get it twice, and knows it by the same id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_both
from houqin.notifications.models import Channel, Delivery, Message, NoticePreference, usual
from houqin.notifications.seeing import still_concerns
from houqin.notifications.services.telling import call_sender
from houqin.notifications.states import MANAGE, MessageState
from houqin.notifications.ways import DELAYS, LEASE, MOST_TRIES, Way
from houqin.people.access import require, require_job
from houqin.states import move

MINUTE = timedelta(minutes=1)
MOST_AT_ONCE = 50
# A server in trouble is left alone no longer than this, so that one bad message does not hold up the others.
LONGEST_REST = timedelta(minutes=5)


def take_message(*, channel: Channel, at: datetime, by: Actor) -> Message | None:
    """Take the next message of `channel` to send it now, or None when there is none or it must not be now.

    A message that waits for another try comes before new ones, whose notices are gathered into one. Whom a
    notice no longer concerns, or who read it meanwhile, gets nothing. Raises `NotAllowed` for anybody but a
    job.
    """
    require_job(by)
    channel = lock(channel)
    rests = channel.resting_until is not None and channel.resting_until > at
    if channel.retired_on is not None or rests or _is_spent(channel, at):
        return None
    message = _due(channel, at) or _gathered(channel, at, by)
    if message is None:
        return None
    message.tries += 1
    message.tried_at, message.next_at = at, at + LEASE
    move(message, "send", by=by, also=["tries", "tried_at", "next_at"])
    return message


def note_sent(*, message: Message, mark: int, at: datetime, by: Actor) -> Message:
    """Note that the try with the number `mark` went out; nothing for a try that another has overtaken."""
    require_job(by)
    channel, message = lock_both(Channel(pk=message.channel_id), message)
    if not _is_mine(message, mark):
        return message
    message.sent_at, message.said = at, "对方已收下。"
    move(message, "arrive", by=by, also=["sent_at", "said"])
    if channel.trouble or channel.resting_until:
        channel.trouble, channel.resting_until = "", None
        channel.save(update_fields=["trouble", "resting_until"])
    return message


def note_trouble(
    *, message: Message, mark: int, said: str, is_final: bool, at: datetime, by: Actor
) -> Message:
    """Note why the try `mark` failed, and put the next one off, ever longer; after the last it has failed.

    Side effect: the channel rests a while, unless the trouble `is_final`: then it lies with the message or
    with what is set, and the administrator sees it at home.
    """
    require_job(by)
    channel, message = lock_both(Channel(pk=message.channel_id), message)
    if not _is_mine(message, mark):
        return message
    message.said = said[:300]
    if is_final or message.tries >= MOST_TRIES or message.is_test:
        move(message, "fail", by=by, also=["said"])
    else:
        delay = DELAYS[message.tries - 1]
        message.next_at = at + delay
        move(message, "postpone", by=by, also=["said", "next_at"])
        channel.resting_until = at + min(delay, LONGEST_REST)
    channel.trouble = said[:200]
    channel.save(update_fields=["trouble", "resting_until"])
    return message


def note_dropped(*, message: Message, mark: int, by: Actor) -> Message:
    """Note that nothing of the message is left to be sent."""
    require_job(by)
    message = lock(message)
    if _is_mine(message, mark):
        message.said = "收件人已经看过，或不再需要。"
        move(message, "drop", by=by, also=["said"])
    return message


def retry_message(*, message: Message, at: datetime, by: Actor) -> Message:
    """Try a failed message again, with all its tries before it. Raises `NotAllowed`, and `RuleBroken` for one
    that has not failed or whose channel is retired."""
    require(by, MANAGE, message)
    channel, message = lock_both(Channel(pk=message.channel_id), message)
    if channel.retired_on is not None:
        raise RuleBroken("这个渠道已经停用，不能再发。")
    message.tries, message.next_at = 0, at
    move(message, "retry", by=by, also=["tries", "next_at"])
    if channel.resting_until is not None:
        channel.resting_until = None
        channel.save(update_fields=["resting_until"])
    call_sender(channel.pk)
    return message


def concerned(message: Message) -> list[Delivery]:
    """What of the message is still to be sent; the rest is noted as dropped, with the reason.

    For whoever took the message, in a transaction of its own.
    """
    rows = message.deliveries.filter(dropped="").select_related("notice__recipient", "notice__content_type")
    return _weeded(list(rows.order_by("pk")), message.channel)


def _is_mine(message: Message, mark: int) -> bool:
    return message.state == MessageState.SENDING and message.tries == mark


def _is_spent(channel: Channel, at: datetime) -> bool:
    """Whether the other side has had all the messages of this minute."""
    tried = Message.objects.filter(channel=channel, tried_at__gt=at - MINUTE)
    return tried.count() >= channel.most_a_minute


def _due(channel: Channel, at: datetime) -> Message | None:
    """The message whose time has come, or whose sender has died."""
    unsettled = (MessageState.WAITING, MessageState.SENDING)
    due = Message.objects.filter(channel=channel, state__in=unsettled, next_at__lte=at)
    message: Message | None = due.order_by("next_at", "pk").select_for_update().first()
    return message


def _gathered(channel: Channel, at: datetime, by: Actor) -> Message | None:
    """A message of what waits: for a chat all of it, for letters all that the first person gets."""
    waiting = Delivery.objects.filter(channel=channel, message=None, dropped="", not_before__lte=at)
    rows = list(
        waiting.order_by("pk").select_related("notice__recipient", "notice__content_type")[:MOST_AT_ONCE]
    )
    rows = _weeded(rows, channel)
    if not rows:
        return None
    recipient = rows[0].notice.recipient if channel.way == Way.MAIL else None
    if recipient is not None:
        rows = [each for each in rows if each.notice.recipient_id == recipient.pk]
    message = Message(channel=channel, recipient=recipient, created_at=at, next_at=at)
    message.set_maker(by)
    message.save()
    Delivery.objects.filter(pk__in=[each.pk for each in rows]).update(message=message)
    return message


def _weeded(rows: Sequence[Delivery], channel: Channel) -> list[Delivery]:
    """`rows` without those that nobody needs any more, each of which gets its reason."""
    asked = NoticePreference.objects.filter(user__in={each.notice.recipient_id for each in rows})
    wishes = {each.user_id: each for each in asked}
    dropped: dict[str, list[int]] = defaultdict(list)
    kept = []
    for row in rows:
        wish = wishes.get(row.notice.recipient_id) or usual(row.notice.recipient)
        if reason := _needless(row, channel, wish):
            dropped[reason].append(row.pk)
        else:
            kept.append(row)
    for reason, keys in dropped.items():
        Delivery.objects.filter(pk__in=keys).update(dropped=reason)
    return kept


def _needless(row: Delivery, channel: Channel, wish: NoticePreference) -> str:
    """Why a notice need not go out any more; empty when it must."""
    notice = row.notice
    if not notice.recipient.is_active:
        return "账号已停用"
    if notice.read_at is not None:
        return "本人已经看过"
    if not wish.wants(notice.kind, channel.reach):
        return "本人不要这一类"
    return "" if still_concerns(notice) else "本人已看不到这件事"
