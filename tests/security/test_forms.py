"""Every form of the house, found in its page, filled and sent: once, twice, and with fields it does not have.

A4: hidden fields can't be set. L3: a double tap is one record.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatch
from inspect import signature
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.test import Client

from houqin.people.roles import Role
from houqin.web.pages import ActPage
from tests.factories import department, person, school_class
from tests.security.events import Marks, events_since, latest_events
from tests.security.filling import KEYS, TRAVELLING, File, Form, as_sent, form_of
from tests.security.objects import TYPED, address_of
from tests.security.test_writes import who_may
from tests.security.walking import Route, client_of, every_route, undone

pytestmark = pytest.mark.django_db

# Reviewed: forms without an idempotency key, because sending them again does nothing new.
KEYLESS = {
    "people:login": "a second login of the same person is the same session",
    "people:logout": "nobody is logged out twice",
    "people:login-code": "the second time the code is used up",
    "people:password": "the second time the old password is wrong",
    "people:two-step": "the second time it is on already",
    "people:two-step-codes": "what was put away is put away",
    "people:two-step-codes-new": "the second time the new codes wait to be written down",
    "people:two-step-off": "the second time it is off already",
    "attachments:upload": "the same file from the same person within a day is the same row",
    "admin:login": "sends to the house's login page",
}

POSTED = [route for route in every_route() if "POST" in route.methods]


def is_form(route: Route) -> bool:
    """Whether the route has a form page of its own; Django's lists and menus only seem to take a POST."""
    if not hasattr(route.view, "view_class"):
        return route.name.rpartition("_")[2] in {"add", "change"}
    return "GET" in route.methods and route.name not in KEYLESS


FORMS = [pytest.param(route, id=route.key) for route in POSTED if is_form(route)]


class Sender:
    """Somebody who may use the form, in front of it."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.user = who_may(route)
        department(name="另一部门")
        school_class(head_teacher=self.user)
        self.colleague = person(name="另一同事")
        self.address = address_of(route, self.user)
        self.client: Client = client_of(self.user)
        self.form = self.opened()

    def opened(self) -> Form:
        """The form as the page shows it."""
        response = self.client.get(self.address)
        assert response.status_code == 200, response.status_code
        form = form_of(response.content.decode(), self.address)
        assert form is not None, f"{self.address} takes a POST and shows no form"
        return form

    def filled(self, **more: Any) -> dict[str, Any]:
        """What a browser would send."""
        typed: dict[str, Any] = {}
        for wanted, value in TYPED.get(self.route.name, {}).items():
            typed |= {
                name: value(control) if callable(value) else value
                for name, control in self.form.controls.items()
                if fnmatch(name, wanted)
            }
        return self.form.filled(**typed | more)

    def send(self, data: dict[str, Any]) -> Any:
        return self.client.post(self.address, as_sent(data))


def is_done(response: Any) -> bool:
    """Led on, or given slips with one-time passwords, on the page or as a printed sheet."""
    is_sheet = response.status_code == 200 and response.get("Content-Type") == "application/pdf"
    return response.status_code in {302, 303} or is_sheet or slip_of(response) != ""


def slip_of(response: Any) -> str:
    """The one-time password that the answer shows, if it shows one."""
    is_slip = any(template.name == "people/one_time_password.html" for template in response.templates)
    return str(response.context["password"]) if is_slip else ""


def answer_of(response: Any) -> tuple[int, Any, str]:
    """What the answer tells, without what every page draws anew."""
    return response.status_code, response.get("Location"), slip_of(response)


def effects_since(marks: Marks) -> list[tuple[str, str, dict[str, Any]]]:
    """What happened to whom since `marks`, in words that are the same for equal effects."""
    events = events_since(marks)
    fresh = {(model, event.pgh_obj_id) for model, event in events if event.pgh_label == "insert"}
    return sorted(
        ((model.__name__, event.pgh_label, plain(model, event, fresh)) for model, event in events), key=repr
    )


def plain(
    model: type[models.Model], event: Any, fresh: set[tuple[type[models.Model], int]]
) -> dict[str, Any]:
    """The event's columns without ids, moments and random codes; rows made just now are all «new»."""
    told = {}
    for field in model._meta.concrete_fields:
        if field.name in {"id", "public_id"} or isinstance(
            field, models.DateTimeField | models.GeneratedField
        ):
            continue
        if not hasattr(event, field.attname):
            continue
        value = getattr(event, field.attname)
        related: Any = field.related_model
        if field.name == "parent_id":
            related = apps.get_model(event.parent_model)
        told[field.attname] = "new" if related is not None and (related, value) in fresh else value
    return told


def all_field_names() -> list[str]:
    """The name of every field of every model, and of Django's own rights."""
    names = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    names |= {field.attname for model in apps.get_models() for field in model._meta.concrete_fields}
    return sorted(
        names | {"role", "roles", "groups", "user_permissions", "is_superuser", "is_staff", "scope", "by"}
    )


def evil(name: str, user: Any, other: Any) -> str:
    """The worst value for a field of that name: what `user` did stands in the name of `other`."""
    if "role" in name:
        return str(Role.SECURITY_ADMIN)
    if name in {"state", "status"}:
        return "closed"
    if name.removesuffix("_id").endswith("_by"):
        return str(other.pk)
    if name.endswith("_id") or name in {"user", "owner", "head", "department"}:
        return str(user.pk)
    return "1"


@pytest.mark.parametrize("route", FORMS)
def test_the_form_can_be_filled_and_sent(route: Route) -> None:
    """Whatever the tests below say is worth something only because this form works."""
    sender = Sender(route)
    marks = latest_events()
    response = sender.send(sender.filled())
    assert is_done(response), (response.status_code, errors_of(response))
    assert effects_since(marks) != []


def errors_of(response: Any) -> Any:
    form = (response.context or {}).get("form") if response.context else None
    admin = (response.context or {}).get("adminform") if response.context else None
    return (
        form.errors
        if form is not None
        else admin.form.errors
        if admin is not None
        else response.content[-800:]
    )


@pytest.mark.parametrize("route", FORMS)
def test_a4_what_the_form_does_not_have_cannot_be_set(route: Route) -> None:
    sender = Sender(route)
    plain_data = sender.filled()
    marks = latest_events()
    with undone(sender.client):
        sender.send(plain_data)
        honest = effects_since(marks)
    foreign = {
        name: evil(name, sender.user, sender.colleague) for name in all_field_names()
        if name not in sender.form.controls and name not in plain_data and f"_{name}" not in TRAVELLING
    }  # fmt: skip
    with undone(sender.client):
        sender.send({**foreign, **plain_data})
        greedy = effects_since(marks)
    assert (len(foreign) > 50, greedy) == (True, honest)


@pytest.mark.parametrize("route", FORMS)
def test_l3_a_double_tap_is_one_record_and_one_answer_across_midnight_too(route: Route) -> None:
    """At the end of a month, where a program that looks at its own clock would read another content."""
    with time_machine.travel("2026-11-30 23:59:59+08:00", tick=False) as clock:
        sender = Sender(route)
        data = sender.filled()
        marks = latest_events()
        first = sender.send(data)
        once = effects_since(marks)
        clock.shift(timedelta(seconds=2))
        second = sender.send(data)
        twice = effects_since(marks)
    assert is_done(first)
    assert answer_of(second) == answer_of(first), errors_of(second)
    assert twice == once


# A button that asks nothing and is about no row can be sent in one way only.
WITH_CONTENT = [each for each in FORMS if each.id != "setup:finish"]


@pytest.mark.parametrize("route", WITH_CONTENT)
def test_l3_the_same_key_with_other_content_is_refused(route: Route) -> None:
    """Other words in the same form, or where nothing is typed, another file or the form for another row."""
    sender = Sender(route)
    data = sender.filled()
    assert is_done(sender.send(data))
    typed = sorted(sender.form.typed_controls, key=lambda control: control.kind != "textarea")
    changed = next((control for control in typed if not control.name.endswith("due_on")), None)
    files = [name for name, value in data.items() if isinstance(value, File)]
    if changed is None and files:
        data[files[0]] = replace(data[files[0]], name="另一份.xlsx")
    elif changed is None and "chosen" in data:
        data["chosen"] = person(last_login=None, must_change_password=True).public_id
    elif changed is None and "paper" in data:
        data["paper"] = address_of(route, sender.user).partition("=")[2]
    elif changed is None:
        sender.address = address_of(route, sender.user)
    else:
        data[changed.name] = f"{data.get(changed.name, '')}改"
    marks = latest_events()
    response = sender.send(data)
    assert effects_since(marks) == []
    assert (
        response.status_code in ({409, 422} if hasattr(route.view, "view_class") else {200}),
        is_done(response),
    ) == (
        True,
        False,
    )


@pytest.mark.parametrize("route", FORMS)
def test_l3_every_form_carries_a_key_and_is_refused_without(route: Route) -> None:
    sender = Sender(route)
    keys = [name for name in KEYS if name in sender.form.controls]
    assert len(keys) == 1
    marks = latest_events()
    for key in ("", "1", "x" * 500, str(uuid.uuid4()).upper() + "\x00"):
        response = sender.send(sender.filled() | {keys[0]: key})
        assert (response.status_code in {200, 400}, effects_since(marks)) == (True, []), key


def test_every_form_whose_service_compares_versions_sends_the_one_that_was_read() -> None:
    """Else the second of two editors writes over the first without a word. (An act rests on no reading.)"""
    comparing = {
        page for page in (case.values[0].page for case in FORMS)  # type: ignore[attr-defined]
        if isinstance(page, type) and not issubclass(page, ActPage)
        and "version" in signature(page.service).parameters
    }  # fmt: skip
    assert len(comparing) > 5
    assert {page.__name__ for page in comparing if not page.is_versioned} == set()


def test_l3_forms_without_a_key_are_the_reviewed_ones() -> None:
    looking = {"admin:index", "admin:jsi18n", "admin:app_list"}
    keyless = {
        route.key for route in POSTED if not is_form(route) and not route.key.endswith("_changelist")
    } - looking
    assert keyless == set(KEYLESS)


def test_every_form_of_every_page_leads_to_a_route_that_these_tests_send() -> None:
    """A form that posts to a foreign address would escape them."""
    tested = {case.values[0].key for case in FORMS} | set(KEYLESS)  # type: ignore[attr-defined]
    assert {route.key for route in POSTED if hasattr(route.view, "view_class")} - tested == set()
