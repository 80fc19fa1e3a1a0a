"""What a choice says before anything is chosen: the office's words, never Django's dashes."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.urls import get_resolver

OURS = ("houqin", "calendar_plans")


def forms_of_the_house() -> Iterator[type[forms.BaseForm]]:
    """Every form class of our own that some page has loaded."""
    assert get_resolver().url_patterns
    found: list[type[forms.BaseForm]] = [forms.BaseForm]
    for each in found:
        found += each.__subclasses__()
    yield from (each for each in found if each.__module__.startswith(OURS))


def choices_of_records() -> dict[str, forms.ModelChoiceField]:  # type: ignore[type-arg]
    return {
        f"{each.__module__}.{each.__name__}.{name}": field
        for each in forms_of_the_house()
        for name, field in getattr(each, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField)
    }


def test_no_choice_begins_with_dashes() -> None:
    found = choices_of_records()
    assert len(found) > 20
    assert [name for name, field in found.items() if "---" in (field.empty_label or "")] == []


def test_a_choice_that_must_be_made_asks_for_it() -> None:
    asked = {
        name: field.empty_label
        for name, field in choices_of_records().items()
        if field.required and field.empty_label is not None
    }
    assert {name: label for name, label in asked.items() if label != "请选择"} == {}
