"""Row locks in one fixed order, evaluated at once.

Rank: reference data and people, then approval, plan, ticket, asset, stock, budget, counter, attachment;
within a rank by primary key. Taking locks in one order everywhere is what keeps two services from waiting for
each other, so going back in rank is refused.
A lazy `select_for_update` locks nothing: `lock` evaluates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from psycopg import sql

from houqin.database.prepared import in_one_message, prepared
from houqin.errors import Gone

RANKS = ("reference", "approval", "plan", "ticket", "asset", "stock", "budget", "counter", "attachment")

M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=models.Model)

# Every write begins with it, and the ORM would write it anew each time.
BY_KEY = "SELECT {columns} FROM {table} WHERE {key} = %s FOR UPDATE"

_highest: ContextVar[int | None] = ContextVar("highest_lock_rank", default=None)


class LockOrderBroken(RuntimeError):
    """A service asked for a lock of a lower rank than one that it holds: a programming mistake."""


def begin_transaction() -> None:
    """Forget the ranks of the last transaction; `houqin.writing.write` calls it when it opens one."""
    _highest.set(0)


def end_transaction() -> None:
    """Stop watching ranks, because no transaction of the write boundary is open any more."""
    _highest.set(None)


def lock(record: M) -> M:
    """Lock `record`'s row until the transaction ends and return it read again.

    Raises `LockOrderBroken` when a lock of a higher rank is held already, and `Gone` for a row that somebody
    deleted.
    """
    _keep_order(_model(record))
    with prepared(), connection.cursor() as cursor:
        _ask(cursor, record)
        return _answer(cursor, record)


def lock_both(first: M, then: N) -> tuple[M, N]:
    """Lock the rows of `first` and `then` in this order, as `lock` would do one after the other.

    They travel in one message and are two statements all the same: the server begins the second when it has
    the first row, and the second sees what was committed until then.
    """
    _keep_order(_model(first))
    _keep_order(_model(then))
    with in_one_message(), connection.cursor() as one, connection.cursor() as other:
        _ask(one, first)
        _ask(other, then)
        return _answer(one, first), _answer(other, then)


def lock_all(rows: models.QuerySet[M]) -> list[M]:
    """Lock all `rows` in the order of their keys, at once, and return them read again; `Gone` for none."""
    _keep_order(rows.model)
    locked = list(rows.order_by("pk").select_for_update(of=("self",)))
    if not locked:
        raise Gone
    return locked


@cache
def _fields(model: type[models.Model]) -> Sequence[models.Field[Any, Any]]:
    """What a locked row is read with: all but what the database computes for its own searching."""
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _statement(model: type[models.Model]) -> str:
    columns: list[sql.Composable] = [sql.Identifier(str(field.column)) for field in _fields(model)]
    table, key = sql.Identifier(model._meta.db_table), sql.Identifier(str(model._meta.pk.column))
    return sql.SQL(BY_KEY).format(columns=sql.SQL(", ").join(columns), table=table, key=key).as_string()


def _model(record: M) -> type[M]:
    # `__class__`, because Django hands out a lazy stand-in for the user, whose type is no model.
    return record.__class__


def _ask(cursor: Any, record: models.Model) -> None:
    cursor.execute(_statement(_model(record)), [record.pk])


def _answer(cursor: Any, record: M) -> M:
    """The record as the ORM would read it from the locked row; `Gone` when there is none."""
    row, model = cursor.fetchone(), _model(record)
    if row is None:
        raise Gone
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(_fields(model), row, strict=True)
    ]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in _fields(model)], values)


def _keep_order(model: type[models.Model]) -> None:
    """What must be true before a row of `model` is locked: a transaction, and no lock of a higher rank."""
    if not connection.in_atomic_block:
        raise LockOrderBroken("A lock outside a transaction ends before the next line.")
    rank = getattr(model, "LOCK_RANK", "reference")
    position, highest = RANKS.index(rank), _highest.get()
    if highest is None:
        return
    if position < highest:
        raise LockOrderBroken(f"{rank} must be locked before {RANKS[highest]}")
    _highest.set(position)
