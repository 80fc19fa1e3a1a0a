"""Saving records so that the database's own refusal becomes a sentence beside the right field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models

from houqin.errors import RuleBroken

Sentences = Mapping[str, tuple[str, str | None]]

# So many rows go to the database in one statement.
ROWS_AT_ONCE = 1_000


def save_or_refuse(record: models.Model, sentences: Sentences, **kwargs: Any) -> None:
    """Save `record`; raise `RuleBroken` with the sentence and field that belong to the broken constraint.

    The constraint decides, not a query before it: of two people who enter the same 工号 at the same moment,
    both would pass the query. After a refusal the transaction can only be rolled back: no service goes on
    then, and a savepoint would cost every save two journeys to the database.
    """
    with _refusals(sentences):
        record.save(**kwargs)


def insert_all_or_refuse(records: Sequence[Any], sentences: Sentences) -> None:
    """Insert new `records` of one model, a thousand a statement; else as `save_or_refuse`, for all or none.

    Row triggers see every row, so the audit is as full as with one save after another.
    """
    if not records:
        return
    _prepare(records)
    with _refusals(sentences):
        type(records[0])._base_manager.bulk_create(records, batch_size=ROWS_AT_ONCE)


def update_all_or_refuse(records: Sequence[Any], fields: Sequence[str], sentences: Sentences) -> None:
    """Write `fields` of *locked* `records` of one model, a thousand a statement, and count their versions up.

    As an insertion whose key is taken, because a thousand values in a CASE take the database ten times as
    long; no row is made, since the rows are there and locked.
    """
    if not records:
        return
    for record in records:
        record.version += 1
    kept = {"search_key"} if _prepare(records) else set()
    with _refusals(sentences):
        type(records[0])._base_manager.bulk_create(
            records,
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=sorted({*fields, "version"} | kept),
        )


def _prepare(records: Sequence[Any]) -> bool:
    """Compute what `save` would have computed; whether these records have something of the kind."""
    if not hasattr(records[0], "set_search_key"):
        return False
    for record in records:
        record.set_search_key()
    return True


@contextmanager
def _refusals(sentences: Sentences) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", "")
        if name not in sentences:
            raise
        message, field = sentences[name]
        raise RuleBroken(message, field=field) from error
