"""How many statements each page costs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment

from calendar_plans.forms import facts_of
from calendar_plans.models import Item, PlanMonth
from houqin.people.models import RoleHolding
from houqin.registry import registry
from tests.factories import sign_in


def main() -> dict[str, int]:
    """Statements of the director's pages, warm; `sources`: how many plug into the home page."""
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
    report, edit = f"{item.get_absolute_url()}report/", f"{item.get_absolute_url()}edit/"
    assign = f"{month.get_absolute_url()}assign/"
    counts["write"] = _count(lambda: client.post(report, _sent(text="做了一半。")))
    for name, path, form in (("an item edited", edit, _edited), ("an item arranged", assign, _arranged)):
        client.post(path, form(item))
        counts[f"write: {name}"] = _count_once(partial(client.post, path, form(item)))
    return counts | {"sources": len(registry.todos) + len(registry.figures)}


def _sent(**fields: Any) -> dict[str, Any]:
    return {"_key": str(uuid.uuid4()), **fields}


def _edited(item: Item) -> dict[str, Any]:
    """The form of `item` with another remark."""
    item.refresh_from_db()
    written = {name: "" if value is None else value for name, value in facts_of(item).items()}
    return _sent(**written | {"_version": item.version, "remark": uuid.uuid4().hex})


def _arranged(item: Item) -> dict[str, Any]:
    """One line of the page that arranges a month, with another time limit."""
    item.refresh_from_db()
    line = {
        "owner": item.owner_id or "",
        "due_on": item.month + timedelta(days=item.version % 28),
        "category": item.category_id or "",
        "version": item.version,
    }
    return _sent(**{f"{item.public_id}-{name}": value for name, value in line.items()})


def _count(act: Callable[[], Any]) -> int:
    act()
    return _count_once(act)


def _count_once(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"answered {answer.status_code}")
    return len(captured)
