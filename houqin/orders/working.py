"""The job that makes an ordered document: outside any transaction, with the rights of the moment."""

from __future__ import annotations

import time

from django.utils import timezone

from houqin.actors import Actor
from houqin.documents.parts import Told, print_parts
from houqin.documents.printing import fingerprint
from houqin.errors import HouqinError
from houqin.orders import services, storage
from houqin.orders.models import PrintOrder
from houqin.writing import write

# More often nobody looks, and each time is a commit.
SECONDS_BETWEEN = 0.5
BROKEN = "程序在制作时出了差错。请再做一次；还不行，请告诉系统管理员。"


def make(order: PrintOrder, *, by: Actor) -> None:
    """Make the document of `order`, or let it say why there is none.

    Safe to repeat: what another job began and did not end is done again, the parts that it had laid out are
    taken from the cache. Never raises for what its reader has been told; our own fault goes on to the log.
    """
    begun = write(services.begin_making, order=order, at=timezone.now(), by=by)
    if begun is None:
        return
    try:
        _make(begun, by)
    except HouqinError as refusal:
        write(services.fail_making, order=begun, said=refusal.message, by=by)
    except Exception:
        write(services.fail_making, order=begun, said=BROKEN, by=by)
        raise


def _make(order: PrintOrder, by: Actor) -> None:
    paper = services.paper_of(order)
    paper.possible().require()
    sheets = paper.sheets()
    with storage.drafted(order.public_id) as draft:
        pages = print_parts(sheets, draft, told=_progress(order, len(sheets), by))
        size = draft.stat().st_size
        # A role that ended while it was made gets nothing.
        services.paper_of(order, type(paper.user).objects.get(pk=paper.user.pk)).possible().require()
    write(
        services.finish_making, order=order, content=fingerprint(sheets), pages=pages, size=size,
        at=timezone.now(), by=by,
    )  # fmt: skip


def _progress(order: PrintOrder, total: int, by: Actor) -> Told:
    told = 0.0

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN:
            told = time.monotonic()
            write(services.note_progress, order=order, done=done, total=total, at=timezone.now(), by=by)

    return tell
