"""What append-only means here: entries are added and reversed, never edited or deleted, and months close.

Three fences, from the outside in: the app role has no UPDATE or DELETE on a ledger (`database/grants.py`
reads `LedgerEntry` subclasses), triggers refuse both even for the owner, and a trigger refuses entries in a
closed period.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from houqin.actors import Actor
from houqin.audit.tracking import audited
from houqin.errors import RuleBroken
from houqin.people.access import require
from houqin.people.scopes import Visibility
from houqin.records import Record

REFUSE_CLOSED = """
IF EXISTS (
    SELECT 1 FROM public.houqin_closedperiod
    WHERE ledger = '{ledger}' AND until >= NEW.occurred_on
) THEN
    RAISE EXCEPTION 'ledger {ledger} is closed until after %', NEW.occurred_on
        USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_period';
END IF;
RETURN NEW;
"""


def ledger_triggers(ledger: str) -> list[pgtrigger.Trigger]:
    """The triggers of a ledger's `Meta.triggers`: no edit, no deletion, nothing into a closed period."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="closed_period",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=REFUSE_CLOSED.format(ledger=ledger),
        ),
    ]


class LedgerEntry(Record):
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
        """Add the entry. `RuleBroken` for a saved one and for a day in a closed period."""
        if not self._state.adding:
            raise RuleBroken("已登记的记录不能修改，只能冲销后重新登记。")
        closed = ClosedPeriod.objects.filter(ledger=self.LEDGER, until__gte=self.occurred_on).first()
        if closed is not None:
            raise RuleBroken(f"{closed.until:%Y-%m-%d} 及以前已结账，不能再登记。请登记到之后的日期。")
        super().save(*args, **kwargs)


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
        return f"{self.ledger} {self.until}"


def close_period(*, ledger: str, until: date, by: Actor) -> ClosedPeriod:
    """Close `ledger` up to and including `until`.

    Raises `NotAllowed`, and `RuleBroken` when that day is closed already. An entry that is being written at
    this moment is in before or is refused by the trigger: both wait on nothing else.
    """
    require(by, "houqin.period:close")
    if ClosedPeriod.objects.filter(ledger=ledger, until__gte=until).exists():
        raise RuleBroken("这段时间已经结过账了。")
    closed = ClosedPeriod(ledger=ledger, until=until, closed_by=by.user)
    closed.set_maker(by)
    closed.save()
    return closed
