"""`Stop`: one thing that a role does on the tour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.tour.guide import Guide


@dataclass(frozen=True)
class Stop:
    """`role` (a code of `houqin.people.roles`, or `nobody`) does `act`; `only_phone` None is both windows."""

    role: str
    act: Callable[[Guide], None]
    only_phone: bool | None = None
