"""`Remembered`: what a request reads once and needs often: the settings, the school calendar.

Nothing outlives its request: three workers share no memory (promise F6), and what one of them writes the
others read with their next request. Outside a request, in jobs and commands, every reading asks the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("what_this_request_remembers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Let what is read inside be remembered until the end."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


class Remembered(Generic[T]):
    """A reading without arguments that is made once per request. What it returns must not be changed."""

    _FORGOTTEN = object()

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load

    def __call__(self) -> T:
        """The value: remembered, or read now."""
        memory = _memory.get()
        if memory is None or memory.get(self) is self._FORGOTTEN:
            return self._load()
        if self not in memory:
            memory[self] = self._load()
        value: T = memory[self]
        return value

    def forget(self) -> None:
        """Read anew for the rest of this request, each time: the write that asks for it may roll back yet."""
        memory = _memory.get()
        if memory is not None:
            memory[self] = self._FORGOTTEN
