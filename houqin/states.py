"""Transitions as data, and the one door through which a record changes its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.access import allowed
from houqin.rules import Decision


@dataclass(frozen=True, slots=True)
class Transition:
    """One act: from which states, to which, under which permission, and what the button says."""

    action: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: str
    needs_reason: bool = False


Transitions = tuple[Transition, ...]


def pairs(transitions: Transitions) -> list[tuple[str, str]]:
    """Every legal (from, to), for the database's own trigger."""
    return sorted({(source, t.target) for t in transitions for source in t.sources})


class LegalState(pgtrigger.FSM):
    """The trigger that lets a `state` move only as `transitions` say, whoever writes.

    It looks at the row after the change, in the same statement. Before the change, as delivered, it would
    make PostgreSQL compute the generated search columns again with every update of whatever column.
    """

    when = pgtrigger.After

    def __init__(self, transitions: Transitions) -> None:
        super().__init__(
            name="legal_state",
            field="state",
            transitions=pairs(transitions),
            condition=pgtrigger.AnyChange("state"),
        )


def find(transitions: Transitions, action: str) -> Transition:
    """The transition named `action`; `LookupError` when the table has none."""
    for transition in transitions:
        if transition.action == action:
            return transition
    raise LookupError(action)


def can_move(record: Any, action: str, by: Actor) -> Decision:
    """Whether `by` may take `record` through `action` now; the reason is fit for the page."""
    transition = find(record.TRANSITIONS, action)
    permission = allowed(by, transition.permission, record)
    if not permission:
        return permission
    if record.state not in transition.sources:
        return Decision.no(f"“{record.get_state_display()}”状态下不能{transition.label}。")
    return Decision.yes()


def move(record: Any, action: str, *, by: Actor, reason: str = "", also: Iterable[str] = ()) -> None:
    """Take the *locked* `record` through `action` and save its state, with the fields named in `also`.

    Raises `NotAllowed`, and `RuleBroken` from a wrong state or without the `reason` that the table asks for;
    where the reason is kept is the service's business. Side effect: one UPDATE, which the audit records,
    unless the act leaves the state as it is and changes nothing else.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A state moves only inside a transaction that holds the record's lock.")
    transition = find(record.TRANSITIONS, action)
    can_move(record, action, by).require()
    if transition.needs_reason and not reason.strip():
        raise RuleBroken(f"请先写明原因，再{transition.label}。", field="reason")
    changed = [*also, *(["state"] if record.state != transition.target else [])]
    record.state = transition.target
    if changed:
        record.save(update_fields=changed)
