"""What the audit saw of all models, asked in one statement: one for each table took longer than most acts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models
from psycopg import sql

from houqin.database.guards import tracked_models

# By model, the key of its newest event.
Marks = dict[type[models.Model], int]

NEWEST = "SELECT {number}, coalesce(max(pgh_id), 0) FROM {table}"
SINCE = "SELECT {number}, pgh_created_at FROM {table} WHERE pgh_id > {last}"


def latest_events() -> Marks:
    """The newest audit event of every model."""
    tracked = tracked_models()
    return {tracked[number]: newest for number, newest in _asked(NEWEST, [(model, 0) for model in tracked])}


def events_since(marks: Marks) -> list[tuple[type[models.Model], Any]]:
    """Every event since `marks` with its model, in the order of each model's events."""
    asked = list(marks.items())
    changed = sorted({number for number, _ in _asked(SINCE, asked)})
    return [
        (asked[number][0], event)
        for number in changed
        for event in events_of(asked[number][0])
        .objects.filter(pgh_id__gt=asked[number][1])
        .order_by("pgh_id")
    ]


def acts_since(marks: Marks) -> int:
    """How many acts the audit saw since `marks`: all events of one transaction bear the moment it began."""
    moments: set[datetime] = {moment for _, moment in _asked(SINCE, list(marks.items()))}
    return len(moments)


def events_of(model: type[models.Model]) -> Any:
    """The model in which the audit keeps what happened to the rows of `model`."""
    return model.events.rel.related_model  # type: ignore[attr-defined]


def _asked(question: str, of: Iterable[tuple[type[models.Model], int]]) -> list[tuple[int, Any]]:
    parts = [
        sql.SQL(question).format(
            number=sql.Literal(number),
            table=sql.Identifier(events_of(model)._meta.db_table),
            last=sql.Literal(last),
        )
        for number, (model, last) in enumerate(of)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return list(cursor.fetchall())
