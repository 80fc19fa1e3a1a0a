"""One page of a long list, cheaply: the keys first, in order, then only the rows of this page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from houqin.people.seeing import SeenByField
from houqin.search.columns import SearchColumn
from houqin.totals import Total, are_few, counted, counted_so_far, furthest, in_all
from houqin.web.pages.anchors import Anchor, from_milestone, turned
from houqin.web.pages.by_keys import rows_with

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
    hidden = (SearchColumn, SeenByField)
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
    known_as: Hashable = None,
    with_columns: Columns = light,
) -> Slice:
    """Page `page` of `rows` in `order`, which must end with the key so that no row moves between pages.

    The keys come first, in order: an index tells them, and thousands of them are sorted sooner than thousands
    of rows; `with_columns` adds what only the rows that are shown need. Where more follow, the planner's
    number is said, or a count of few; `known_as` tells these rows from all others, so that the next page need
    not ask the planner again. With an `anchor` no key before the page is walked over. A page past the end
    becomes the last one where the end is known; by its number alone no page is looked for that is deeper than
    `DEEPEST`.
    """
    wanted = _Wanted(rows, order, page, size, known_as, with_columns)
    offset = (page - 1) * size
    if anchor is not None:
        return _before(wanted, anchor) if anchor.is_backward else _behind(wanted, anchor)
    if offset >= DEEPEST:
        return _past_the_end(wanted)
    # Of few the keys of all cost less than to count them as well.
    are_all_told = are_few(known_as)
    begun, start = from_milestone(rows, order, offset, known_as)
    behind = start + size + 1
    keys = wanted.keys(begun, slice(start, furthest(behind) if are_all_told else behind))
    if not keys and page > 1:
        return _past_the_end(wanted)
    shown, end = wanted.shown(keys[:size]), offset + len(keys)
    has_next = len(keys) > size
    total = Total(end)
    if has_next:
        total = counted_so_far(end) if are_all_told else in_all(rows, end, known_as)
    return Slice(shown, page, size, total, has_next)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for: the page of these rows in this order, with these columns."""

    rows: Any
    order: Sequence[str]
    page: int
    size: int
    known_as: Hashable
    with_columns: Columns

    def keys(self, rows: Any, part: slice, *, is_backward: bool = False) -> list[Any]:
        order = turned(self.order) if is_backward else self.order
        return list(rows.order_by(*order).values_list("pk", flat=True)[part])

    def shown(self, keys: Sequence[Any]) -> list[Any]:
        return rows_with(keys, self.rows, self.with_columns)


def _behind(wanted: _Wanted, anchor: Anchor) -> Slice:
    """The page that begins behind the anchor's row."""
    size, page = wanted.size, wanted.page
    keys = wanted.keys(wanted.rows.filter(anchor.beyond), slice(size + 1))
    if not keys:
        return _past_the_end(wanted)
    end = (page - 1) * size + len(keys)
    has_next = len(keys) > size
    total = in_all(wanted.rows, end, wanted.known_as) if has_next else Total(end)
    return Slice(wanted.shown(keys[:size]), page, size, total, has_next)


def _before(wanted: _Wanted, anchor: Anchor) -> Slice:
    """The page that ends before the anchor's row; the first one where too few rows are left for a page."""
    size, page = wanted.size, wanted.page
    keys = wanted.keys(wanted.rows.filter(anchor.beyond), slice(size), is_backward=True)
    if len(keys) < size:
        return cut(
            wanted.rows,
            order=wanted.order,
            page=1,
            size=size,
            known_as=wanted.known_as,
            with_columns=wanted.with_columns,
        )
    total = in_all(wanted.rows, page * size, wanted.known_as)
    return Slice(wanted.shown(keys[::-1]), page, size, total, has_next=True)


def _past_the_end(wanted: _Wanted) -> Slice:
    """What stands where no row is: the last page, or of very many only that there are no more here."""
    size, total = wanted.size, counted(wanted.rows)
    if total.is_capped:
        deep = f"只能翻到前 {DEEPEST:,} 条。请用搜索或筛选缩小范围，或者导出全部。"
        is_deep = (wanted.page - 1) * size >= DEEPEST
        notice = deep if is_deep else "这一页已经没有内容，请回到第一页。"
        return Slice((), wanted.page, size, total, has_next=False, notice=notice)
    last = max(1, -(-total.number // size))
    part = slice((last - 1) * size, last * size)
    found = wanted.shown(wanted.keys(wanted.rows, part)) if total.number else []
    return Slice(found, last, size, total, has_next=False, notice="没有这么多页，这是最后一页。")
