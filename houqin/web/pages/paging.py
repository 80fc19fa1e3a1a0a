"""One page of a long list, cheaply: the keys first, in order, then only the rows of this page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Subquery

from houqin.search.columns import GramsField

# Counting costs more than half of a good page at 100,000 rows, and nobody reads an exact 83,412 over ten
# pages of rows: counting on to 2,000 took longer than the page itself for whoever sees a tenth of them.
COUNTED = 2_000
# Behind this the database would walk over every key before the page; people narrow the list or export it.
DEEPEST = 100_000

Columns = Callable[[Any], Any]


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


def cut(
    rows: Any,
    *,
    order: Sequence[str],
    page: int,
    size: int,
    is_plain: bool = False,
    with_columns: Columns = light,
) -> Slice:
    """Page `page` of `rows` in `order`, which must end with the key so that no row moves between pages.

    `with_columns` adds what only the rows that are shown need; keys and counts go without. With `is_plain`,
    an order that an index has, the first page is one query. Otherwise the capped count comes first: few rows
    are sorted whole, of many the keys alone, and then the rows of the page are read. A page past the end
    becomes the last one where the end is known; deeper than `DEEPEST` no query is made.
    """
    if page == 1 and is_plain:
        return _plain_first(rows, order, size, with_columns)
    total, is_capped = capped_count(rows, COUNTED)
    notice = ""
    if not is_capped and page > (last := max(1, -(-total // size))):
        page, notice = last, "没有这么多页，这是最后一页。"
    offset = (page - 1) * size
    if offset >= DEEPEST:
        notice = f"只能翻到前 {DEEPEST:,} 条。请用搜索或筛选缩小范围，或者导出全部。"
        return Slice((), page, size, total, is_capped, has_next=False, notice=notice)
    read = _of_many if is_capped else _of_few
    found = read(rows, order, slice(offset, offset + size + 1), with_columns) if total else []
    if not found and page > 1:
        notice = "这一页已经没有内容，请回到第一页。"
    return Slice(found[:size], page, size, total, is_capped, len(found) > size, notice)


class _Counted(Subquery):
    """How many keys a subquery has, beside every row of another query; the database counts them once."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _plain_first(rows: Any, order: Sequence[str], size: int, with_columns: Columns) -> Slice:
    """The first page in one query: rows, and how many there are."""
    counted = _Counted(rows.order_by().values("pk")[: COUNTED + 1])
    found = list(with_columns(rows.order_by(*order)).annotate(page_total=counted)[: size + 1])
    if len(found) <= size:
        return Slice(found, 1, size, len(found), is_capped=False, has_next=False)
    total = found[0].page_total
    return Slice(found[:size], 1, size, min(total, COUNTED), total > COUNTED, has_next=True)


def _of_few(rows: Any, order: Sequence[str], part: slice, with_columns: Columns) -> list[Any]:
    return list(with_columns(rows.order_by(*order))[part])


def _of_many(rows: Any, order: Sequence[str], part: slice, with_columns: Columns) -> list[Any]:
    """First the keys, in order: thousands of them are sorted sooner than thousands of rows."""
    keys = list(rows.order_by(*order).values_list("pk", flat=True)[part])
    found = {row.pk: row for row in with_columns(rows.order_by().filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]
