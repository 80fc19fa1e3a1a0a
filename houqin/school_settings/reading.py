"""`setting`: the value of a setting on a day; read once, and again when somebody changed one."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from houqin.registry import Setting, registry
from houqin.remembering import Remembered
from houqin.school_settings.kinds import BadValue
from houqin.school_settings.models import SettingChange

logger = logging.getLogger(__name__)


class Stored(NamedTuple):
    """From which day on which text is in force."""

    valid_from: date
    value: str


def _load() -> Mapping[str, Sequence[Stored]]:
    """What is in force from when, by code, in the order of days; a school makes some ten changes a year."""
    days: dict[str, dict[date, str]] = defaultdict(dict)
    rows = SettingChange.objects.order_by("pk").values_list("code", "valid_from", "value")
    for code, valid_from, value in rows:
        days[code][valid_from] = value
    return {
        code: [Stored(day, value) for day, value in sorted(of_code.items())] for code, of_code in days.items()
    }


changes = Remembered(_load, tables=[SettingChange._meta.db_table])


def setting(code: str, *, on: date) -> Any:
    """The value of the setting `code` on the day `on`, as its kind reads it; the default before any change.

    Raises `LookupError` for a code that nobody declared. A text that the kind does not understand any more
    (the program changed) reads as the default, and the log says so.
    """
    return following(code)(on)


def following(code: str) -> Callable[[date], Any]:
    """The value of the setting by the day, as `setting` reads it; for many days in one reading."""
    declared = registry.setting(code)
    stored = changes().get(code, ())

    def value_on(on: date) -> Any:
        place = bisect_right(stored, on, key=lambda each: each.valid_from)
        return _meant(declared, stored[place - 1].value) if place else declared.default

    return value_on


def _meant(declared: Setting, text: str) -> Any:
    try:
        return declared.kind.read(text)
    except BadValue:
        logger.exception(
            "setting %s holds %r, no value of its kind; the default is used", declared.code, text
        )
        return declared.default
