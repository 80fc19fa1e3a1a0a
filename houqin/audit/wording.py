"""How the history says what was done to rows of a model, in the office's words; a model says it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wording:
    """A model's `HISTORY`. Acts with a name of their own (`TRANSITIONS`) keep it.

    `noun` follows the words of making, changing and removing on the pages of other records (“修改证件”).
    `many` is said of an act on several rows at once; `name` is what one row is called. What `joins` an act on
    the record itself, in the same transaction, is not told a second time: that act is told with its name.
    `word` is what a row itself says was done, where that is not the same for all: “同意”, “转交”.
    What `leads` is there before the record moves on, also in one transaction: entries before a signature.
    """

    insert: str = "建立"
    update: str = "修改"
    delete: str = "删除"
    noun: str = ""
    many: str = "{verb} {count} 条"
    name: Callable[[Any], str] = str
    joins: bool = False
    word: Callable[[Any], str] | None = None
    leads: bool = False

    def verb(self, label: str) -> str:
        """The word for an event's label: insert, update or delete."""
        return {"insert": self.insert, "update": self.update, "delete": self.delete}[label]

    def of_one(self, verb: str, name: str) -> str:
        """An act on one row: “授予岗位：食品安全员”."""
        return f"{verb}{self.noun}：{name}" if name else f"{verb}{self.noun}"

    def of_many(self, verb: str, count: int) -> str:
        """An act on `count` rows: “添加成员 4 人”."""
        return self.many.format(verb=f"{verb}{self.noun}", count=count)


def wording_of(model: type[Any]) -> Wording:
    """The wording of `model`; that of its Chinese name where it declares none."""
    found: Wording | None = getattr(model, "HISTORY", None)
    return found if found is not None else Wording(noun=str(model._meta.verbose_name))
