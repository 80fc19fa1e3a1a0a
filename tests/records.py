"""Rows of any model, by introspection: what a test needs that walks over every model there is.

A model of a later issue is filled by its fields' types. Where its constraints ask for more, its app's tests
add a maker to `MAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from calendar_plans.models import CarryOver, Item, Plan, PlanMonth
from calendar_plans.states import ItemState, PlanState
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.people.models import PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.roles import Role
from houqin.places.models import DoorCode, Place
from houqin.school_calendar.models import SchoolYear, SpecialDay, Term
from tests import factories
from tests.calendar_plans import factories as plans
from tests.places import factories as places
from tests.school_calendar import factories as calendar

_numbers = count(1)

DAY = date(2026, 9, 1)


def _plan(**fields: Any) -> Plan:
    if fields.get("state", PlanState.DRAFT) != PlanState.DRAFT:
        fields.setdefault("number", f"JH-2026-R{next(_numbers)}")
    return plans.plan(**fields)


def _reset(**fields: Any) -> PasswordReset:
    return PasswordReset.objects.create(
        user=factories.person(), created_by=factories.person(), reason="忘记密码", **fields
    )


def _plan_month(**fields: Any) -> PlanMonth:
    month: PlanMonth = plans.plan().months.first()  # type: ignore[assignment]
    return month


def _carry_over(**fields: Any) -> CarryOver:
    fields = {"from_month": date(2026, 8, 1), "to_month": date(2026, 9, 1), "reason": "雨天"} | fields
    return CarryOver.objects.create(item=plans.item(), occurred_on=DAY, **fields)


def _attachment(**fields: Any) -> Attachment:
    told = {"name": "合同.pdf", "kind": "pdf", "size": 1, "sha256": "0" * 64}
    made: Attachment = Attachment.objects.create(**told | fields)
    return made


# What the types of the fields do not tell.
MAKERS: dict[type[models.Model], Callable[..., Any]] = {
    User: factories.person,
    SchoolClass: factories.school_class,
    SchoolYear: calendar.school_year,
    SpecialDay: calendar.special_day,
    Term: lambda **fields: calendar.school_year().terms.get(number=1),
    RoleHolding: lambda **fields: RoleHolding.objects.create(
        user=factories.person(), role=Role.GUARD, **fields
    ),
    PasswordReset: _reset,
    Plan: _plan,
    PlanMonth: _plan_month,
    Item: plans.item,
    CarryOver: _carry_over,
    Attachment: _attachment,
    AttachmentLink: lambda **fields: AttachmentLink.objects.create(
        **{"attachment": _attachment(), "parent_model": "calendar_plans.plan", "parent_id": 1} | fields
    ),
    Place: places.campus,
    DoorCode: lambda **fields: DoorCode.objects.create(**{"place": places.campus()} | fields),
}


def make(model: type[models.Model], **fields: Any) -> Any:
    """A saved row of `model`, with whatever it must point at."""
    if model in MAKERS:
        return MAKERS[model](**fields)
    filled = {
        field.name: value_for(field)
        for field in model._meta.concrete_fields
        if field.name not in fields and _must_be_given(field)
    }
    return model._base_manager.create(**filled | fields)


def _must_be_given(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.GeneratedField | models.AutoField) or field.has_default() or field.null:
        return False
    return field.editable and not (field.blank and isinstance(field, models.CharField | models.TextField))


def value_for(field: models.Field[Any, Any]) -> Any:
    """A value that `field` takes and that no earlier call gave."""
    number = next(_numbers)
    if isinstance(field, models.ForeignKey):
        return make(field.related_model)
    if field.choices:
        return field.choices[0][0]
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return value(number)
    return f"文字{number}"[: field.max_length or 40]


_VALUES: list[tuple[type[models.Field[Any, Any]], Callable[[int], Any]]] = [
    (models.BooleanField, lambda number: False),
    (models.DateTimeField, lambda number: timezone.now()),
    (models.DateField, lambda number: DAY),
    (models.PositiveSmallIntegerField, lambda number: number % 30_000),
    (models.IntegerField, lambda number: number),
    (models.DecimalField, lambda number: number),
    (models.JSONField, lambda number: {"n": number}),
    (ArrayField, lambda number: []),
]

# The states of rows that a table of transitions starts from, with what the database wants beside them.
STATE_FIELDS: dict[tuple[type[models.Model], str], dict[str, Any]] = {
    (Item, ItemState.DONE): {"settled_on": DAY, "outcome": "已办"},
    (Item, ItemState.NOT_DONE): {"settled_on": DAY, "outcome": "下雨"},
    (Item, ItemState.PLANNED): {"settled_on": None, "outcome": ""},
    (Item, ItemState.IN_PROGRESS): {"settled_on": None, "outcome": ""},
}


def fields_of_state(model: type[models.Model], state: str) -> dict[str, Any]:
    """What must be set together with `state`, for the database to take it."""
    return STATE_FIELDS.get((model, state), {})
