"""`seen_by`: who sees a row, kept in the row by the database.

A model whose `VISIBILITY` has `kept` readers carries the field and the triggers that fill it; a model that a
path leads through carries the trigger that has it filled anew. What the program writes into it is overwritten
with what it is made of, so a list may trust it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from houqin.people.scopes import Scope, reader_key

Readers = Mapping[Scope, tuple[str, ...]]

OF_NEW = """{locks}
NEW.seen_by := ARRAY({readers} ORDER BY 1);
RETURN NEW;
"""
# After the change: a trigger before it would make the database compute the row's search pieces anew with
# every update of whatever column. It ends by itself, when what it wrote is what it would write.
OF_CHANGED = """{locks}
readers := ARRAY({readers} ORDER BY 1);
UPDATE {table} SET seen_by = readers WHERE id = NEW.id AND seen_by IS DISTINCT FROM readers;
RETURN NULL;
"""
# A reader whom the row itself names, and one whom another row names.
OWN = "SELECT '{key}' || NEW.{column} WHERE NEW.{column} IS NOT NULL"
OTHER = (
    "SELECT '{key}' || far.{column} FROM {table} far "
    "WHERE far.{join} = NEW.{own} AND far.{column} IS NOT NULL"
)
# Against a change of the other row that is not committed yet: neither can see the other.
LOCK = """
IF TG_OP = 'INSERT' OR NEW.{own} IS DISTINCT FROM OLD.{own} THEN
    PERFORM 1 FROM {table} WHERE id = NEW.{own} FOR SHARE;
END IF;"""
# No reader is called so: the row's own trigger puts the readers in its place at once.
STALE = "ARRAY['stale']"
TOUCH = "UPDATE {table} SET seen_by = {stale} WHERE {those}; RETURN NULL;"


class SeenByField(ArrayField):  # type: ignore[type-arg]  # no class to subscribe at run time
    """The readers of a row, `department:7` and `assigned:12`; give it a GIN index of its own."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(base_field=models.TextField(), default=list, editable=False)
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for own in ("base_field", "default", "editable", "size"):
            kwargs.pop(own, None)
        return name, path, list(args), kwargs


class KeepSeenBy(pgtrigger.Trigger):
    """Fills `seen_by` of a new row, and of one whose own part of the paths, or `seen_by` itself, changes."""

    def __init__(self, kept: Readers, *, name: str, operation: pgtrigger.Operation) -> None:
        self.paths = [(scope, path) for scope, paths in kept.items() for path in paths]
        self.is_new = operation == pgtrigger.Insert
        super().__init__(
            name=name,
            operation=operation,
            when=pgtrigger.Before if self.is_new else pgtrigger.After,
            declare=None if self.is_new else [("readers", "text[]")],
        )

    def get_condition(self, model: Any) -> Any:
        relations = [model._meta.get_field(path.partition(".")[0]) for _, path in self.paths]
        own = {relation.name for relation in relations if relation.concrete}
        return None if self.is_new else pgtrigger.AnyChange(*sorted(own), "seen_by")

    def get_func(self, model: Any) -> str:
        readers = [_reader(model, scope, path) for scope, path in self.paths]
        locks = [_lock(model, path) for _, path in self.paths]
        body = OF_NEW if self.is_new else OF_CHANGED
        table = model._meta.db_table
        return body.format(locks="".join(locks), readers="\nUNION ".join(readers), table=table)


class TouchSeenBy(pgtrigger.Trigger):
    """Has `seen_by` filled anew in the rows of another model: those that `relation` leads to from here.

    `column` is the own relation that names a reader; without it every new and every deleted row counts.
    """

    when = pgtrigger.After

    def __init__(self, *, name: str, relation: str, column: str = "") -> None:
        self.relation, self.column = relation, column
        operation = pgtrigger.Update if column else pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
        super().__init__(name=name, operation=operation)

    def get_condition(self, model: Any) -> Any:
        return pgtrigger.AnyChange(self.column) if self.column else None

    def get_func(self, model: Any) -> str:
        relation = model._meta.get_field(self.relation)
        if relation.concrete:
            # OLD is nothing for a new row, NEW for a deleted one.
            those = f"id IN (OLD.{relation.column}, NEW.{relation.column})"
        else:
            those = f"{relation.field.column} = NEW.id"
        return TOUCH.format(table=relation.related_model._meta.db_table, stale=STALE, those=those)


def keep_seen_by(kept: Readers) -> list[pgtrigger.Trigger]:
    """The triggers of the model that has `seen_by`; `kept` is that of its `VISIBILITY`."""
    return [
        KeepSeenBy(kept, name="seen_by_of_new", operation=pgtrigger.Insert),
        KeepSeenBy(kept, name="seen_by_of_changed", operation=pgtrigger.Update),
    ]


def _reader(model: Any, scope: Scope, path: str) -> str:
    """The query for the readers that `path` leads to from a row of `model`."""
    first, _, second = path.partition(".")
    key, relation = reader_key(scope, ""), model._meta.get_field(first)
    if not second:
        return OWN.format(key=key, column=relation.column)
    far = relation.related_model._meta
    join, own = ("id", relation.column) if relation.concrete else (relation.field.column, "id")
    return OTHER.format(key=key, column=far.get_field(second).column, table=far.db_table, join=join, own=own)


def _lock(model: Any, path: str) -> str:
    """The lock on the row that `path` leads through, until this row is there for all to see."""
    first, _, second = path.partition(".")
    relation = model._meta.get_field(first)
    if not (second and relation.concrete):
        return ""
    return LOCK.format(table=relation.related_model._meta.db_table, own=relation.column)
