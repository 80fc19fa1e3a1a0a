"""Every write of an order: placed by a person, made, failed and forgotten by jobs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from houqin.actors import Actor, Person
from houqin.documents.printing import fingerprint
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock
from houqin.notifications.announcing import announce
from houqin.orders import storage
from houqin.orders.models import PrintOrder
from houqin.orders.notices import FAILED, READY
from houqin.orders.papers import OrderedPaper
from houqin.orders.rules import can_order, can_order_again
from houqin.orders.states import BUSY, KEPT_DAYS, LIVE, USE, OrderState
from houqin.people.access import require, require_job
from houqin.people.models import User
from houqin.registry import registry
from houqin.school_settings.reading import setting
from houqin.states import move

QUEUE = "prints"
MAKE = "houqin.make_document"
LONGEST_TITLE = 120


def paper_of(order: PrintOrder, user: User | None = None) -> OrderedPaper:
    """The document that `order` is about, for whoever ordered it; `RuleBroken` for a kind of another day."""
    owner = user or order.created_by
    if owner is None or order.kind not in registry.ordered_papers:
        raise RuleBroken("这种文件已经不再打印。请回到原来的页面。")
    return registry.ordered_papers[order.kind](owner, order.asked)


def order_document(*, paper: OrderedPaper, at: datetime | None = None, by: Actor) -> PrintOrder:
    """Have `paper` made by a job; the order of the same content that he has already is the answer itself.

    Raises `NotAllowed`, and `RuleBroken` for somebody with too many on their way.
    """
    require(by, USE)
    if not isinstance(by, Person) or by.user.pk != paper.user.pk:
        raise NotAllowed("打印的文件只做给本人。")
    paper.possible().require()
    sheets = paper.sheets()
    content = fingerprint(sheets)
    live = PrintOrder.objects.filter(created_by=by.user, state__in=LIVE)
    found: PrintOrder | None = live.filter(fingerprint=content).first()
    if found is not None and not _is_lost(found, by):
        return found
    can_order(busy=live.filter(state__in=BUSY).count()).require()
    order = PrintOrder(
        kind=paper.code, asked=dict(paper.asked), title=paper.title()[:LONGEST_TITLE], fingerprint=content,
        pages=paper.pages(), total=len(sheets), moved_at=at or timezone.now(),
    )  # fmt: skip
    order.set_maker(by)
    # Of two taps at once the constraint lets one through; the other waits for it and finds it.
    PrintOrder.objects.bulk_create([order], ignore_conflicts=True)
    placed: PrintOrder = live.get(fingerprint=content)
    if placed.public_id == order.public_id:
        app.configure_task(MAKE, queue=QUEUE).defer(order=placed.public_id)
    return placed


def order_asked(*, kind: str, asked: Mapping[str, Any], by: Actor) -> PrintOrder:
    """`order_document` for the paper of this `kind` as `by` asked for it on the page that offered it."""
    if not isinstance(by, Person) or kind not in registry.ordered_papers:
        raise NotAllowed("打印的文件只做给本人。")
    return order_document(paper=registry.ordered_papers[kind](by.user, asked), by=by)


def _is_lost(order: PrintOrder, by: Actor) -> bool:
    """Whether a finished document has no file any more (the school was restored): then it has expired."""
    if order.state != OrderState.READY or storage.place_of(order.public_id).exists():
        return False
    locked = lock(order)
    if locked.state == OrderState.READY:
        move(locked, "expire", by=by)
    return True


def order_again(*, order: PrintOrder, by: Actor) -> PrintOrder:
    """Order the document of a failed or expired order anew, with the content and the rights of now."""
    require(by, USE, order)
    order = lock(order)
    can_order_again(order.state).require()
    return order_document(paper=paper_of(order), by=by)


def begin_making(*, order: PrintOrder, at: datetime, by: Actor) -> PrintOrder | None:
    """Note that a job is at it, perhaps again after another died; None when there is nothing left to do."""
    require_job(by)
    order = lock(order)
    if not order.is_busy:
        return None
    order.moved_at = at
    if order.state == OrderState.WAITING:
        move(order, "begin", by=by, also=["moved_at"])
    else:
        order.save(update_fields=["moved_at"])
    return order


def note_progress(*, order: PrintOrder, done: int, total: int, at: datetime, by: Actor) -> None:
    """Write down how many parts are laid out. No version is counted: nobody edits an order."""
    require_job(by)
    making = PrintOrder.objects.filter(pk=order.pk, state=OrderState.MAKING)
    making.update(done=done, total=total, moved_at=at)


def finish_making(
    *, order: PrintOrder, content: str, pages: int, size: int, at: datetime, by: Actor
) -> PrintOrder:
    """Note that the file lies in its place, until when it is kept, and tell whoever ordered it."""
    require_job(by)
    order = lock(order)
    if order.state != OrderState.MAKING:
        return order
    others = PrintOrder.objects.filter(created_by=order.created_by_id, state__in=LIVE, fingerprint=content)
    # What was printed may have changed since it was ordered; an order of that very content stays the one.
    order.fingerprint = order.public_id if others.exclude(pk=order.pk).exists() else content
    order.pages, order.size, order.done, order.ready_at = pages, size, order.total, at
    order.expires_at = at + timedelta(days=setting(KEPT_DAYS, on=timezone.localdate(at)))
    changed = ["fingerprint", "pages", "size", "done", "ready_at", "expires_at"]
    move(order, "finish", by=by, also=changed)
    announce(READY, order, key=f"{READY}:{order.public_id}", by=by)
    return order


def fail_making(*, order: PrintOrder, said: str, by: Actor) -> PrintOrder:
    """Note why there is no document, in a sentence for whoever ordered it, and tell him."""
    require_job(by)
    order = lock(order)
    if order.is_busy:
        order.said = said
        move(order, "fail", by=by, also=["said"])
        announce(FAILED, order, key=f"{FAILED}:{order.public_id}", by=by)
    return order


def forget_old_documents(*, at: datetime, by: Actor) -> int:
    """Let go the documents whose days are over at the moment `at`, and what lies about; how many documents.

    The file goes after the commit: an order that says it has one and has none is worse than a file too many,
    which the next night takes.
    """
    require_job(by)
    old: Any = PrintOrder.objects.filter(state=OrderState.READY, expires_at__lte=at)
    gone = list(old.select_for_update().order_by("pk"))
    for order in gone:
        move(order, "expire", by=by)
        transaction.on_commit(partial(storage.remove, order.public_id))
    ready = PrintOrder.objects.filter(state=OrderState.READY)
    kept = frozenset(ready.values_list("public_id", flat=True))
    transaction.on_commit(partial(storage.sweep, kept))
    return len(gone)
