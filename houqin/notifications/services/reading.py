"""What a person does with his notices, and what is forgotten when it is old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed
from houqin.locking import lock_all
from houqin.notifications.models import Delivery, Message, Notice, NoticePreference
from houqin.notifications.states import OWN
from houqin.people.access import require, require_job
from houqin.people.models import User
from houqin.school_settings.reading import setting

KEPT_DAYS = "notifications.kept_days"


def mark_read(*, notice: Notice, at: datetime | None = None, by: Actor) -> Notice:
    """Note that the recipient opened his notice; the first time counts. Raises `NotAllowed` for another's."""
    _own(by)
    require(by, OWN, notice)
    # Of two taps only one finds it unread, and the earlier moment stays.
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at or timezone.now())
    return Notice.objects.get(pk=notice.pk)


def mark_all_read(*, notice: Notice, at: datetime | None = None, by: Actor) -> Notice:
    """Note that `by` has seen everything up to his own `notice`, the newest that was on his screen.

    What came in since stays unread. Raises `NotAllowed` for another's notice.
    """
    user = _own(by)
    require(by, OWN, notice)
    seen = Notice.objects.filter(recipient=user, read_at=None, created_at__lte=notice.created_at)
    seen.update(read_at=at or timezone.now())
    return notice


def set_preference(
    *, version: int | None, email: str, quiet_from: time, quiet_to: time, off: Collection[str], by: Actor
) -> NoticePreference:
    """Keep what `by` wants of his notices; `off` holds `kind:reach` of what he does not want.

    Raises `NotAllowed`, `EditedMeanwhile` when he saved it elsewhere since `version` (0 for never).
    """
    # The account's own row is the lock under which the first wish is made: of two at once one waits.
    user = lock_all(User.objects.filter(pk=_own(by).pk))[0]
    wish = NoticePreference.objects.filter(user=user).first()
    if wish is None:
        wish = NoticePreference(user=user)
        wish.set_maker(by)
    else:
        wish.expect_version(version)
    wish.email, wish.off = email.strip(), sorted(set(off))
    wish.quiet_from, wish.quiet_to = quiet_from, quiet_to
    wish.save()
    return wish


def forget_old_notices(*, at: datetime, by: Actor) -> int:
    """Delete notices older than the days that are set, read or not, and messages that carry none any more.

    Answers how many notices. Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    before = at - timedelta(days=setting(KEPT_DAYS, on=timezone.localdate(at)))
    old = Notice.objects.filter(created_at__lt=before)
    count = old.count()
    old.delete()
    bare = Message.objects.filter(created_at__lt=before)
    bare.exclude(pk__in=Delivery.objects.exclude(message=None).values("message")).delete()
    return count


def _own(by: Actor) -> User:
    require(by, OWN)
    if not isinstance(by, Person):
        raise NotAllowed("通知是给本人的，要由本人登录后办理。")
    return by.user
