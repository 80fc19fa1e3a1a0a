"""No stored script: sixty payloads in every text column, and every page read and run; promise U1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client

from calendar_plans.models import CarryOver, Goal, Measure, ProgressNote
from houqin.database.guards import append_only_tables, tracked_models
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.school import School
from houqin.school_settings.models import SettingChange
from tests.factories import department, person
from tests.records import make
from tests.security.objects import OWNED, READY, address_for, item_of, maker_of
from tests.security.payloads import PAYLOADS, payload
from tests.security.walking import Route, body_of, client_of, every_route, undone

DATABASE = pytest.mark.django_db

# Columns that a constraint, a list of choices or the program itself fills.
CHOSEN = {
    "subject_kind",
    "parent_model",
    "public_id",
    "search_key",
    "walk_key",
    "password",
    "phone",
    "number",
    "staff_no",
    "act",
}

# How a tag of the house looks in the source of a page that shows it as text.
OWN_TAG = " class=&quot;"

READERS = (Role.DIRECTOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.TEACHER)


class Suspicions(HTMLParser):
    """What in a page could run although the house never writes it."""

    ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href", "srcdoc")
    FOREIGN = (
        "iframe",
        "object",
        "embed",
        "base",
        "marquee",
        "math",
        "animate",
        "audio",
        "video",
        "q7",
        "style",
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.lower(): (value or "").strip().lower() for name, value in attrs}
        self.found += [
            f"{tag} {name}"
            for name in given
            if name.startswith(("on", "hx-on", "data-hx")) or name == "style"
        ]
        self.found += [
            f"{tag} {name}={given[name][:40]}" for name in self.ADDRESSES
            if given.get(name, "").replace("\t", "").startswith(("javascript:", "data:", "//", "http"))
        ]  # fmt: skip
        is_foreign_script = tag == "script" and not given.get("src", "").startswith(
            ("/static/", "/admin/jsi18n/")
        )
        if tag in self.FOREIGN or is_foreign_script or given.get("http-equiv") == "refresh":
            self.found.append(f"<{tag}>")


def suspicions(html: str) -> list[str]:
    reader = Suspicions()
    reader.feed(html)
    return reader.found


def text_columns(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in CHOSEN:
            yield field


def poison(row: models.Model, numbers: Iterator[int]) -> None:
    """Put payloads into every text column of `row`, as far as the database takes them."""
    if row._meta.db_table in append_only_tables():
        return
    given = {field.name: payload(next(numbers), field.max_length) for field in text_columns(type(row))}
    if given and not taken(row, given):
        for name, text in given.items():
            taken(row, {name: text})


def taken(row: models.Model, given: dict[str, str]) -> bool:
    """Whether the database took these texts."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**given)
    except IntegrityError:
        return False
    return True


def poisoned(reader: User, numbers: Iterator[int]) -> list[tuple[Route, str]]:
    """A house full of payloads, and the address of every page for `reader`'s own rows."""
    rows: dict[Any, models.Model] = {}
    for maker in {*OWNED.values(), *READY.values()}:
        rows[maker] = maker(reader)
    plan = rows[OWNED_PLAN]
    # The very item whose page is read, and one that says it was carried over: else the texts are on no page.
    item = rows[item_of]
    Goal.objects.create(plan=plan, position=1, text="x")
    Measure.objects.create(plan=plan, position=1, text="x")
    day = date(2026, 9, 1)
    type(item)._base_manager.filter(pk=item.pk).update(times_carried=3)
    # Shown between tags: what is made for an attribute or an address would run nothing there.
    shown = [text for text in PAYLOADS if suspicions(f"<p>{text}</p>")]
    for number in range(3):
        text = shown[next(numbers) % len(shown)]
        ProgressNote.objects.create(item=item, act="report", text=text, occurred_on=day)
        reason = shown[next(numbers) % len(shown)]
        CarryOver.objects.create(
            item=item, from_month=day, to_month=date(2026, 10, 1), reason=reason, occurred_on=day
        )
        SettingChange.objects.create(
            code="plans.remind_days", value=str(number + 1), valid_from=day, reason=text
        )
    if not School.objects.exists():
        make(School)
    for model in tracked_models():
        for row in model._base_manager.all():
            poison(row, numbers)
    return [
        (route, address_for(route, rows[maker_of(route)]) if maker_of(route) else route.address(index=1))
        for route in every_route()
        if "GET" in route.methods
    ]


OWNED_PLAN = next(maker for model, maker in OWNED.items() if model.__name__ == "Plan")


def pages(client: Client, addresses: list[tuple[Route, str]]) -> Iterator[tuple[str, str]]:
    """Every page of `addresses`, and its variants with a payload in the address, as HTML."""
    hostile = quote(PAYLOADS[0])
    for _, address in addresses:
        for question in ("", f"?q={hostile}&sort={hostile}&next={hostile}&month={hostile}&role={hostile}"):
            with undone(client):
                response = client.get(f"{address}{question}")
                if "html" in response.get("Content-Type", ""):
                    yield f"{address}{question}", body_of(response).decode()


@DATABASE
@pytest.mark.parametrize("role", READERS)
def test_u1_no_page_writes_a_payload_unescaped(role: Role) -> None:
    reader = person(role, department=department())
    numbers = count(READERS.index(role) * 13)
    addresses = poisoned(reader, numbers)
    reader = User.objects.get(pk=reader.pk)
    client = client_of(reader)
    seen = dict(pages(client, addresses))
    assert len(seen) > len(addresses)
    assert {address: found for address, html in seen.items() if (found := suspicions(html))} == {}
    # What the house writes itself is not escaped once more: no reader is shown a tag.
    assert [address for address, html in seen.items() if OWN_TAG in html] == []
    # Escaped, but there: pages that show none would prove nothing.
    assert sum("&lt;" in html and "alert" in html for html in seen.values()) > len(addresses) // 10


@pytest.mark.parametrize("text", PAYLOADS[:60])
def test_u1_each_payload_would_be_noticed(text: str) -> None:
    """In an attribute, in an element or as an address, whichever the payload is made for."""
    places = (
        f'<p title="{text}">x</p>',
        f"<p title='{text}'>x</p>",
        f"<p>{text}</p>",
        f'<a href="{text}">x</a>',
    )
    if "{{" in text or "{%" in text or text.startswith(("--", "]]")):
        places += ("<script>alert(1)</script>",)
    assert any(suspicions(place) for place in places)


def test_u1_there_are_sixty_payloads() -> None:
    assert (len(PAYLOADS), len(set(PAYLOADS))) == (60, 60)
