"""What the administrator learns about backups: the last good one, and a warning when it is too old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from houqin.backups.models import Backup
from houqin.backups.states import READ, TOO_OLD, BackupState
from houqin.people.models import User
from houqin.registry import Todo
from houqin.school import current_school


def last_good(*, at: datetime) -> Backup | None:
    """The newest backup that was proved by restoring it, whether it was thinned later or not.

    One of a later moment than `at` was dated by a wrong clock and says nothing about how old the last one is.
    """
    proved = Backup.objects.filter(
        state__in=[BackupState.GOOD, BackupState.THINNED], ended_at__isnull=False, begun_at__lte=at
    )
    backup: Backup | None = proved.order_by("-begun_at").first()
    return backup


def last_attempt(*, at: datetime) -> Backup | None:
    """The newest one that ended, well or badly, by the moment `at`."""
    ended = Backup.objects.filter(ended_at__isnull=False, begun_at__lte=at)
    backup: Backup | None = ended.order_by("-begun_at").first()
    return backup


def warning(*, at: datetime) -> Todo | None:
    """What must be done about backups at the moment `at`: nothing while the last good one is fresh (F3).

    A demonstration has nothing to lose; a school that was set up today is given its first night.
    """
    school, good = current_school(), last_good(at=at)
    if school is None or school.is_demo:
        return None
    since = good.begun_at if good is not None else school.created_at
    if at - since <= TOO_OLD:
        return None
    attempt = last_attempt(at=at)
    why = attempt.said if attempt is not None and attempt.state == BackupState.FAILED else ""
    hours = int((at - since).total_seconds() // 3600)
    how_long = f"{hours // 24} 天" if hours >= 48 else f"{hours} 小时"
    return Todo(
        title=f"已经 {how_long}没有做成备份" if good is not None else "这所学校还没有一份备份",
        url=reverse("backups:backup-list"),
        action="看备份",
        detail=why or "电脑夜里没有开机，或者后勤没有在运行？请系统管理员在装程序的电脑上马上做一份。",
        is_late=True,
    )


def backup_todos(user: User, on: date) -> Iterable[Todo]:
    """Home page of whoever looks after the program."""
    if user.has(READ) and (todo := warning(at=timezone.now())) is not None:
        yield todo
