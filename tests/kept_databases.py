"""Databases that stay on the server from one run of the tests to the next, to be copied.

One is known by its family and a fingerprint of what it was made of. Several processes, of several checkouts,
may ask one server at once: the first of them makes it, and those with another fingerprint go when nobody
holds them any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

FINGERPRINT = re.compile("[0-9a-f]{16}")


@contextmanager
def kept_database(family: str, fingerprint: str, make: Callable[[str], None]) -> Iterator[str]:
    """The name of the database with this fingerprint of 16 hex digits; nobody drops it inside the block.

    When it is missing, `make` fills an empty one, which gets its name only when that has ended well: what was
    interrupted is a draft and is begun anew.
    """
    name = f"{family}_{fingerprint}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [name])
        with _turn(server, family):
            if name not in kept(server, family):
                _fill(server, f"{family}_draft", make)
                _rename(server, f"{family}_draft", name)
            _drop_unheld(server, kept(server, family) - {name})
        yield name


def kept(server: psycopg.Connection[Any], family: str) -> set[str]:
    """The names of the family's finished databases."""
    found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{family}_"])
    return {name for (name,) in found.fetchall() if FINGERPRINT.fullmatch(name.removeprefix(f"{family}_"))}


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """A line of the owner's to the database that every server has: an advisory lock holds within one."""
    parameters = connections["owner"].get_connection_params() | {"dbname": "postgres"}
    parameters.pop("cursor_factory")
    with psycopg.connect(**parameters, autocommit=True) as line:
        yield line


@contextmanager
def _turn(server: psycopg.Connection[Any], family: str) -> Iterator[None]:
    server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [family])
    try:
        yield
    finally:
        server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [family])


def _fill(server: psycopg.Connection[Any], draft: str, make: Callable[[str], None]) -> None:
    _drop(server, draft)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    make(draft)


def _rename(server: psycopg.Connection[Any], old: str, new: str) -> None:
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _drop_unheld(server: psycopg.Connection[Any], names: Iterable[str]) -> None:
    for name in names:
        lock = server.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if lock.fetchone() == (True,):
            _drop(server, name)
            server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
