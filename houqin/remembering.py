"""What a request reads once and needs often (`Remembered`), and what outlives the request (`kept`).

What may be a little old anyway, such as an estimate, outlives it by the clock (`kept_a_while`).

Workers share no memory (promise F6): what one of them writes the others read with their next request. So what
is kept is kept with the versions of the tables that it was read from; the statement that begins every request
asks the database for all of them, and what has another version by then is read anew. Outside a request, in
jobs and commands, every reading asks the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# As many as there are kinds of readers, times the lists of the house; beyond it everything is read anew.
MOST_KEPT = 2_000

VERSION = """(
SELECT count(*) || ' ' || coalesce(bit_xor(hashtextextended(ctid::text || xmin::text, 0)), 0) FROM "{table}"
)"""

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("what_this_request_remembers", default=None)
_VERSIONS = object()
_kept: dict[Hashable, tuple[Sequence[str], Any]] = {}
_passing: dict[Hashable, tuple[float, Any]] = {}
_watched: dict[str, None] = {}


@contextmanager
def remembering() -> Iterator[None]:
    """Let what is read inside be remembered until the end."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


class Remembered(Generic[T]):
    """A reading without arguments that is made once per request. What it returns must not be changed.

    With `tables`, all small ones that it reads, it is kept for the requests to come.
    """

    _FORGOTTEN = object()

    def __init__(self, load: Callable[[], T], *, tables: Sequence[str] = ()) -> None:
        self._load = load
        self._tables = watch(tables)

    def __call__(self) -> T:
        """The value: remembered, or read now."""
        memory = _memory.get()
        if memory is None or memory.get(self) is self._FORGOTTEN:
            return self._load()
        if self not in memory:
            memory[self] = kept(self, self._load, tables=self._tables) if self._tables else self._load()
        value: T = memory[self]
        return value

    def forget(self) -> None:
        """Read anew for the rest of this request, each time: the write that asks for it may roll back yet."""
        memory = _memory.get()
        if memory is not None:
            memory[self] = self._FORGOTTEN


def read_once(key: Hashable, load: Callable[[], T]) -> T:
    """What `load` gave under this `key` before in this request, or gives now. It must not be changed.

    For what is asked for from several sides while a page is read; not for what the request itself writes.
    """
    memory = _memory.get()
    if memory is None:
        return load()
    if (read_once, key) not in memory:
        memory[read_once, key] = load()
    value: T = memory[read_once, key]
    return value


def kept(key: Hashable, load: Callable[[], T], *, tables: Sequence[str]) -> T:
    """What `load` gave under this `key` when the watched `tables` were as they are now, or what it gives now.

    `key` holds everything else that the answer hangs on: who reads, which day it is. Not for a transaction
    that itself writes to the tables: it may roll back, and what it saw would stay.
    """
    known: Mapping[str, str] = (_memory.get() or {}).get(_VERSIONS, {})
    if not all(table in known for table in tables):
        return load()
    versions = [known[table] for table in tables]
    held = _kept.get(key)
    if held is None or held[0] != versions:
        # Read after the versions were, it may be newer than they say; then it is read once more. Never older.
        held = versions, load()
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = held
    value: T = held[1]
    return value


def kept_a_while(key: Hashable, load: Callable[[], T], *, seconds: float) -> T:
    """What `load` gave under this `key` in the last `seconds`, or what it gives now.

    For what nobody decides by: whoever reads it may read what was true some seconds ago.
    """
    if _memory.get() is None:
        return load()
    now = monotonic()
    until, value = _passing.get(key, (now, None))
    if until <= now:
        value = load()
        if len(_passing) >= MOST_KEPT:
            _passing.clear()
        _passing[key] = now + seconds, value
    found: T = value
    return found


def known_of_late(key: Hashable) -> Any:
    """What `kept_a_while` would give under this `key` without loading it, or None."""
    until, value = _passing.get(key, (0.0, None))
    return value if _memory.get() is not None and until > monotonic() else None


def watch(tables: Sequence[str]) -> Sequence[str]:
    """Have the versions of `tables` asked for by every request from now on."""
    _watched.update(dict.fromkeys(tables))
    return tables


def watched() -> tuple[str, ...]:
    """The tables whose versions a request begins with."""
    return tuple(_watched)


def version_of(table: str) -> str:
    """An SQL expression: a text that is another one after every change of a row of `table`.

    It is made of where each row lies and of the transaction that wrote it there, and reads the whole table:
    for tables of some hundred rows.
    """
    return VERSION.format(table=table)


def learn(versions: Mapping[str, str]) -> None:
    """Take down the versions of the watched tables as this request begins."""
    memory = _memory.get()
    if memory is not None:
        memory[_VERSIONS] = versions


def keep_nothing() -> None:
    """Forget what is kept: the next reading asks the database."""
    _kept.clear()
    _passing.clear()
