"""How many statements each page costs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment

from calendar_plans.models import Item, PlanMonth
from houqin.people.models import RoleHolding
from tests.factories import sign_in


def main() -> dict[str, int]:
    """Statements of the director's pages, warm."""
    setup_test_environment()
    director = RoleHolding.objects.filter(role="director").select_related("user")[0].user
    client = sign_in(Client(), director)
    item = Item.objects.filter(state="planned", plan__state="running").order_by("pk")[0]
    month = PlanMonth.objects.filter(plan=item.plan, month=item.month)[0]
    pages = {
        "home": "/",
        "list of items": "/plans/items/",
        "list of items, 25 rows": "/plans/items/?size=25",
        "list of plans": "/plans/",
        "item": item.get_absolute_url(),
        "plan": item.plan.get_absolute_url(),
        "month": month.get_absolute_url(),
    }
    counts = {name: _count(lambda path=path: client.get(path)) for name, path in pages.items()}
    report = f"{item.get_absolute_url()}report/"
    counts["write"] = _count(lambda: client.post(report, {"_key": str(uuid.uuid4()), "text": "做了一半。"}))
    return counts


def _count(act: Callable[[], Any]) -> int:
    act()
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"answered {answer.status_code}")
    return len(captured)
