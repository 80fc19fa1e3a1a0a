"""Saving a record so that the database's own refusal becomes a sentence beside the right field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models

from houqin.errors import RuleBroken

Sentences = Mapping[str, tuple[str, str | None]]


def save_or_refuse(record: models.Model, sentences: Sentences, **kwargs: Any) -> None:
    """Save `record`; raise `RuleBroken` with the sentence and field that belong to the broken constraint.

    The constraint decides, not a query before it: of two people who enter the same 工号 at the same moment,
    both would pass the query. After a refusal the transaction can only be rolled back: no service goes on
    then, and a savepoint would cost every save two journeys to the database.
    """
    try:
        record.save(**kwargs)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name not in sentences:
            raise
        message, field = sentences[name]
        raise RuleBroken(message, field=field) from error
