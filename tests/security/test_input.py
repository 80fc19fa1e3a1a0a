"""Any input gets an answer: torn, huge, foreign and hostile values in every form and query parameter; U8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houqin.people.roles import Role
from tests.factories import department, person
from tests.security.filling import forms_in
from tests.security.objects import address_of
from tests.security.test_forms import FORMS, Sender
from tests.security.test_writes import who_may
from tests.security.walking import Route, client_of, every_route, is_answered, undone

pytestmark = pytest.mark.django_db

HOSTILE = (
    "\x00", "a\x00b", "", " ", "\t\r\n", "0", "-1", "1" * 400, "9" * 20, "1e999", "NaN", "-Infinity", "0x10",
    "½", "٣", "0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "2026-13", "9999-12", "0001-01",
    "10000-01-01", "😀👩‍👩‍👧‍👦", "\u202e\u0000\ufeff", "\ud7ff\ue000", "ﷺ" * 300, "è" * 100, "-password",
    "password", "-user__password", "pk__in", "__class__", "id;drop table", "' OR 1=1 --", "%s%n%d",
    "{{ 7|add:7 }}", "${7*7}", "../../etc/passwd", "<script>alert(1)</script>", "[]", "{}", "null", "true",
    "全部" * 60, "[object Object]", "%", "%zz", "\\", "_" * 200,
)  # fmt: skip
LONG = "长" * 350_000
BIGGEST = 3_000_000
ROUND = 6

# What lists, searches and acts read from their address, whether or not a page links to it today.
PARAMETERS = (
    "q",
    "sort",
    "page",
    "size",
    "density",
    "export",
    "month",
    "next",
    "chosen",
    "ended",
    "role",
    "late",
    "o",
    "p",
)

READ = [pytest.param(route, id=route.key) for route in every_route() if "GET" in route.methods]

UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
CI = settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=UNHURRIED)
LONG_RUN = settings(CI, max_examples=100, derandomize=False)

value = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.integers().map(str),
    st.dates().map(str),
    st.floats().map(str),
)


def parameters_of(client: Any, address: str) -> list[str]:
    """The query parameters that the page itself offers, and those that are read everywhere."""
    response = client.get(address)
    if response.status_code != 200 or "html" not in response["Content-Type"]:
        return list(PARAMETERS)
    offered = {
        name for form in forms_in(response.content.decode()) if form.method == "get" for name in form.controls
    }
    return sorted(offered | set(PARAMETERS))


@dataclass(frozen=True)
class Reader:
    """Somebody who may read the route, in front of it."""

    client: Client
    address: str
    names: list[str]

    def ask(self, query: dict[str, Any]) -> Any:
        return self.client.get(self.address, query)


@pytest.fixture
def reader(route: Route) -> Reader:
    """A reader of the route that the test names."""
    user = who_may(route)
    client = client_of(user)
    address = address_of(route, user)
    return Reader(client, address, parameters_of(client, address))


def assert_odd_queries_are_answered(reader: Reader, data: st.DataObject) -> None:
    query = {name: data.draw(st.one_of(value, st.lists(value, max_size=3))) for name in reader.names}
    with undone(reader.client):
        assert is_answered(reader.ask(query))


@pytest.mark.parametrize("route", READ)
@given(data=st.data())
@CI
def test_u8_any_query_gets_an_answer(reader: Reader, route: Route, data: st.DataObject) -> None:
    assert_odd_queries_are_answered(reader, data)


@pytest.mark.long
@pytest.mark.parametrize("route", READ)
@given(data=st.data())
@LONG_RUN
def test_u8_any_query_gets_an_answer_for_long(reader: Reader, route: Route, data: st.DataObject) -> None:
    assert_odd_queries_are_answered(reader, data)


def shuffled(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rounds in which every name gets other hostile values; `ROUND` names or more use all of them."""
    for start in range(0, len(HOSTILE), ROUND):
        yield {name: HOSTILE[(start + place) % len(HOSTILE)] for place, name in enumerate(names)}


@pytest.mark.parametrize("route", READ)
def test_u8_hostile_values_in_all_parameters_at_once_get_an_answer(reader: Reader, route: Route) -> None:
    for query in shuffled(reader.names):
        with undone(reader.client):
            assert is_answered(reader.ask(query)), query


@pytest.mark.parametrize("route", FORMS)
def test_u8_hostile_values_in_all_inputs_at_once_get_an_answer(route: Route) -> None:
    sender = Sender(route)
    honest = sender.filled()
    for torn in shuffled([name for name in sender.form.controls if not name.startswith("_")]):
        with undone(sender.client):
            assert is_answered(sender.send(honest | torn)), torn


def assert_odd_forms_are_answered(sender: Sender, data: st.DataObject) -> None:
    honest = sender.filled()
    names = data.draw(
        st.lists(st.sampled_from(sorted(sender.form.controls)), min_size=1, max_size=4, unique=True)
    )
    torn = {name: data.draw(st.one_of(value, st.lists(value, max_size=3))) for name in names}
    missing = data.draw(st.sets(st.sampled_from(sorted(honest)), max_size=2))
    sent = {name: one for name, one in (honest | torn).items() if name not in missing}
    with undone(sender.client):
        assert is_answered(sender.send(sent)), sent


@pytest.fixture
def sender(route: Route) -> Sender:
    """Somebody in front of the form that the test names."""
    return Sender(route)


@pytest.mark.parametrize("route", FORMS)
@given(data=st.data())
@CI
def test_u8_any_form_gets_an_answer(sender: Sender, route: Route, data: st.DataObject) -> None:
    assert_odd_forms_are_answered(sender, data)


@pytest.mark.long
@pytest.mark.parametrize("route", FORMS)
@given(data=st.data())
@LONG_RUN
def test_u8_any_form_gets_an_answer_for_long(sender: Sender, route: Route, data: st.DataObject) -> None:
    assert_odd_forms_are_answered(sender, data)


@pytest.mark.parametrize("route", FORMS)
def test_u8_a_megabyte_in_any_input_gets_an_answer(route: Route) -> None:
    sender = Sender(route)
    control = max(sender.form.controls.values(), key=lambda each: (each.kind == "textarea", each.is_typed))
    with undone(sender.client):
        assert is_answered(sender.send(sender.filled() | {control.name: LONG}))


@pytest.mark.parametrize("route", FORMS)
def test_u8_a_body_that_is_no_form_gets_an_answer(route: Route) -> None:
    sender = Sender(route)
    for kind, body in (
        ("application/json", b'{"_key": 1'),
        ("text/plain", b"\xff\xfe\x00"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
        ("application/x-www-form-urlencoded; charset=utf-7", b"+AGE-=1&a=%ff%fe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(7000))),
    ):
        with undone(sender.client):
            response = sender.client.generic("POST", sender.address, body, content_type=kind)
            assert is_answered(response), kind


def test_u8_a_bigger_body_than_allowed_gets_an_answer() -> None:
    client = client_of(person(Role.DIRECTOR, department=department()))
    response = client.post("/plans/read/", {"text": "长" * BIGGEST})
    assert response.status_code == 400
    assert "请" in response.content.decode()


@pytest.mark.parametrize(
    "header", ["HTTP_REFERER", "HTTP_HX_CURRENT_URL", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR"]
)
def test_u8_odd_headers_get_an_answer(header: str) -> None:
    client = client_of(person(Role.DIRECTOR, department=department()))
    for odd in (*(each for each in HOSTILE if each.isprintable()), "http://[", "https://[::1", "x" * 5000):
        with undone(client):
            assert is_answered(client.get("/", **{header: odd, "HTTP_HX_REQUEST": "true"})), odd
