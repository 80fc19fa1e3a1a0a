"""What can be checked: an app plugs in a kind of record, and how a check reads it.

The engine knows places only. A kind says which of its records a person may check, whom a finding goes to at
first, and which record stands for one that was merged into another meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q

if TYPE_CHECKING:
    from houqin.people.models import Department, User


def _itself(record: Any) -> Any:
    return record


def _nobody(record: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """A kind of record that is checked; `kind` is its stable code, `model` its label (`houqin.Place`).

    `rows` gives the records in use that a person may check, narrowed to the `kinds` of a checklist if it has
    any. `today` is the record that stands for one today; None when none does. `into` is the field by which a
    record that was merged names the one that stands for it; empty where none is merged.
    """

    kind: str
    label: str
    model: str
    rows: Callable[[User, Sequence[str]], Any]
    kinds: Mapping[str, str] = field(default_factory=dict)
    kind_of: Callable[[Any], str] = str
    today: Callable[[Any], Any] = _itself
    into: str = ""
    keeper: Callable[[Any], User | None] = _nobody
    department: Callable[[Any], Department | None] = _nobody

    @property
    def model_class(self) -> Any:
        return apps.get_model(self.model)

    def fits(self, record: Any, kinds: Sequence[str]) -> bool:
        """Whether a checklist for `kinds` is meant for `record`; one for none is for all."""
        return not kinds or self.kind_of(record) in kinds

    def with_merged(self, records: Any) -> Any:
        """The keys of `records` and of what was merged into them, for a query."""
        keys = records.order_by().values("pk")
        if not self.into:
            return keys
        here = Q(pk__in=keys) | Q(**{f"{self.into}__in": keys})
        return self.model_class._base_manager.filter(here).values("pk")

    def stand_ins(self) -> dict[int, int]:
        """The key of each record that was merged, and of the one that stands for it; one query."""
        if not self.into:
            return {}
        merged = self.model_class._base_manager.filter(**{f"{self.into}__isnull": False})
        return dict(merged.values_list("pk", self.into))
