"""When a document can be ordered, opened, ordered again: pure decisions, no queries."""

from __future__ import annotations

from houqin.orders.states import BUSY, OrderState
from houqin.rules import Decision

# One person's orders must not keep everybody else's waiting.
MOST_BUSY = 5


def can_order(*, busy: int) -> Decision:
    """A person has so many documents on their way at most."""
    if busy >= MOST_BUSY:
        return Decision.no(f"您已有 {busy} 份文件在制作。请等其中一份做好，再打印下一份。")
    return Decision.yes()


def can_open(state: str) -> Decision:
    """Only what is made and not taken away again."""
    if state == OrderState.READY:
        return Decision.yes()
    if state in BUSY:
        return Decision.no("这份文件还没有做好，请等一等。")
    return Decision.no("这份文件已经没有了。请点“重新做”。")


def can_order_again(state: str) -> Decision:
    """What failed or has expired is made anew, as a new order."""
    if state in {OrderState.FAILED, OrderState.EXPIRED}:
        return Decision.yes()
    return Decision.no("这份文件正在制作或已经做好，不用重新做。")
