"""One page of a long list, cheaply: the keys first, in order, then only the rows of this page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from houqin.search.columns import GramsField

# Counting costs more than half of a good page at 100,000 rows, and nobody reads an exact 83,412: counting on
# to 10,000 made filtered lists up to twice as slow as the first page.
COUNTED = 2_000
# Behind this the database would walk over every key before the page; people narrow the list or export it.
DEEPEST = 100_000


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page and where it lies in the whole."""

    rows: Sequence[Any]
    page: int
    size: int
    total: int
    is_capped: bool
    has_next: bool
    notice: str = ""

    @property
    def summary(self) -> str:
        total = f"共约 {COUNTED:,} 条以上" if self.is_capped else f"共 {self.total:,} 条"
        return f"{total}，第 {self.page:,} 页" if self.page > 1 else total


def light(rows: Any) -> Any:
    """`rows` without their search columns, which no page shows and which are longer than all the others."""
    grams = [field.name for field in rows.model._meta.concrete_fields if isinstance(field, GramsField)]
    return rows.defer(*grams)


def capped_count(rows: Any, cap: int) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`, and whether there are more."""
    counted = rows.order_by().values("pk")[: cap + 1].count()
    return min(counted, cap), counted > cap


def cut(rows: Any, *, order: Sequence[str], page: int, size: int) -> Slice:
    """Page `page` of `rows` in `order`, which must end with the key so that no row moves between pages.

    Three queries: the capped count, the keys of the page, and its rows with everything that `rows` selects.
    A page past the end becomes the last one where the end is known; deeper than `DEEPEST` no query is made.
    """
    total, is_capped = capped_count(rows, COUNTED)
    notice = ""
    if not is_capped and page > (last := max(1, -(-total // size))):
        page, notice = last, "没有这么多页，这是最后一页。"
    offset = (page - 1) * size
    if offset >= DEEPEST:
        notice = f"只能翻到前 {DEEPEST:,} 条。请用搜索或筛选缩小范围，或者导出全部。"
        return Slice((), page, size, total, is_capped, has_next=False, notice=notice)
    keys = list(rows.order_by(*order).values_list("pk", flat=True)[offset : offset + size + 1])
    found = {row.pk: row for row in light(rows).order_by().filter(pk__in=keys[:size])}
    if not keys and page > 1:
        notice = "这一页已经没有内容，请回到第一页。"
    shown = [found[key] for key in keys[:size] if key in found]
    return Slice(shown, page, size, total, is_capped, has_next=len(keys) > size, notice=notice)
