"""Row locks in one fixed order, evaluated at once.

Rank: reference data and people, then approval, plan, ticket, asset, stock, budget, counter, attachment;
within a rank by primary key. Taking locks in one order everywhere is what keeps two services from waiting for
each other, so going back in rank is refused.
A lazy `select_for_update` locks nothing: `lock` evaluates it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models

from houqin.errors import Gone

RANKS = ("reference", "approval", "plan", "ticket", "asset", "stock", "budget", "counter", "attachment")

M = TypeVar("M", bound=models.Model)

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
    # `__class__`, because Django hands out a lazy stand-in for the user, whose type is no model.
    return _locked(record.__class__._base_manager.filter(pk=record.pk).order_by())[0]


def lock_all(rows: models.QuerySet[M]) -> list[M]:
    """Lock all `rows` in the order of their keys, at once, and return them read again; `Gone` for none."""
    return _locked(rows.order_by("pk"))


def _locked(rows: models.QuerySet[M]) -> list[M]:
    if not connection.in_atomic_block:
        raise LockOrderBroken("A lock outside a transaction ends before the next line.")
    _keep_order(getattr(rows.model, "LOCK_RANK", "reference"))
    locked = list(rows.select_for_update(of=("self",)))
    if not locked:
        raise Gone
    return locked


def _keep_order(rank: str) -> None:
    position, highest = RANKS.index(rank), _highest.get()
    if highest is None:
        return
    if position < highest:
        raise LockOrderBroken(f"{rank} must be locked before {RANKS[highest]}")
    _highest.set(position)
