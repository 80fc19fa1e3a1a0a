"""Which modules the school uses. What a switched-off one plugged in is nowhere; its rows stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from houqin.registry import Module, registry
from houqin.school_settings.reading import setting

T = TypeVar("T")


def module_of(thing: Any) -> Module | None:
    """The module that `thing` (function, class, code of a right) belongs to; None: the ground floor."""
    name = thing if isinstance(thing, str) else getattr(thing, "__module__", "")
    return registry.modules.get(name.partition(".")[0])


def is_on(module: Module, *, on: date) -> bool:
    """Whether the school uses the module on the day `on`."""
    return bool(setting(module.code, on=on))


def belongs_to_use(thing: Any, *, on: date) -> bool:
    """Whether `thing` belongs to the ground floor or to a module that is on."""
    module = module_of(thing)
    return module is None or is_on(module, on=on)


def in_use(plugged: Iterable[T], *, on: date) -> list[T]:
    """What is left of `plugged` (to-dos, figures, searches) without that of the modules that are off."""
    return [each for each in plugged if belongs_to_use(each, on=on)]
