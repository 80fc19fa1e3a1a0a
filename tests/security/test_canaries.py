"""C4: phones, accounts and passwords stay where they belong: not whole in a list, never in a log or an error.

Canaries are planted in every column that holds such a thing, and searched for. What is a list and what is a
column is found in the program.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from houqin.database.guards import tracked_models
from houqin.log_lines import ABOUT_THE_ROW, ImpersonalLines
from houqin.partners.models import Partner
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.web.pages import ListPage
from tests.factories import PASSWORD, department, person
from tests.partners import factories as partners
from tests.security.test_login import try_login
from tests.security.walking import Route, body_of, client_of, every_route, holder_of

pytestmark = pytest.mark.django_db

READERS = (Role.DIRECTOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.TEACHER)
PERSONAL = {"phone", "account", "email"}
# A firm's number, which stands on its letterhead and is called from the list.
REVIEWED = {"partners:partner-list": {"Partner.phone"}}
LISTS = [each for each in every_route() if isinstance(each.page, type) and issubclass(each.page, ListPage)]


def planted() -> dict[str, str]:
    """A value of its own in every personal column of every row: the value, and which column holds it."""
    at = partners.partner(name="青溪印务")
    partners.contact(at)
    partners.account(at)
    person(Role.GUARD, name="金丝雀甲", department=department())
    numbers, found = count(13900000001), {}
    for model in tracked_models():
        for column in [field for field in model._meta.concrete_fields if field.name in PERSONAL]:
            for row in model._base_manager.all():
                number = next(numbers)
                canary = f"{number}@x.example" if isinstance(column, models.EmailField) else str(number)
                model._base_manager.filter(pk=row.pk).update(**{column.name: canary})
                found[canary] = f"{model.__name__}.{column.name}"
    return found


def shown(route: Route, text: str, canaries: dict[str, str]) -> list[str]:
    """The columns whose canaries stand in `text`, those aside that were reviewed for this list."""
    found = {column for canary, column in canaries.items() if canary in text}
    return sorted(found - REVIEWED.get(route.name, set()))


def lists_of(client: Client) -> Iterator[tuple[Route, str]]:
    """Every list that this reader may open, as a page and as a file."""
    for route in LISTS:
        for question in ({}, {"export": "csv"}):
            response = client.get(route.address(), question)
            if response.status_code == 200:
                yield route, body_of(response).decode()


@pytest.mark.parametrize("role", READERS)
def test_c4_no_list_and_no_file_of_it_shows_anything_whole(role: Role) -> None:
    reader = person(role, department=department())
    canaries = planted()
    client = client_of(User.objects.get(pk=reader.pk))
    seen = {route.name: shown(route, text, canaries) for route, text in lists_of(client)}
    assert {name: columns for name, columns in seen.items() if columns} == {}


def test_c4_the_canaries_are_alive_where_they_may_be_read() -> None:
    planted()
    admin = client_of(person(Role.SYSTEM_ADMIN, department=department()))
    canary = User.objects.get(name="金丝雀甲")
    page = admin.get(canary.get_absolute_url()).content.decode()
    listed = admin.get("/people/").content.decode()
    assert canary.phone is not None
    assert (canary.phone in page, f"{canary.phone[:3]}****{canary.phone[-4:]}" in listed) == (True, True)


def noted(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "houqin.log_lines"]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_c4_whoever_takes_a_list_with_him_is_noted(route: Route, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    reader = holder(route)
    response = client_of(reader).get(route.address(), {"export": "csv", "q": "13900000001"})
    body_of(response)
    taken = f"export: {reader.staff_no} took {route.address()} as csv, narrowed by "
    assert [re.sub("narrowed by .*", "narrowed by ", line) for line in noted(caplog)] == [taken]
    assert "13900000001" not in caplog.text


def holder(route: Route) -> User:
    """Somebody who may open it."""
    return holder_of(route.needs) if route.needs != "public" else person()


def test_c4_whoever_reads_a_phone_or_an_account_whole_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    planted()
    canary, at = User.objects.get(name="金丝雀甲"), Partner.objects.get(name="青溪印务")
    admin, director = person(Role.SYSTEM_ADMIN), person(Role.DIRECTOR)
    client_of(admin).get(canary.get_absolute_url())
    client_of(canary).get(canary.get_absolute_url())
    client_of(director).get(at.get_absolute_url())
    assert noted(caplog) == [
        f"whole: {admin.staff_no} was shown phone of {canary.public_id}",
        f"whole: {director.staff_no} was shown account of {at.public_id}",
    ]


# ── logs and errors ──


class Kept(logging.Handler):
    """What the program's own handler would write, line by line as its formatter makes it."""

    def __init__(self) -> None:
        super().__init__()
        line = settings.LOGGING["formatters"]["line"]
        self.setFormatter(ImpersonalLines(line["format"], style=line["style"]))
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"


@pytest.fixture
def log() -> Iterator[Kept]:
    kept, root = Kept(), logging.getLogger()
    root.addHandler(kept)
    yield kept
    root.removeHandler(kept)


def test_c4_the_programs_log_is_written_by_that_formatter() -> None:
    assert settings.LOGGING["formatters"]["line"]["class"] == "houqin.log_lines.ImpersonalLines"
    assert [each["formatter"] for each in settings.LOGGING["handlers"].values()] == ["line"]


def test_c4_what_is_typed_at_the_door_is_in_no_log(log: Kept, settings: Any) -> None:
    settings.LOGIN_REFUSAL_SECONDS = 0
    person(phone="13912345678")
    for password in ["canary of a password 7"] * 6 + [PASSWORD]:
        try_login(Client(), "13912345678", password)
    assert [word for word in ("13912345678", "canary", PASSWORD) if word in log.text] == []


def test_c4_a_failure_tells_nobody_whose_row_it_was(log: Kept) -> None:
    """The database names the row, `Key (phone)=(139…) already exists`; helpers read the log."""
    taken = person(phone="13912345678").phone

    def fails(request: HttpRequest) -> HttpResponse:
        person(phone=taken)
        return HttpResponse()

    response = convert_exception_to_response(fails)(RequestFactory().post("/people/new/"))
    assert (response.status_code, "IntegrityError" in log.text) == (500, True)
    assert [text for text in (log.text, response.content.decode()) if str(taken) in text] == []


def test_c4_a_text_of_several_lines_goes_whole_and_the_next_error_stays() -> None:
    row, next_one = (
        "DETAIL:  Failing row contains (金丝雀,\n\n139).",
        "\n\nDuring handling of the above exception",
    )
    assert ABOUT_THE_ROW.sub("", f"refused\n{row}{next_one}") == f"refused{next_one}"
