"""The role matrix: every route × GET and POST × every role, pairs of roles, nobody, a disabled account; A2.

`matrix.yaml` is the reviewed table. After a wanted change of a right, write it anew with
`HOUQIN_WRITE_MATRIX=1` in the environment of this file's tests, and read the difference before committing it.
The same walk watches that no GET writes a row (B4). It walks a machine that cannot print: whether somebody
gets in is decided before a sheet is drawn, and hundreds of sheets would be drawn for nobody.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from houqin.people.models import User
from houqin.people.roles import ADMINISTRATORS, GRANTABLE, Role
from houqin.people.rules import can_hold_together
from tests.factories import person
from tests.security.filling import KEY, VERSION
from tests.security.objects import address_for, address_of, maker_of
from tests.security.walking import (
    PAIRS,
    Route,
    cast,
    every_route,
    got_in,
    rows_written,
    subjects,
    undone,
)

pytestmark = pytest.mark.django_db

MATRIX = Path(__file__).with_name("matrix.yaml")
WRITES_MATRIX = os.environ.get("HOUQIN_WRITE_MATRIX") == "1"

NOBODY, DISABLED = "nobody", "disabled"
EVERY_ROLE = sorted(str(role) for role in Role)

ROUTES = [pytest.param(route, id=route.key) for route in every_route()]

# Reviewed: what an administrator may not do, whatever else he is: he keeps the routes and signs nothing (A5).
NEVER_WITH_AN_ADMINISTRATOR = {"houqin.approval:decide"}

Seen = dict[str, dict[str, list[str]]]


@cache
def matrix() -> dict[str, Any]:
    """The reviewed table."""
    table: dict[str, Any] = yaml.safe_load(MATRIX.read_text(encoding="utf-8")) or {}
    return table


def is_about_a_row(route: Route) -> bool:
    return bool({"public_id", "object_id"} & set(route.places))


def tried(route: Route, user: User | None, client: Client, others: str) -> set[str]:
    """As which methods and on whose row `user` gets in, such as `GET own`; no GET writes a row."""
    addresses = {"own" if is_about_a_row(route) else "": others}
    if is_about_a_row(route):
        own = address_of(route, user) if user is not None else others
        addresses = {"own": own, "other": others}
    passed, before = set(), rows_written()
    # GET comes first: the rows that a POST wrote stay counted when it is undone.
    for method, (whose, address) in product(route.methods, addresses.items()):
        with undone(client):
            response = send(client, method, address)
            if method == "GET":
                assert rows_written() == before, f"GET {address} wrote as {user}"
        if got_in(response):
            passed.add(f"{method} {whose}".strip())
    return passed


def send(client: Any, method: str, address: str) -> Any:
    """GET, or a POST that comes past the form pages' own demand for a key."""
    if method == "GET":
        return client.get(address)
    return client.post(address, {KEY: str(uuid.uuid4()), VERSION: "1"})


def others_address(route: Route) -> str:
    """A row of somebody who has nothing to do with whoever walks."""
    stranger = person(name="别人")
    maker = maker_of(route)
    return (
        address_for(route, maker(stranger))
        if is_about_a_row(route) and maker
        else address_of(route, stranger)
    )


def observed(route: Route) -> dict[str, Any]:
    """One line of the table as the program answers today."""
    others = others_address(route)
    everybody: dict[str, tuple[User | None, Client]] = {NOBODY: (None, Client()), **cast(subjects())}
    everybody |= cast({DISABLED: (Role.DIRECTOR,)}, is_active=False)
    passed: dict[str, list[str]] = {}
    for who, (user, client) in everybody.items():
        for what in tried(route, user, client, others):
            passed.setdefault(what, []).append(who)
    kinds = ["own", "other"] if is_about_a_row(route) else [""]
    line: dict[str, Any] = {"needs": route.needs}
    for method, whose in product(route.methods, kinds):
        what = f"{method} {whose}".strip()
        line[what] = shortened(passed.get(what, []))
    return line


def shortened(who: list[str]) -> list[str] | str:
    """`everybody` for all roles, `anybody` when strangers and disabled accounts come in as well."""
    if sorted(who) == sorted([*EVERY_ROLE, NOBODY, DISABLED]):
        return "anybody"
    return "everybody" if sorted(who) == EVERY_ROLE else sorted(who)


def lengthened(who: list[str] | str) -> set[str]:
    if who == "anybody":
        return {*EVERY_ROLE, NOBODY, DISABLED}
    return set(EVERY_ROLE) if who == "everybody" else set(who)


@pytest.fixture(autouse=True)
def _no_sheet_is_drawn(without_libraries: None) -> None:
    """Whoever is let in to a print is told that this machine lacks the libraries."""


@pytest.mark.parametrize("route", ROUTES)
def test_a2_only_the_matrix_decides(route: Route) -> None:
    line = observed(route)
    if WRITES_MATRIX:
        store(route, line)
    assert route.key in matrix(), "a new route: review who may use it and write it into matrix.yaml"
    assert line == matrix()[route.key]


def store(route: Route, line: dict[str, Any]) -> None:
    """Put one observed line into the file, in the order of the routes."""
    table = matrix() | {route.key: line}
    ordered = {each.key: table[each.key] for each in every_route() if each.key in table}
    head = MATRIX.read_text(encoding="utf-8").partition("\n\n")[0] if MATRIX.exists() else ""
    rows = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
    MATRIX.write_text(f"{head}\n\n{rows}", encoding="utf-8")
    matrix.cache_clear()


def test_a2_the_matrix_names_no_route_that_is_gone() -> None:
    assert set(matrix()) - {route.key for route in every_route()} == set()


def test_a2_every_role_of_the_house_is_in_the_matrix() -> None:
    named = {
        who
        for line in matrix().values()
        for what, people in line.items()
        if what != "needs"
        for who in lengthened(people)
    }
    assert named >= set(EVERY_ROLE)


def union_for(route: Route, roles: Iterable[Role]) -> set[str]:
    """What the table gives to somebody who holds all of `roles`: whatever one of them gives.

    What an administrator never may, he may not either when a second role has it.
    """
    line = matrix()[route.key]
    if line["needs"] in NEVER_WITH_AN_ADMINISTRATOR and ADMINISTRATORS & set(roles):
        return set()
    return {
        what
        for what, who in line.items()
        if what != "needs" and lengthened(who) & {str(Role.STAFF), *(str(role) for role in roles)}
    }


def not_the_union(route: Route, pairs: Iterable[tuple[Role, Role]]) -> dict[str, set[str]]:
    """By each of `pairs` whose holder gets in elsewhere than one of the two roles does, where he gets in."""
    others = others_address(route)
    wanted = {f"{one}+{other}": (one, other) for one, other in pairs}
    passed = {name: tried(route, user, client, others) for name, (user, client) in cast(wanted).items()}
    return {name: what for name, what in passed.items() if what != union_for(route, wanted[name])}


@pytest.mark.parametrize("route", ROUTES)
def test_a2_two_roles_in_one_person_give_the_union_and_no_more(route: Route) -> None:
    assert not_the_union(route, PAIRS) == {}


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
def test_a2_any_two_roles_in_one_person_give_the_union_and_no_more(route: Route) -> None:
    allowed = [pair for pair in combinations(GRANTABLE, 2) if can_hold_together([pair[0]], pair[1])]
    assert not_the_union(route, allowed) == {}
