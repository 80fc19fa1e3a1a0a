"""Every route of the program, found in the resolver, and how to reach it as whom.

Nothing here names a route: one that a later issue adds is walked by every test of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection
from django.test import Client

from houqin.checks import routes
from houqin.documents.availability import available
from houqin.people.models import User
from houqin.people.roles import GRANTABLE, Role
from houqin.people.scopes import Scope
from houqin.registry import registry
from houqin.web.access import declared
from tests.factories import all_signed_in, people, person, sign_in

PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>([^)]*)\)")

# Sessions are kept by every page that a signed-in person opens; they are no business of any record.
UNCOUNTED = ("django_session",)
# What pg_stat_xact_user_tables adds up, without what else that view counts.
WRITTEN = """
SELECT coalesce(sum(
    pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)
), 0)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""


@dataclass(frozen=True)
class Route:
    """One route: its pattern, its name, what it declares and which methods it answers."""

    path: str
    name: str
    view: Any = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        """The name, or for Django's nameless routes the pattern."""
        return self.name if not self.name.endswith(":") else f"/{self.path}"

    @property
    def needs(self) -> str:
        permission, is_public = declared(self.view)
        return "public" if is_public else str(permission)

    @property
    def places(self) -> tuple[str, ...]:
        """The names of what stands open in the address."""
        return tuple(one or other for one, other, _ in PLACE.findall(self.path))

    @property
    def page(self) -> Any:
        """The view's class, or the function."""
        return getattr(self.view, "view_class", self.view)

    @property
    def methods(self) -> tuple[str, ...]:
        """GET and POST, as far as the view answers them; a function may answer both."""
        if not hasattr(self.view, "view_class"):
            return ("GET", "POST")
        allowed = getattr(self.page, "http_method_names", ())
        return tuple(m for m in ("GET", "POST") if m.lower() in allowed and hasattr(self.page, m.lower()))

    @property
    def model(self) -> Any:
        """The model whose rows the address names."""
        admin = getattr(self.view, "model_admin", None)
        return admin.model if admin is not None else getattr(self.page, "model", None)

    def address(self, **given: Any) -> str:
        """The address with its places filled; a choice of words takes its first."""

        def fill(place: re.Match[str]) -> str:
            name = place[1] or place[2]
            return str(given[name]) if name in given else str(place[3]).split("|")[0]

        return "/" + PLACE.sub(fill, self.path).replace("^", "").replace("$", "")


@cache
def every_route() -> tuple[Route, ...]:
    """All routes, in the resolver's order."""
    return tuple(Route(path, name, view) for path, name, view in routes())


def named(name: str) -> Route:
    """The route with this name."""
    return next(route for route in every_route() if route.name == name)


def with_object() -> list[Route]:
    """The routes whose address names a row."""
    return [route for route in every_route() if {"public_id", "object_id"} & set(route.places)]


def holder_of(permission: str, **fields: Any) -> User:
    """A person with the role whose `permission` reaches farthest; everybody's right needs no role."""
    grants = registry.permission(permission).grants
    roles = [role for role in Role if role in GRANTABLE and Scope.ALL in grants.get(role, ())]
    return person(*roles[:1], **fields)


def subjects() -> dict[str, tuple[Role, ...]]:
    """Who is in the matrix with one role; everybody holds `staff`, so that is the person without a role."""
    return {str(role): ((role,) if role in GRANTABLE else ()) for role in Role}


# Held together in real small schools; these are walked in every run, all pairs in the long one.
PAIRS = (
    (Role.DIRECTOR, Role.FOOD_SAFETY_OFFICER),
    (Role.STOREKEEPER, Role.REPAIR_WORKER),
    (Role.CLAIMS_CLERK, Role.CASHIER),
    (Role.DEPARTMENT_HEAD, Role.TEACHER),
    (Role.SYSTEM_ADMIN, Role.TEACHER),
)


def client_of(user: User | None, **kwargs: Any) -> Client:
    """A browser in which `user` is signed in, or nobody."""
    client = Client(**kwargs)
    return client if user is None else sign_in(client, user)


def cast(held: Mapping[str, Sequence[Role]], **fields: Any) -> dict[str, tuple[User, Client]]:
    """By each name, somebody with these roles and the browser in which he is signed in."""
    users = people(list(held.values()), **fields)
    return dict(zip(held, zip(users, all_signed_in(users), strict=True), strict=True))


@contextmanager
def undone(client: Client | None = None) -> Iterator[None]:
    """Take everything back that the block wrote, cookies included.

    By hand and not with `atomic`, which the write boundary would take for an outer transaction. The mark has
    the same name each time: a statement that it has not seen before, if it is a ROLLBACK, makes psycopg
    forget all that was prepared, and every request of a walk would be planned anew.
    """
    cookies = client.cookies.copy() if client is not None else None
    _ask("SAVEPOINT undone")
    try:
        yield
    finally:
        # A refused statement inside leaves the flag up although the savepoint is clean again.
        connection.needs_rollback = False
        _ask("ROLLBACK TO SAVEPOINT undone")
        _ask("RELEASE SAVEPOINT undone")
        if client is not None:
            client.cookies = cookies  # type: ignore[assignment]


def _ask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows_written() -> int:
    """How many rows this transaction has inserted, changed or deleted so far, sessions aside."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [list(UNCOUNTED)])
        return int(cursor.fetchone()[0])


def got_in(response: Any) -> bool:
    """Whether the person got past the door: not refused, not sent to the login, not told it is not there."""
    if response.status_code in {403, 404}:
        return False
    return not response.get("Location", "").startswith("/login/")


def body_of(response: Any) -> bytes:
    """The whole body, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def is_answered(response: Any) -> bool:
    """An answer of the house: no failure (503 is right only where this machine cannot print)."""
    body_of(response)
    return response.status_code < 500 or (response.status_code == 503 and not available())
