"""Plain functions that make the people and places of a test, through the ORM and as the app role.

Every argument has a quiet default; a test names only what it is about.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from houqin.actors import Person
from houqin.people.models import Department, RoleHolding, SchoolClass, User
from houqin.people.roles import Role
from houqin.people.sessions import SessionStore

PASSWORD = "a long enough password 7"

_numbers = count(1)


@cache
def _hashed(password: str) -> str:
    """The real hash, computed once: Argon2 for every person of every test would take minutes."""
    return make_password(password)


def department(name: str = "", **fields: Any) -> Department:
    """A department that is in use."""
    return Department.objects.create(name=name or f"部门{next(_numbers)}", **fields)


def person(*roles: Role, name: str = "", password: str | None = None, **fields: Any) -> User:
    """A member of staff who holds `roles`, can log in with `password` and need not change it first."""
    number = next(_numbers)
    fields.setdefault("staff_no", f"T{number:05}")
    fields.setdefault("must_change_password", False)
    user: User = User.objects.create(
        name=name or f"教工{number}", password=_hashed(password or PASSWORD), **fields
    )
    RoleHolding.objects.bulk_create(RoleHolding(user=user, role=role) for role in roles)
    return user


def people(held: Sequence[Sequence[Role]], **fields: Any) -> list[User]:
    """As many members of staff as `held` has entries, each with the roles of one, in two statements."""
    made = []
    for _ in held:
        number = next(_numbers)
        given = {"name": f"教工{number}", "staff_no": f"T{number:05}", "must_change_password": False} | fields
        user = User(password=_hashed(PASSWORD), **given)
        user.set_search_key()
        made.append(user)
    users: list[User] = User.objects.bulk_create(made)
    RoleHolding.objects.bulk_create(
        RoleHolding(user=user, role=role) for user, roles in zip(users, held, strict=True) for role in roles
    )
    return users


def school_class(grade: int = 7, number: int | None = None, **fields: Any) -> SchoolClass:
    """A class of this school year; `number` counts on by itself."""
    number = number or next(_numbers)
    fields.setdefault("name", f"{grade}年级{number}班")
    fields.setdefault("entry_year", 2026)
    return SchoolClass.objects.create(grade=grade, number=number, **fields)


def acting(user: User, **fields: Any) -> Person:
    """`user` as the services know an actor."""
    return Person(user, **fields)


def sign_in(client: Client, user: User) -> Client:
    """Log `user` in without the login page; the session looks as if it began just now."""
    session = _session(user)
    session.save()
    # The first reading of a session asks one question more than those after it.
    SessionStore(session.session_key).load()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def signed_in(user: User) -> Client:
    """A fresh client in which `user` is signed in."""
    return sign_in(Client(), user)


def all_signed_in(users: Iterable[User]) -> list[Client]:
    """A fresh client for each of `users`, in one statement."""
    clients, rows = [], []
    for user in users:
        session, key = _session(user), secrets.token_hex(16)
        rows.append(
            Session(
                session_key=key, session_data=session.encode(dict(session.items())),
                expire_date=session.get_expiry_date(),
            )
        )  # fmt: skip
        clients.append(Client())
        clients[-1].cookies[settings.SESSION_COOKIE_NAME] = key
    Session.objects.bulk_create(rows)
    return clients


def _session(user: User) -> SessionStore:
    now = timezone.now().timestamp()
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "houqin.people.login.StaffBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "began": now,
            "seen": now,
            "epoch": user.session_epoch,
        }
    )
    return session
