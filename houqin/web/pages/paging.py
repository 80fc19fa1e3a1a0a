"""One page of a long list, cheaply: the keys first, in order, then only the rows of this page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.sql.where import WhereNode

from houqin.people.seeing import SeenByField
from houqin.search.columns import GramsField
from houqin.web.pages.anchors import Anchor, turned
from houqin.web.pages.totals import Total, counted, in_all

# Behind this the database would walk over every key before the page; people narrow the list or export it.
DEEPEST = 100_000

Columns = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page and where it lies in the whole."""

    rows: Sequence[Any]
    page: int
    size: int
    total: Total
    has_next: bool
    notice: str = ""

    @property
    def first(self) -> str:
        """The public id of the first row, for the link to the page before; nothing where there is none."""
        return self.rows[0].public_id if self.rows else ""

    @property
    def last(self) -> str:
        """The public id of the last row, for the link to the next page."""
        return self.rows[-1].public_id if self.rows else ""

    @property
    def summary(self) -> str:
        return f"{self.total}，第 {self.page:,} 页" if self.page > 1 else str(self.total)


def light(rows: Any) -> Any:
    """`rows` without what no page shows: their search columns, longer than all the others, and `seen_by`."""
    hidden = (GramsField, SeenByField)
    return rows.defer(
        *[field.name for field in rows.model._meta.concrete_fields if isinstance(field, hidden)]
    )


def cut(
    rows: Any,
    *,
    order: Sequence[str],
    page: int,
    size: int,
    anchor: Anchor | None = None,
    is_plain: bool = False,
    known_as: Hashable = None,
    with_columns: Columns = light,
) -> Slice:
    """Page `page` of `rows` in `order`, which must end with the key so that no row moves between pages.

    `with_columns` adds what only the rows that are shown need; keys and counts go without. The keys come
    first, in order: an index tells them, and thousands of them are sorted sooner than thousands of rows. Only
    the first page of all rows in an order that an index has (`is_plain`) is read straight away. Where more
    follow, the planner's number is said, or a count of few; `known_as` tells these rows from all others, so
    that the next page need not ask the planner again. With an `anchor` no key before the page is walked
    over. A page past the end becomes the last one where the end is known; by its number alone no page is
    looked for that is deeper than `DEEPEST`.
    """
    if anchor is not None and anchor.is_backward:
        return _before(
            anchor, rows, order=order, page=page, size=size, known_as=known_as, with_columns=with_columns
        )
    offset = (page - 1) * size
    if anchor is None and offset >= DEEPEST:
        return _past_the_end(rows, order, page, size, with_columns)
    if anchor is not None:
        found = _by_keys(rows.filter(anchor.beyond), order, slice(size + 1), with_columns)
    else:
        read = _straight if page == 1 and is_plain and not rows.query.where else _by_keys
        found = read(rows, order, slice(offset, offset + size + 1), with_columns)
    if not found and page > 1:
        return _past_the_end(rows, order, page, size, with_columns)
    if len(found) <= size:
        return Slice(found, page, size, Total(offset + len(found)), has_next=False)
    return Slice(found[:size], page, size, in_all(rows, offset + len(found), known_as), has_next=True)


def _before(
    anchor: Anchor,
    rows: Any,
    *,
    order: Sequence[str],
    page: int,
    size: int,
    known_as: Hashable,
    with_columns: Columns,
) -> Slice:
    """The page that ends before the anchor's row; the first one where too few rows are left for a page."""
    found = _by_keys(rows.filter(anchor.beyond), turned(order), slice(size), with_columns)
    if len(found) < size:
        return cut(rows, order=order, page=1, size=size, known_as=known_as, with_columns=with_columns)
    return Slice(found[::-1], page, size, in_all(rows, page * size, known_as), has_next=True)


def _past_the_end(rows: Any, order: Sequence[str], page: int, size: int, with_columns: Columns) -> Slice:
    """What stands where no row is: the last page, or of very many only that there are no more here."""
    total = counted(rows)
    if total.is_capped:
        deep = f"只能翻到前 {DEEPEST:,} 条。请用搜索或筛选缩小范围，或者导出全部。"
        notice = deep if (page - 1) * size >= DEEPEST else "这一页已经没有内容，请回到第一页。"
        return Slice((), page, size, total, has_next=False, notice=notice)
    last = max(1, -(-total.number // size))
    part = slice((last - 1) * size, last * size)
    found = _straight(rows, order, part, with_columns) if total.number else []
    return Slice(found, last, size, total, has_next=False, notice="没有这么多页，这是最后一页。")


def _straight(rows: Any, order: Sequence[str], part: slice, with_columns: Columns) -> list[Any]:
    return list(with_columns(rows.order_by(*order))[part])


def _by_keys(rows: Any, order: Sequence[str], part: slice, with_columns: Columns) -> list[Any]:
    shown = rows.order_by(*order)
    keys = shown.values("pk")[part]
    # What narrowed the keys is not asked of their rows again.
    shown.query.where = WhereNode()
    return list(with_columns(shown.filter(pk__in=keys)))
