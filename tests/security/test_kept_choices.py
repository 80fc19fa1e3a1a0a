"""What a record has stays with it when it goes out of use, until another is chosen: every form that edits.

Forms and fields are found by introspection: what the record has in each of them is closed or retired, and
then another field is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest
from django.db import models, transaction

from calendar_plans.models import Category
from houqin.actors import System
from houqin.approvals.models import Route as ApprovalRoute
from houqin.approvals.services import Conditions, SeatDraft, StepDraft, rewrite_route
from houqin.approvals.states import SeatKind
from houqin.partners.models import Partner
from houqin.people.choices import OUT_OF_USE, in_use
from houqin.people.models import Department, User
from houqin.places.models import Place
from houqin.records import PUBLIC_ID_ALPHABET
from tests.calendar_plans.factories import category
from tests.factories import department, person
from tests.partners.factories import partner
from tests.places import factories as places
from tests.security.objects import OWNED, READY, body_with
from tests.security.test_forms import FORMS, Sender, errors_of, is_done
from tests.security.walking import Route, named, undone, with_object

pytestmark = pytest.mark.django_db

ID = re.compile(rf"/([{PUBLIC_ID_ALPHABET}]{{10}})/")

MAKERS: dict[type[models.Model], Callable[[], Any]] = {
    Category: category,
    Department: department,
    Partner: partner,
    Place: places.room,
    User: person,
}


# The forms, and the field of each, that offer something which goes out of use; the last test looks for more.
OFFERED = (
    "admin:houqin_department_change.head",
    "admin:houqin_schoolclass_change.head_teacher",
    "approvals:body-edit.members",
    "checks:finding-assign.owner",
    "checks:finding-assign.rechecker",
    "partners:edit.keeper",
    "people:class-edit.head_teacher",
    "people:department-edit.head",
    "people:person-edit.department",
    "places:class-room.room",
    "places:edit.department",
    "places:edit.keeper",
    "plans:item-edit.category",
    "plans:item-edit.owner",
    "plans:item-edit.partners",
    "plans:item-edit.place",
    "rosters:duty-edit.person",
    "rosters:kind-edit.keeper",
)
# Forms that ask for another than the record has: left as it stands, there is nothing to be saved.
REPLACING = {"rosters:duty-edit"}


def relations(model: Any) -> list[Any]:
    """The fields of `model` that name something which goes out of use."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [field for field in fields if field.is_relation and in_use(field.related_model)]


def candidates() -> Iterator[tuple[Route, str]]:
    """Every form about a record, and each field of the record in which something may go out of use."""
    sent = {case.values[0] for case in FORMS}  # type: ignore[attr-defined]
    for route in with_object():
        if route in sent and (route.name in READY or route.model in OWNED):
            for field in relations(route.model):
                yield route, field.name


def offering(*, without: Collection[str] = ()) -> list[Any]:
    """The routes and fields of `OFFERED`, but for the routes called so."""
    return [
        pytest.param(route, name, id=f"{route.key}-{name}")
        for route, name in candidates()
        if f"{route.key}.{name}" in OFFERED and route.name not in without
    ]


def out_of_use(record: Any) -> Any:
    """`record`, closed or retired."""
    if isinstance(record, User):
        record.is_active = False
    elif isinstance(record, Partner):
        record.state, record.retired_on, record.retire_reason = "stopped", date(2026, 8, 1), "到期"
    else:
        record.retired_on = date(2026, 8, 1)
    record.save()
    return record


def put(record: Any, name: str, kept: Any) -> None:
    """Let the record have `kept` in its field."""
    if record._meta.get_field(name).many_to_many:
        getattr(record, name).set([kept])
    else:
        setattr(record, name, kept)
        record.save(update_fields=[name])


def had(record: Any, name: str) -> list[Any]:
    again = type(record)._base_manager.get(pk=record.pk)
    value = getattr(again, name)
    return list(value.all()) if again._meta.get_field(name).many_to_many else [value]


@pytest.mark.parametrize(("route", "name"), offering(without=REPLACING))
def test_what_the_record_has_stays_and_says_that_it_is_out_of_use(route: Route, name: str) -> None:
    sender = Sender(route)
    found = ID.search(sender.address)
    assert found is not None
    record = route.model._base_manager.get(public_id=found[1])
    maker = MAKERS[route.model._meta.get_field(name).related_model]
    kept, other = out_of_use(maker()), out_of_use(maker())
    put(record, name, kept)
    page = sender.client.get(sender.address).content.decode()
    sender.form = sender.opened()
    control = sender.form.controls[name]
    assert (control.values, str(other.pk) in control.options) == ([str(kept.pk)], False)
    assert page.count(OUT_OF_USE) == 1
    # Left as it stands, whatever a person of the test would choose in it.
    data = sender.filled() | {name: control.values}
    typed = [each.name for each in sender.form.typed_controls if each.name not in {"due_on", "phone"}]
    # A form that asks for nothing else is sent as it stands.
    response = sender.send(data | {each: f"{data.get(each, '')}改" for each in typed[:1]})
    assert is_done(response), errors_of(response)
    assert had(record, name) == [kept]


@pytest.mark.parametrize(("route", "name"), offering())
def test_what_is_out_of_use_is_not_chosen_anew(route: Route, name: str) -> None:
    sender = Sender(route)
    found = ID.search(sender.address)
    assert found is not None
    record = route.model._base_manager.get(public_id=found[1])
    before = had(record, name)
    other = out_of_use(MAKERS[route.model._meta.get_field(name).related_model]())
    response = sender.send(sender.filled(**{name: str(other.pk)}))
    assert (is_done(response), had(record, name)) == (False, before)


def test_a_route_keeps_the_signers_and_departments_of_its_edition_when_they_go_out_of_use() -> None:
    """They stand in the edition and not in the route, so the two tests above do not find them."""
    sender = Sender(named("approvals:route-edit"))
    route = ApprovalRoute.objects.get()
    signer, body, place = person(), body_with(sender.user), department()
    steps = [
        StepDraft("指定", [SeatDraft(SeatKind.PERSON, person=signer)]),
        StepDraft("会议", [SeatDraft(SeatKind.MEETING, body=body)]),
    ]
    with transaction.atomic():
        rewrite_route(
            route=route, name=route.name, order=1, conditions=Conditions(departments=[place]), steps=steps,
            reason="试", by=System("测试"),
        )  # fmt: skip
    for kept in (signer, body, place):
        out_of_use(kept)
    strangers = [out_of_use(person()), out_of_use(body_with(sender.user))]
    page = sender.client.get(sender.address).content.decode()
    form = sender.form = sender.opened()
    wanted = {
        "step1-seat1": [f"person:{signer.public_id}"],
        "step2-seat1": [f"meeting:{body.public_id}"],
        "departments": [str(place.pk)],
    }
    offered = [option for control in form.controls.values() for option in control.options]
    assert {name: form.controls[name].values for name in wanted} == wanted
    assert [each.public_id for each in strangers if any(each.public_id in option for option in offered)] == []
    assert page.count(f"{place}{OUT_OF_USE}") == 1
    response = sender.client.post(sender.address, form.filled(reason="改名", name="改过的流程"))
    assert is_done(response), errors_of(response)
    edition = route.editions.order_by("-number")[0]
    seats = [step.seats.get() for step in edition.steps.order_by("position")]
    assert (edition.number, list(edition.departments.all())) == (3, [place])
    assert [(seat.person, seat.body) for seat in seats] == [(signer, None), (None, body)]


def test_the_fields_in_which_something_goes_out_of_use_are_these() -> None:
    """So that neither test above passes because it found nothing."""
    offered = set()
    for route, pairs in groupby(candidates(), key=itemgetter(0)):
        with undone():
            controls = Sender(route).form.controls
        offered |= {f"{route.key}.{name}" for _, name in pairs if name in controls}
    assert offered == set(OFFERED)
