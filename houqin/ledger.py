"""What append-only means here: entries are added and reversed, never edited or deleted, and months close.

Three fences, from the outside in: the app role has no UPDATE or DELETE on a ledger or a closing
(`database/guards.py` reads the models), triggers refuse both on a ledger even for the owner, and a trigger
refuses entries in a closed period. What only has to stay, and changes on its way, is `Kept`: no DELETE.

Closing and writing exclude each other by an advisory lock of the ledger's name: shared for every entry,
exclusive for a closing, held until the transaction ends. Without it an entry that is written while a closing
is not yet committed would see an open period and stand in a closed one afterwards.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models

from houqin.actors import Actor
from houqin.audit.tracking import audited
from houqin.errors import RuleBroken
from houqin.people.access import require
from houqin.people.scopes import Visibility
from houqin.records import Record
from houqin.showing import dated

CLOSED = "closed_period"
HOLD_CLOSED = "SELECT pg_advisory_xact_lock(hashtext('ledger'), hashtext(%s))"

# The lock is a statement of its own, so that the question after it sees what was committed meanwhile.
REFUSE_CLOSED = """
PERFORM pg_advisory_xact_lock_shared(hashtext('ledger'), hashtext('{ledger}'));
SELECT max(until) INTO closed_until FROM public.houqin_closedperiod
    WHERE ledger = '{ledger}' AND until >= NEW.occurred_on;
IF closed_until IS NOT NULL THEN
    RAISE EXCEPTION 'ledger {ledger} is closed until after %', NEW.occurred_on
        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}',
            DETAIL = to_char(closed_until, 'YYYY-MM-DD');
END IF;
RETURN NEW;
"""


def append_only_trigger() -> pgtrigger.Trigger:
    """The trigger that lets nobody, not even the tables' owner, edit or delete a row."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def kept_trigger() -> pgtrigger.Trigger:
    """The trigger that lets nobody, not even the tables' owner, delete a row."""
    return pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)


def ledger_triggers(ledger: str) -> list[pgtrigger.Trigger]:
    """The triggers of a ledger's `Meta.triggers`: no edit, no deletion, nothing into a closed period."""
    return [
        append_only_trigger(),
        pgtrigger.Trigger(
            name=CLOSED,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("closed_until", "date")],
            func=REFUSE_CLOSED.format(ledger=ledger, name=CLOSED),
        ),
    ]


class Kept(Record):
    """A row that changes on its way and is never deleted; its `Meta.triggers` hold `kept_trigger()`.

    The app role has no DELETE on its table either (`database/guards.py`).
    """

    class Meta:
        abstract = True


class AppendOnly(Record):
    """A row that is written once and then history; its `Meta.triggers` hold `append_only_trigger()`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. `RuleBroken` for a saved one."""
        if not self._state.adding:
            raise RuleBroken("已登记的记录不能修改，只能冲销后重新登记。")
        super().save(*args, **kwargs)


class LedgerEntry(AppendOnly):
    """One entry: what happened on which day. A wrong one is answered by an entry that reverses it, once."""

    LEDGER: ClassVar[str]

    occurred_on = models.DateField("发生日期")
    reverses = models.OneToOneField(
        "self",
        verbose_name="冲销",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="reversed_by",
    )

    class Meta:
        abstract = True

    @property
    def is_reversed(self) -> bool:
        return hasattr(self, "reversed_by")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. `RuleBroken` for a saved one and for a day in a closed period.

        The trigger asks, and nobody before it: the answer to an earlier question would be one more journey to
        the database. What it refuses leaves nothing of the transaction but to be rolled back.
        """
        try:
            super().save(*args, **kwargs)
        except IntegrityError as error:
            closed_until = _closed_until(error)
            if not closed_until:
                raise
            until = dated(date.fromisoformat(closed_until))
            raise RuleBroken(f"{until}及以前已结账，不能再登记。请登记到之后的日期。") from error


@audited()
class ClosedPeriod(Record):
    """That a ledger takes no more entries up to and including a day; closing only ever moves forward."""

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.period:close")

    ledger = models.CharField("账簿", max_length=60)
    until = models.DateField("结账至")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        null=True,
        related_name="+",
        verbose_name="结账人",
    )

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "结账"
        ordering = ["ledger", "-until"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "until"], name="one_closing_per_ledger_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {dated(self.until)}"


def close_period(*, ledger: str, until: date, by: Actor) -> ClosedPeriod:
    """Close `ledger` up to and including `until`.

    Raises `NotAllowed`, `RuleBroken` when that day is closed already, and `LookupError` for a ledger that no
    model keeps: closing it would close nothing. Waits for entries that are being written; those that come
    after are refused.
    """
    require(by, "houqin.period:close")
    if ledger not in ledgers():
        raise LookupError(f"no model keeps the ledger {ledger}")
    with connection.cursor() as cursor:
        cursor.execute(HOLD_CLOSED, [ledger])
    if ClosedPeriod.objects.filter(ledger=ledger, until__gte=until).exists():
        raise RuleBroken("这段时间已经结过账了。")
    closed = ClosedPeriod(ledger=ledger, until=until, closed_by=by.user)
    closed.set_maker(by)
    closed.save()
    return closed


def ledgers() -> frozenset[str]:
    """The names of all ledgers, as their models give them."""
    return frozenset(model.LEDGER for model in apps.get_models() if issubclass(model, LedgerEntry))


def _closed_until(error: IntegrityError) -> str:
    """The last closed day, when it was the closing that refused an entry; the trigger names it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis.message_detail or "" if diagnosis and diagnosis.constraint_name == CLOSED else ""
