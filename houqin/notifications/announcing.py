"""`announce`: what a service calls last, inside its transaction, when somebody should hear of what it did.

It puts one job into the queue and does nothing else: nobody is looked up, nothing is drawn, nothing leaves
the house. The queue lies in the same database, so a service that is rolled back has announced nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import connection, models
from procrastinate.contrib.django import app

from houqin.actors import Actor, Person
from houqin.registry import registry

# Its own worker takes these jobs, so that an import of ten minutes keeps no notice waiting, nor a webhook
# that hangs an import.
QUEUE = "notices"
TELL = "houqin.tell"


def announce(kind: str, about: models.Model, *, key: str = "", by: Actor, **words: Any) -> None:
    """Have everybody told whom the notice `kind` about the record `about` concerns, but for who did it.

    `words` (plain JSON) are handed to the kind's `drafts`. A second announcement under the same `key` reaches
    only those whom the first did not. Side effect: one INSERT. Raises `LookupError` for a kind that nobody
    declared and `RuntimeError` outside a transaction: both are programming mistakes.
    """
    declared = registry.notice_kind(kind)
    if not connection.in_atomic_block:
        raise RuntimeError("What is announced outside a transaction may never have happened.")
    if about._meta.label_lower != declared.model.lower():
        raise RuntimeError(f"{kind} is about {declared.model}, not about {about._meta.label}")
    told: dict[str, Any] = {"kind": kind, "record": about.pk, "but": doers(by), "words": words}
    app.configure_task(TELL, queue=QUEUE).defer(**told, key=key or f"{kind}:{uuid4().hex}")


def doers(by: Actor) -> list[int]:
    """Who knows it already: whoever acted, and whoever typed it in for him."""
    if not isinstance(by, Person):
        return []
    return [each.pk for each in (by.user, by.entered_by) if each is not None]
