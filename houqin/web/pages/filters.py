"""The filters of a list, declared once: each reads its own part of the address and hardens it.

`read` answers None when the address does not name the filter, and raises `BadChoice` for a value that
was never offered, which the page ignores with a sentence: an address is input like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, NamedTuple, Protocol

from django.db.models import Model, Q, Value
from django.utils import timezone

from houqin.people.models import User
from houqin.remembering import kept, watch

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class BadChoice(ValueError):
    """The address asks for something that the filter does not offer."""


class Option(NamedTuple):
    """One thing that can be chosen: its value in the address and its word on the page."""

    value: str
    label: str
    pk: Any = None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a filter does to the list now: the condition, and its part of the address."""

    condition: Q
    parameters: Mapping[str, str]


class Filter(Protocol):
    """What a list asks of a filter; `kind` says how it is drawn: select, chips, flag or period."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    def options(self, user: User) -> Sequence[Option]:
        """What can be chosen; asked once a page, at most one query."""

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        """What the address asks for; `BadChoice` when that is not offered."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One of the fixed choices of a field, as a select or, for few and important ones, as chips.

    `is_many`: the field is an array of them, and one chosen finds the rows that have it among others.
    """

    name: str
    label: str
    choices: Sequence[tuple[Any, Any]]
    field: str = ""
    as_chips: bool = False
    is_many: bool = False

    @property
    def kind(self) -> str:
        return "chips" if self.as_chips else "select"

    def options(self, user: User) -> Sequence[Option]:
        return [
            Option(str(value), str(label), pk=(value,) if self.is_many else value)
            for value, label in self.choices
        ]

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        field = self.field or self.name
        return _chosen(self.name, f"{field}__contains" if self.is_many else field, given, options)


@dataclass(frozen=True, slots=True)
class Related:
    """One of the rows that this one points at, such as a department; the address has its public id.

    `word` is the field that stands on the page. `rows` may ask the reader for his rights, his department and
    himself. With `tables`, all small ones that the choices are read from, they are kept until one changes.
    """

    name: str
    label: str
    rows: Callable[[User], Any]
    tables: tuple[type[Model], ...] = ()
    field: str = ""
    limit: int = 200
    word: str = "name"
    kind: ClassVar[str] = "select"

    def __post_init__(self) -> None:
        watch([model._meta.db_table for model in self.tables])

    def query(self, user: User) -> Any:
        """The rows of (name of this filter, public id, word, key) that can be chosen."""
        named = self.rows(user).annotate(of=Value(self.name))
        return named.values_list("of", "public_id", self.word, "pk")[: self.limit]

    def options(self, user: User) -> Sequence[Option]:
        return _related((self,), user)[self.name]

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        return _chosen(self.name, self.field or self.name, given, options)


@dataclass(frozen=True, slots=True)
class Flag:
    """A condition that is on or off: 我的, 逾期. While it is off, `otherwise` holds, if there is one."""

    name: str
    label: str
    condition: Callable[[User, date], Q]
    otherwise: Q | None = None
    kind: ClassVar[str] = "flag"

    def options(self, user: User) -> Sequence[Option]:
        return (Option("1", self.label),)

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        raw = given.get(self.name, "")
        if raw == "":
            return None
        if raw != "1":
            raise BadChoice(self.label)
        return Narrowing(self.condition(user, timezone.localdate()), {self.name: "1"})


def out_of_use(condition: Q, *, otherwise: Q) -> Flag:
    """What is out of use; a list that offers it shows what is in use, `otherwise`, first."""
    return Flag("retired", "已停用的", lambda _user, _today: condition, otherwise)


RETIRED = out_of_use(Q(retired_on__isnull=False), otherwise=Q(retired_on=None))


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included, in the school's time; `field` holds a date or a moment."""

    name: str
    label: str
    field: str = ""
    is_moment: bool = False
    kind: ClassVar[str] = "period"

    def options(self, user: User) -> Sequence[Option]:
        return (Option(f"{self.name}-from", "从"), Option(f"{self.name}-to", "到"))

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        condition, parameters, field = Q(), {}, self.field or self.name
        for option, lookup in zip(options, ("gte", "lte"), strict=True):
            raw = given.get(option.value, "")
            if raw:
                day = self._day(raw)
                bound = self._moment(day, lookup) if self.is_moment else day
                condition &= Q(**{f"{field}__{lookup}": bound})
                parameters[option.value] = day.isoformat()
        return Narrowing(condition, parameters) if parameters else None

    def _day(self, raw: str) -> date:
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            raise BadChoice(self.label) from None
        if not EARLIEST <= day <= LATEST:
            raise BadChoice(self.label)
        return day

    def _moment(self, day: date, lookup: str) -> datetime:
        edge = time.min if lookup == "gte" else time.max
        return timezone.make_aware(datetime.combine(day, edge))


def options_of(filters: Iterable[Filter], user: User) -> dict[str, Sequence[Option]]:
    """What each filter offers; for all that offer rows of a table, one query, or none if they are kept."""
    offered: dict[str, Sequence[Option]] = {}
    related = []
    for each in filters:
        if isinstance(each, Related):
            related.append(each)
        else:
            offered[each.name] = each.options(user)
    return {**offered, **(_related(tuple(related), user) if related else {})}


def _related(filters: tuple[Related, ...], user: User) -> Mapping[str, Sequence[Option]]:
    """The rows that `filters` offer to this reader, on this day."""
    if not all(each.tables for each in filters):
        return _read(filters, user)
    tables = {model._meta.db_table for each in filters for model in each.tables}
    key = (filters, user.pk, user.department_id, user.roles, timezone.localdate())
    return kept(key, lambda: _read(filters, user), tables=sorted(tables))


def _read(filters: Sequence[Related], user: User) -> Mapping[str, Sequence[Option]]:
    offered: dict[str, list[Option]] = {each.name: [] for each in filters}
    first, *others = [each.query(user) for each in filters]
    for name, *option in first.union(*others, all=True) if others else first:
        offered[name].append(Option(*option))
    return offered


def _chosen(name: str, field: str, given: Mapping[str, str], options: Sequence[Option]) -> Narrowing | None:
    raw = given.get(name, "")
    if raw == "":
        return None
    for option in options:
        if option.value == raw:
            return Narrowing(Q(**{field: option.pk}), {name: raw})
    raise BadChoice(name)
