"""Nobody reaches another's object: not by address, nor through a list, a search, a file, a print; A3."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from itertools import cycle, islice
from typing import Any

import pytest
from pypdf import PdfReader

from calendar_plans.models import CarryOver, Goal, Measure, ProgressNote, Reading
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.people.models import PasswordReset, User
from houqin.people.roles import GRANTABLE, Role
from houqin.people.scopes import Scope
from houqin.registry import registry
from houqin.web.pages import ListPage
from tests.calendar_plans import factories as plans
from tests.factories import department, person
from tests.security.objects import ABSENT, OWNED, address_for, address_of, department_of, maker_of
from tests.security.test_matrix import send
from tests.security.test_writes import who_may
from tests.security.walking import Route, body_of, cast, client_of, every_route, undone, with_object

pytestmark = pytest.mark.django_db

CANARY = "金丝雀"

# One role for each different set of rights, so that no narrow right goes untried.
KINDS = list(
    {
        frozenset(registry.rights_of([Role.STAFF, role]).items()): role
        for role in sorted(GRANTABLE, reverse=True)
    }.values()
)


def may_use(user: User, route: Route) -> bool:
    admin = getattr(route.view, "model_admin", None)
    if admin is not None and not user.has(admin.manage_permission):
        return False
    return route.needs == "public" or user.has(route.needs)


def sees_all(user: User, route: Route) -> bool:
    return bool(route.model.VISIBILITY.sees_all(user))


@pytest.mark.parametrize("route", [pytest.param(route, id=route.key) for route in with_object()])
def test_a3_anothers_row_reads_like_one_that_is_not_there(route: Route) -> None:
    """404 with the same words and the same body, by GET and by POST, for whoever may use the route."""
    stranger = person(name="别人", department=department())
    maker = maker_of(route)
    assert maker is not None
    others, absent = address_for(route, maker(stranger)), address_for(route, ABSENT)
    for role, (user, client) in cast({role: (role,) for role in KINDS}).items():
        user.department = department()
        user.save()
        if not may_use(user, route):
            continue
        for method in route.methods:
            with undone(client):
                nothing = send(client, method, absent)
            assert nothing.status_code in {302, 404}, (role, method)
            if sees_all(user, route):
                continue
            with undone(client):
                foreign = send(client, method, others)
            assert (foreign.status_code, foreign.content) == (nothing.status_code, nothing.content), (
                role,
                method,
            )


@pytest.mark.parametrize("route", [pytest.param(route, id=route.key) for route in with_object()])
def test_a3_no_odd_id_finds_anything(route: Route) -> None:
    client = client_of(who_may(route))
    for odd in ("0", "1", "-1", "1 OR 1=1", "%00", "..%2f..%2fetc", CANARY, "A" * 300):
        for method in route.methods:
            with undone(client):
                assert send(client, method, address_for(route, odd)).status_code in {302, 400, 404}, (
                    method,
                    odd,
                )


def found_by_ids_of_others(tried_for_each: int | None = None) -> list[str]:
    """The addresses at which the id of a row of another model finds something; every model takes its turn."""
    director = person(Role.DIRECTOR, department=department())
    client = client_of(director)
    ids = cycle([(model, maker(director).public_id) for model, maker in OWNED.items()])
    found = []
    for route in with_object():
        if not may_use(director, route):
            continue
        for model, public_id in islice(ids, tried_for_each or len(OWNED)):
            if model is not route.model:
                with undone(client):
                    answer = client.get(address_for(route, public_id))
                if answer.status_code not in {302, 404}:
                    found.append(f"{route.key} {model.__name__}")
    return found


def test_a3_an_id_of_another_model_finds_nothing() -> None:
    assert found_by_ids_of_others(tried_for_each=4) == []


@pytest.mark.long
def test_a3_an_id_of_any_other_model_finds_nothing() -> None:
    assert found_by_ids_of_others() == []


# Canaries: what only the stranger's people may read is in none of the pages, files and prints of anybody else


def with_canaries(user: User) -> None:
    """Rows of every kind that belong to `user`, each text of them a canary."""
    user.phone = "13912345678"
    user.save()
    plan = plans.running_plan(department_of(user), title=f"{CANARY}计划", guiding=f"{CANARY}指导")
    item = plans.item(plan, owner=user)
    Goal.objects.create(plan=plan, position=1, text=f"{CANARY}目标", target=f"{CANARY}值")
    Measure.objects.create(plan=plan, position=1, heading=f"{CANARY}措施", text=f"{CANARY}内容")
    plan.months.update(focus=f"{CANARY}重点")
    plan.items.update(content=f"{CANARY}检修", requirement=f"{CANARY}要求", remark=f"{CANARY}备注")
    ProgressNote.objects.create(item=item, act="report", text=f"{CANARY}进展", occurred_on=date(2026, 9, 1))
    note = ProgressNote.objects.get(item=item)
    Attachment.objects.bulk_create(
        Attachment(name=f"{CANARY}{number}.pdf", kind="pdf", size=1, created_by=user) for number in range(3)
    )
    for file, record in zip(Attachment.objects.all(), (plan, item, note), strict=True):
        AttachmentLink.objects.create(
            attachment=file, parent_model=record._meta.label_lower, parent_id=record.pk,
            caption=f"{CANARY}说明", created_by=user,
        )  # fmt: skip
    CarryOver.objects.create(
        item=item, from_month=plan.first_month, to_month=plan.last_month, reason=f"{CANARY}原因",
        occurred_on=date(2026, 9, 1),
    )  # fmt: skip
    Reading.objects.create(created_by=user, text=f"{CANARY}原文", file_name=f"{CANARY}.txt")


# What is asked of every list beside the list itself, and of a page that is none.
QUESTIONS = (
    "",
    f"?q={CANARY}",
    "?q=jinsique",
    "?q=jsq",
    "?export=csv",
    "?export=xlsx",
    f"?q={CANARY}&export=csv",
)
ALL_AT_ONCE = ("", f"?q={CANARY}&export=csv")


def questions_for(route: Route) -> Sequence[str]:
    """What a reader may ask of the page."""
    if route.places:
        return ("",)
    return QUESTIONS if isinstance(route.page, type) and issubclass(route.page, ListPage) else ALL_AT_ONCE


def words_in(response: Any) -> str:
    """Everything a reader could get out of the answer: the page, a workbook's cells, a PDF's text."""
    body, kind = body_of(response), response.get("Content-Type", "")
    if "spreadsheetml" in kind:
        with zipfile.ZipFile(io.BytesIO(body)) as workbook:
            return "".join(
                workbook.read(name).decode("utf-8") for name in workbook.namelist() if name.endswith("xml")
            )
    if "application/pdf" in kind:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if kind.startswith("image/"):
        return body.decode("utf-8", errors="replace")
    # What the reader typed himself comes back to him in the search box.
    return re.sub(rf'value="{CANARY}"|[“"«]{CANARY}[”"»]|q=[^"&]*', "", body.decode("utf-8"))


def is_narrow(role: Role) -> bool:
    """Whether the role reads plans, items and people only as far as they concern it."""
    rights = registry.rights_of([Role.STAFF, role])
    business = ("calendar_plans.plan:read", "calendar_plans.item:read")
    return not any(Scope.ALL in rights.get(code, ()) for code in business)


@pytest.mark.parametrize("role", [role for role in KINDS if is_narrow(role)])
def test_a3_no_canary_sings_in_any_answer(role: Role) -> None:
    with_canaries(person(name="别人", department=department()))
    reader = person(role, department=department())
    if not reader.has("houqin.reset:read"):
        asked = {"user": person(Role.CASHIER), "created_by": person(Role.SYSTEM_ADMIN)}
        PasswordReset.objects.create(**asked, reason=f"{CANARY}忘记密码")
    client = client_of(reader)
    sung = []
    for route in every_route():
        if "GET" not in route.methods or not may_use(reader, route):
            continue
        address = address_of(route, reader)
        for question in questions_for(route):
            with undone(client):
                if CANARY in words_in(client.get(f"{address}{question}")):
                    sung.append(f"{address}{question}")
    assert sung == []


def test_a3_control_the_canaries_sing_for_whoever_may_hear_them() -> None:
    owner = person(name="别人", department=department())
    with_canaries(owner)
    client = client_of(owner)
    heard = {
        route.key
        for route in every_route()
        if "GET" in route.methods and not route.places and may_use(owner, route)
        for question in questions_for(route)
        if CANARY in words_in(client.get(f"{route.address()}{question}"))
    }
    assert {"home", "plans:my-items", "plans:item-list", "plans:plan-list", "search"} <= heard


def test_a3_phones_are_half_hidden_in_lists_and_files() -> None:
    person(name="别人", phone="13912345678", department=department())
    client = client_of(person(Role.DIRECTOR, department=department()))
    for question in ("", "?q=别人", "?export=csv", "?export=xlsx"):
        assert "13912345678" not in words_in(client.get(f"/people/{question}")), question
