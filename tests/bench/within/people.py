"""Many people of a school who can log in, each with a piece of work to report on."""

from __future__ import annotations

from typing import Any

from calendar_plans.models import Item
from calendar_plans.states import ItemState, PlanState
from houqin.people.models import Department, User
from houqin.people.roles import Role
from tests.factories import PASSWORD, person


def main(number: str) -> dict[str, Any]:
    """Make `number` people who work at repairs: the login and the item of each, and their password."""
    departments = list(Department.objects.order_by("pk"))
    people = [
        person(
            Role.REPAIR_WORKER, staff_no=f"BENCH{place:04}", department=departments[place % len(departments)]
        )
        for place in range(int(number))
    ]
    items = Item.objects.filter(state=ItemState.PLANNED, plan__state=PlanState.RUNNING).order_by("-pk")
    given = [_give(item, owner) for item, owner in zip(items[: len(people)], people, strict=True)]
    return {"people": given, "password": PASSWORD}


def _give(item: Item, owner: User) -> tuple[str, str]:
    Item.objects.filter(pk=item.pk).update(owner=owner)
    return owner.staff_no, item.get_absolute_url()
