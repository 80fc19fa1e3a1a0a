"""Who may open a form may send it, and who may not send it is told so before he fills it in; A2.

The matrix looks at the door of each route. Here the form is filled as its rightful user would, so that the
service's own check speaks too.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.factories import department
from tests.security.filling import KEYS, as_sent, form_of
from tests.security.test_forms import FORMS, Sender
from tests.security.walking import Route, cast, subjects, undone

pytestmark = pytest.mark.django_db

REFUSED = {403, 404}


def tried_as(sender: Sender, data: dict[str, Any], client: Client) -> tuple[bool, bool]:
    """Whether somebody else is shown the form, and whether he may send it."""
    page = client.get(sender.address)
    is_shown = page.status_code == 200 and form_of(page.content.decode(), sender.address) is not None
    fresh = {name: str(uuid.uuid4()) for name in KEYS if name in data}
    with undone(client):
        answer = client.post(sender.address, as_sent(data | fresh))
    return is_shown, answer.status_code not in REFUSED


@pytest.mark.parametrize("route", FORMS)
def test_a2_who_is_shown_a_form_may_send_it_and_nobody_else(route: Route) -> None:
    sender = Sender(route)
    data = sender.filled()
    everybody = cast(subjects(), department=department())
    seen = {who: tried_as(sender, data, client) for who, (_, client) in everybody.items()}
    assert {who: pair for who, pair in seen.items() if pair[0] != pair[1]} == {}
