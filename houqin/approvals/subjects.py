"""What can be approved: an app plugs in how one of its records is read by the approval chain.

The chain knows nothing of plans or money. It asks the subject for its title, its amount, what routes look at,
and for the content whose hash the signers decide on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from houqin.people.models import Department


@dataclass(frozen=True, slots=True)
class Facts:
    """What a route's conditions look at; `amount` in yuan, None for a subject without money."""

    department: Department | None = None
    amount: Decimal | None = None
    category: str = ""
    budget: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a subject that can be struck on its own; `key` stays the same between two readings."""

    key: str
    label: str
    amount: Decimal


def _no_lines(record: Any) -> Sequence[Line]:
    return ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of thing that is approved, as its app declares it.

    `content` gives plain JSON of all that the signers decide on: when it changes, what was signed is void.
    `card` gives (label, value) pairs for the decision card, `lines` what can be struck.
    """

    kind: str
    label: str
    model: str
    title: Callable[[Any], str]
    facts: Callable[[Any], Facts]
    content: Callable[[Any], Any]
    card: Callable[[Any], Sequence[tuple[str, Any]]]
    lines: Callable[[Any], Sequence[Line]] = _no_lines
    categories: Mapping[str, str] = field(default_factory=dict)
    has_amount: bool = False

    @property
    def model_class(self) -> Any:
        return apps.get_model(self.model)

    def digest(self, record: Any) -> str:
        """The hash of the content as it stands now."""
        text = json.dumps(self.content(record), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
