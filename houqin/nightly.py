"""What the house does for itself at night: forgets what nobody needs any more, recomputes what it stored.

Only a job of the system may; the jobs themselves stand in `tasks.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session

from houqin.actors import Actor
from houqin.people.access import require_job
from houqin.people.guessing import KEPT_FOR, LoginGuess
from houqin.search.columns import SearchKeyMixin
from houqin.search.pinyin import pinyin_key
from houqin.writing import IdempotencyKey

# A form that was left open in a browser for a week is not sent twice by mistake.
KEYS_KEPT_FOR = timedelta(days=7)
# 网络安全法 第二十一条（三）: logs are kept for at least six months.
LOGINS_KEPT_FOR = timedelta(days=180)
ROWS_AT_ONCE = 2_000

logger = logging.getLogger(__name__)


def forget_old_keys(*, by: Actor, at: datetime) -> int:
    """Delete the idempotency keys that are older than `KEYS_KEPT_FOR` at the moment `at`; how many."""
    require_job(by)
    return IdempotencyKey.objects.filter(created_at__lt=at - KEYS_KEPT_FOR).delete()[0]


def forget_ended_sessions(*, by: Actor, at: datetime) -> int:
    """Delete the sessions that had ended by the moment `at`; how many."""
    require_job(by)
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def forget_old_guesses(*, by: Actor, at: datetime) -> int:
    """Delete the login guesses that count for nothing any more at the moment `at`; how many.

    Every login does so too, but after the last one of a term nobody would.
    """
    require_job(by)
    return LoginGuess.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def forget_old_logins(*, by: Actor, at: datetime) -> int:
    """Delete who logged in, or tried to, more than `LOGINS_KEPT_FOR` before `at`; how many. C3.

    axes writes a row for each and forgets none: addresses and browsers of everybody would be kept for ever.
    """
    require_job(by)
    old = at - LOGINS_KEPT_FOR
    return sum(model.objects.filter(attempt_time__lt=old).delete()[0] for model in (AccessLog, AccessAttempt))


def check_search_keys(*, by: Actor) -> dict[str, int]:
    """Recompute every pinyin key and count those stored otherwise, by model; empty when all is right.

    Nothing is repaired: a difference means that somebody wrote past `save()`, and the log names the place.
    Raises `NotAllowed`.
    """
    require_job(by)
    counts = {model._meta.label: sum(1 for _ in _wrong(model)) for model in keyed_models()}
    found = {label: count for label, count in counts.items() if count}
    for label, count in found.items():
        logger.error("%s rows of %s have a pinyin key that is not that of their text", count, label)
    return found


def keyed_models() -> list[type[SearchKeyMixin]]:
    """Every model with a pinyin key."""
    return [model for model in apps.get_models() if issubclass(model, SearchKeyMixin)]


def _wrong(model: type[SearchKeyMixin]) -> Iterator[int]:
    """The keys of the rows whose stored pinyin differs; read in pieces, so that memory does not grow."""
    rows = model._base_manager.values_list("pk", model.SEARCH_KEY_SOURCE, "search_key")
    for pk, text, stored in rows.iterator(chunk_size=ROWS_AT_ONCE):
        if stored != pinyin_key(text, is_name=model.SEARCH_KEY_IS_NAME):
            yield pk
