"""Queries whose statement is made once a process, and only asked with other values afterwards.

Django builds a query object and writes its SQL anew each time; for a statement that finds a few rows by a key
that takes three times as long as the database needs for it. Only for statements that are the same for every
reader: what a reader may see depends on his roles, and is never held here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def by_public_id(rows: QuerySet[M], public_id: str) -> list[M]:
    """The row of `rows` with this id, or none.

    Held for `rows` that nothing narrows: for a reader who sees all there are.
    """
    shape = shape_of(rows)
    if shape is None:
        return list(_one(rows, public_id))
    if shape not in _whole:
        _whole[shape] = Compiled(lambda wanted: _one(rows, wanted))
    return _whole[shape](public_id)


def _one(rows: QuerySet[M], public_id: str) -> QuerySet[M]:
    # Unordered: there is one at most, and `first()` would order it by everything a list is ordered by.
    return rows.filter(public_id=public_id).order_by()[:1]


# By what is read of which model: as many as there are kinds of pages.
_whole: dict[Hashable, Compiled[Any]] = {}


def shape_of(rows: Any) -> Hashable | None:
    """What `rows` read, for those that leave nothing out and add nothing; None for all others.

    Two of one shape are the same statement.
    """
    query = rows.query
    more = (
        query.where, query.annotations, query.extra, query.distinct, query.combinator, query.group_by,
        query.is_sliced, query.values_select, query.select_for_update,
        rows._prefetch_related_lookups, rows._known_related_objects,
    )  # fmt: skip
    return None if any(more) else (rows.model, str(query.select_related), query.deferred_loading)


class _Made(NamedTuple):
    rows: Any
    compiler: Any
    statement: str
    kinds: Sequence[type[int] | None]


class Compiled(Generic[M]):
    """The rows of a query, by its values.

    `build` makes the queryset out of the values. Its statement must take exactly these as its parameters, in
    their order (conditions of one `filter` stand in the order of their names): then nothing else in it can
    hang on them. Of any other the first call raises `ValueError`.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._made: _Made | None = None

    def takes(self, *values: Any) -> bool:
        """Whether its statement takes values like these and no others, such as one that `build` names."""
        return tuple(self._build(*values).query.get_compiler(DEFAULT_DB_ALIAS).as_sql()[1]) == values

    def __call__(self, *values: Any) -> list[M]:
        """The rows; the values are as the database takes them: numbers, texts, dates."""
        made = self._made or self._make(values)
        asked = copy(made.compiler)
        asked.connection = connections[DEFAULT_DB_ALIAS]
        taken = [kind(value) if kind else value for kind, value in zip(made.kinds, values, strict=True)]
        asked.as_sql = lambda: (made.statement, taken)
        rows = made.rows.all()
        rows.query.get_compiler = lambda *_, **__: asked
        return list(rows)

    def _make(self, values: tuple[Any, ...]) -> _Made:
        rows = self._build(*values)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        statement, taken = compiler.as_sql()
        if tuple(taken) != values:
            raise ValueError(f"the statement takes {tuple(taken)!r} where {values!r} were given: {statement}")
        # Whole numbers go out as what their column is; as the smallest that holds them each size would be a
        # statement of its own to the server.
        kinds = [type(each) if isinstance(each, int) else None for each in taken]
        # Two threads may both make it; what they make is alike.
        self._made = _Made(rows, compiler, statement, kinds)
        return self._made
