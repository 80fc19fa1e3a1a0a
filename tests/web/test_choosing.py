"""What a choice says before anything is chosen: the office's words, never Django's dashes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.urls import get_resolver

from calendar_plans.forms import person_label
from houqin.people.choices import marked
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.web.pages import ListPage
from houqin.web.pages.filters import Choices, Related
from tests.factories import person

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


def test_two_people_of_one_name_are_told_apart_wherever_one_is_chosen() -> None:
    teacher = User(name="王芳", staff_no="ZW012")
    said = {
        name: field.label_from_instance(teacher)
        for name, field in choices_of_records().items()
        if field.queryset is not None and field.queryset.model is User
    }
    assert len(said) > 15
    said |= {"marked": marked(teacher), "person_label": person_label(teacher)}
    assert {name: label for name, label in said.items() if label != "王芳 ZW012"} == {}


@pytest.mark.django_db
def test_two_people_of_one_name_are_told_apart_in_the_filters_of_lists() -> None:
    assert get_resolver().url_patterns
    reader = person(Role.DIRECTOR, name="王芳", staff_no="ZW012")
    said = {
        f"{page.__name__}.{each.name}": [option.label for option in each.options(reader)]
        for page in ListPage.__subclasses__()
        if page.__module__.startswith(OURS)
        for each in page.filters
        if isinstance(each, Related) and each.rows(reader).model is User
    }
    assert said == {"ItemList.owner": ["王芳 ZW012"]}


def test_what_is_in_use_and_what_is_not_is_one_switch() -> None:
    assert get_resolver().url_patterns
    chips = {
        f"{page.__name__}.{each.name}": {value for value, _ in each.choices}
        for page in ListPage.__subclasses__()
        for each in page.filters
        if isinstance(each, Choices) and each.as_chips
    }
    assert len(chips) > 3
    assert [name for name, values in chips.items() if values == {True, False}] == []
