"""The rows of a page by their keys, with a statement that is the same for every page and every reader."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.db.models.sql.where import WhereNode

from houqin.database.compiled import Compiled, shape_of
from houqin.database.prepared import prepared

# By what is read of which model with which columns: as many as there are kinds of lists; None for those whose
# columns bring values of their own, such as today.
_made: dict[Hashable, Compiled[Any] | None] = {}


def rows_with(keys: Sequence[Any], rows: Any, with_columns: Callable[[Any], Any]) -> list[Any]:
    """The rows with these keys in the order of the keys, as `with_columns` reads them from `rows`.

    What narrowed the keys is not asked of their rows again; a row that went meanwhile is left out. What
    `with_columns` adds is the same for every reader.
    """
    if not keys:
        return []
    bare = rows.order_by()
    bare.query.where = WhereNode()
    found = {row.pk: row for row in _read(keys, bare, with_columns)}
    return [found[key] for key in keys if key in found]


def _read(keys: Sequence[Any], bare: Any, with_columns: Callable[[Any], Any]) -> list[Any]:
    statement = _statement(keys, bare, with_columns)
    if statement is None:
        return list(with_columns(bare).filter(pk__in=keys).order_by())
    with prepared():
        return statement(list(keys))


def _statement(keys: Sequence[Any], bare: Any, with_columns: Callable[[Any], Any]) -> Compiled[Any] | None:
    shape = shape_of(bare)
    if shape is None or not isinstance(keys[0], int):
        return None
    kind = shape, getattr(with_columns, "__func__", with_columns)
    if kind not in _made:
        made: Compiled[Any] = Compiled(lambda some: with_columns(bare).filter(_is_one_of(some)).order_by())
        _made[kind] = made if made.takes(list(keys)) else None
    return _made[kind]


def _is_one_of(keys: list[int]) -> Q:
    """The key is one of `keys`: one value, where `IN` would be a statement for each number of them."""
    one_of = Func(
        F("pk"), Value(keys, output_field=ArrayField(BigIntegerField())),
        template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField(),
    )  # fmt: skip
    return Q(one_of)
