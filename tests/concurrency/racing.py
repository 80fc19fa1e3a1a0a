"""Real threads, each with a database connection of its own, and a place where two of them meet.

A race that shows itself by luck proves nothing, so a `Meeting` makes both rivals read before either writes.
With the lock on they cannot meet: the second still waits for the first, who gives up waiting and goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

PATIENCE = 60.0
# How long a rival waits at the meeting for the other, whom a lock keeps from coming.
GRACE = 0.4


@dataclass
class Outcome:
    """What became of acts done at the same time."""

    answers: list[Any] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


def together(*acts: Callable[[], Any]) -> Outcome:
    """Do all `acts` at once, each in a thread; collect what they return and raise."""
    outcome, gate = Outcome(), threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            gate.wait(PATIENCE)
            outcome.answers.append(act())
        except Exception as error:  # noqa: BLE001 - the test looks at every error
            outcome.errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return outcome


@contextmanager
def in_thread(act: Callable[[], Any]) -> Iterator[None]:
    """Do `act` beside the block, on another connection, and wait for it at the end; its error comes here."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - raised again below
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)
    if errors:
        raise errors[0]


class Meeting:
    """Where two rivals wait for each other, once; `met` tells afterwards whether they did."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self.met = False

    def wait(self) -> None:
        """Wait for the other rival; go on alone when he does not come."""
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(GRACE)
            self.met = True

    def after(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act`, followed by the meeting."""

        def acted(*args: Any, **kwargs: Any) -> Any:
            answer = act(*args, **kwargs)
            self.wait()
            return answer

        return acted


def without_lock(record: Any) -> Any:
    """What `houqin.locking.lock` would be if it only read again: the control of every race test."""
    return type(record)._base_manager.get(pk=record.pk)


def without_locks(*records: Any) -> tuple[Any, ...]:
    """The same for `houqin.locking.lock_both`."""
    return tuple(without_lock(record) for record in records)
