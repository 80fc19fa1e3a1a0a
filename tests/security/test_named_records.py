"""Nobody acts on the wrong record: every form about one names it, whatever its title says."""

from __future__ import annotations

import re
from html import unescape

import pytest

from houqin.web.pages import FormPage
from tests.security.objects import address_of
from tests.security.test_writes import who_may
from tests.security.walking import Route, client_of, with_object

pytestmark = pytest.mark.django_db

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


def is_form_page(route: Route) -> bool:
    """Whether the route asks before it acts on the record that its address names."""
    page = route.page
    return isinstance(page, type) and issubclass(page, FormPage) and "GET" in route.methods


# Reviewed: the text that was handed in has no name of its own; all of it stands beside the form.
NAMELESS = {"plans:reading-review", "plans:reading-plan"}

FORMS = [
    pytest.param(route, id=route.key)
    for route in with_object()
    if is_form_page(route) and route.name not in NAMELESS
]


@pytest.mark.parametrize("route", FORMS)
def test_a_form_about_a_record_names_it(route: Route) -> None:
    user = who_may(route)
    response = client_of(user).get(address_of(route, user))
    record = response.context["record"]
    (main,) = MAIN.findall(response.content.decode())
    assert (response.status_code, str(record) in unescape(main)) == (200, True), str(record)
