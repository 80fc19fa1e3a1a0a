"""Who ordered a document hears when it is there, or why it is not."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.orders.models import PrintOrder

GROUP = "打印"
READY, FAILED = "orders.ready", "orders.failed"


def to_orderer(order: PrintOrder, words: Words) -> Iterator[Draft]:
    """The one person whose document it is."""
    if order.created_by is not None:
        yield Draft(order.created_by, order, {"title": order.title, "pages": order.pages, "said": order.said})


MODEL = "houqin.PrintOrder"
KINDS = (
    NoticeKind(
        READY, "打印的文件做好了", GROUP, MODEL, "{title}做好了", to_orderer, "共 {pages} 页，点开就能打印。",
        is_private=True, act="去打印",
    ),
    NoticeKind(
        FAILED, "打印的文件没有做成", GROUP, MODEL, "{title}没有做成", to_orderer, "{said}", is_private=True
    ),
)  # fmt: skip
