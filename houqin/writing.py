"""The one boundary of every write: views, jobs and commands enter through `write` and through nothing else.

`write` retries around a durable transaction that sets the audit's context, claims the idempotency key, calls
the service and stores its answer. Services never retry and only nest: a retry inside an outer transaction
would meet the same aborted transaction again.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.core.files.base import File
from django.db import OperationalError, connection, models, transaction

from houqin import locking
from houqin.actors import Actor
from houqin.audit.context import metadata, set_context
from houqin.database.prepared import in_one_message
from houqin.errors import Busy, Gone, Repeated

R = TypeVar("R")

# serialization_failure, deadlock_detected, lock_not_available: nothing was written, so asking again is safe.
RETRIED = frozenset({"40001", "40P01", "55P03"})
ATTEMPTS = 3


class IdempotencyKey(models.Model):
    """That one form was sent: unique per actor, written in the same transaction as its effect."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    service = models.CharField(max_length=200)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "提交凭据"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_effect_per_actor_and_key")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


def write(
    service: Callable[..., R],
    *,
    by: Actor,
    key: str | None = None,
    clock: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> R:
    """Call `service(**arguments, **clock, by=by)` once and for all, and return its answer.

    `clock` holds what the caller read off its own clock. It is no part of the content: nobody typed it, and
    of two taps the second may come after midnight.

    With a `key`, a second call with the same content replays the stored answer instead of acting again; with
    another content it raises `Repeated`, and `Gone` when the record that it answered was deleted since.
    Services called with a key return a record, a list of records or plain JSON. Whatever the service raises
    rolls everything back, the key included, so that a corrected form may be sent again with the same key.
    Raises `Busy` when locks could not be had in three attempts.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(durable=True), _watched():
                return _once(service, by=by, key=key, arguments=arguments, clock=clock or {})
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in RETRIED:
                raise
            if attempt < ATTEMPTS:
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - jitter, no secret
    raise Busy("同一时间操作的人太多，这次没有保存。请稍等几秒再点一次。")


def answer_of(key: str, *, by: Actor) -> Any:
    """What the service answered when `by` sent `key`; None when it was not sent, or nothing is left of it.

    For a form whose record is gone because the first of two taps removed it.
    """
    claim = IdempotencyKey.objects.filter(actor=by.key, key=key).first()
    try:
        return None if claim is None or claim.answer is None else _restore(claim.answer)
    except Gone:
        return None


@contextmanager
def _watched() -> Iterator[None]:
    locking.begin_transaction()
    try:
        yield
    finally:
        locking.end_transaction()


def _once(
    service: Callable[..., R],
    *,
    by: Actor,
    key: str | None,
    arguments: Mapping[str, Any],
    clock: Mapping[str, Any],
) -> R:
    if key is None:
        set_context(by, service=service.__name__)
        return service(**arguments, **clock, by=by)
    content, expected = _fingerprint(service, arguments, by), _expected(arguments)
    first = _claim(by, key, content, service.__name__, expected)
    if first is None:
        taken = IdempotencyKey.objects.get(actor=by.key, key=key)
        if taken.content != content:
            raise Repeated("这张表单已经提交过，内容又有改动。请回到页面核对后重新填写。")
        return _restore(taken.answer)  # type: ignore[no-any-return]
    answer = service(**arguments, **clock, by=by)
    stored = _stored(answer)
    if stored != expected:
        _keep_answer(first, stored)
    return answer


def _expected(arguments: Mapping[str, Any]) -> Any:
    """What most services answer: the first record that they were called with, to be stored with the key.

    Nobody sees it before the service is through, and by then the row holds what it really answered.
    """
    return next((_stored(value) for value in arguments.values() if isinstance(value, models.Model)), None)


def _claim(by: Actor, key: str, content: str, service: str, expected: Any) -> int | None:
    """Insert the key and return its row's number, or None when it is taken.

    The same statement sets the audit's context and stores the `expected` answer, and the message begins the
    transaction, to spare journeys to the database.

    ON CONFLICT DO NOTHING waits for a rival that has inserted the same key and not yet committed: of two taps
    at once the second stands here until the first is through, and then sees its answer.
    """
    with in_one_message(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO houqin_idempotencykey (actor, key, content, service, answer, created_at) "
            "SELECT %s, %s, %s, %s, %s::jsonb, now() FROM set_config('pghistory.context_metadata', %s, true) "
            "ON CONFLICT (actor, key) DO NOTHING RETURNING id",
            [by.key, key, content, service, _text(expected), metadata(by, service=service)],
        )
        inserted = cursor.fetchone()
    return inserted[0] if inserted else None


def _keep_answer(claim: int, stored: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE houqin_idempotencykey SET answer = %s::jsonb WHERE id = %s", [_text(stored), claim]
        )


def _text(stored: Any) -> str | None:
    return None if stored is None else json.dumps(stored)


def _fingerprint(service: Callable[..., Any], arguments: Mapping[str, Any], by: Actor) -> str:
    # The key belongs to whoever types; for whom something is entered is a part of what was said.
    parts = [f"{service.__module__}.{service.__qualname__}", f"{by.user.pk if by.user else ''}"]
    parts += [f"{name}={_plain(value)}" for name, value in sorted(arguments.items())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _plain(value: Any) -> str:
    """A text that is equal for equal input, in this process and in the next."""
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if isinstance(value, File):
        value.seek(0)
        digest = hashlib.sha256(b"".join(value.chunks())).hexdigest()
        value.seek(0)
        return f"{value.name}:{digest}"
    if isinstance(value, models.QuerySet | list | tuple):
        return json.dumps([_plain(each) for each in value])
    if is_dataclass(value) and not isinstance(value, type):
        # Its own representation would name the records in it, and two people may have one name.
        value = {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return json.dumps({str(name): _plain(each) for name, each in sorted(value.items())})
    if isinstance(value, set | frozenset):
        return json.dumps(sorted(_plain(each) for each in value))
    # A photo of 15 MB is not written out in escapes only to be hashed.
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else repr(value)


def _stored(answer: Any) -> Any:
    if isinstance(answer, models.Model):
        return {"model": answer._meta.label_lower, "pk": answer.pk}
    if isinstance(answer, list):
        return {"list": [_stored(each) for each in answer]}
    return {"value": answer}


def _restore(stored: Any) -> Any:
    if "model" in stored:
        record = apps.get_model(stored["model"])._base_manager.filter(pk=stored["pk"]).first()
        if record is None:
            raise Gone
        return record
    if "list" in stored:
        return [_restore(each) for each in stored["list"]]
    return stored["value"]
