"""Choosing among what is in use: a record keeps what it has, marked, when that goes out of use.

A list of what is in use alone would drop a closed account or a retired department without a word as soon as
somebody saves another field of the record.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q

from houqin.people.models import User
from houqin.people.names import named

OUT_OF_USE = "（已停用）"


def in_use(model: type[models.Model]) -> Q:
    """The rows of `model` that may be chosen anew: open accounts, and what was not retired."""
    names = {field.name for field in model._meta.concrete_fields}
    if "is_active" in names:
        return Q(is_active=True)
    return Q(retired_on=None) if "retired_on" in names else Q()


def marked(record: Any) -> str:
    """The record's name, a person's with his 工号, and 已停用 behind it when it is out of use."""
    name = named(record) if isinstance(record, User) else str(record)
    is_out = not getattr(record, "is_active", True) or getattr(record, "retired_on", None) is not None
    return f"{name}{OUT_OF_USE}" if is_out else name


class InUseField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """A choice of what is in use, and of what `keep` was told of."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset.filter(in_use(queryset.model)), **kwargs)

    def keep(self, key: Any) -> None:
        """Offer the row with this key too."""
        offered: Any = self.queryset
        self.queryset = offered | offered.model._base_manager.filter(pk=key)

    def label_from_instance(self, record: Any) -> str:
        return marked(record)


class SeveralInUse(InUseField, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Boxes to tick for what is in use, and for what the record has, marked when that went out of use."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, widget=forms.CheckboxSelectMultiple, **kwargs)

    def keep(self, key: Any) -> None:
        """Offer the rows with these keys too."""
        offered: Any = self.queryset
        self.queryset = offered | offered.model._base_manager.filter(pk__in=key)


class KeepsWhatItHas(forms.Form):
    """A form whose `InUseField`s go on offering what the record has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, InUseField) and self.initial.get(name):
                field.keep(self.initial[name])
