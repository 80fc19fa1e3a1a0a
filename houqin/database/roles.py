"""The two database roles and the school's database, as the server's superuser makes them.

`houqin_owner` owns the tables and runs migrations; `houqin_app` is the program. What `houqin_app` may do
with each table is decided after every migration (see guards.py); here is only who exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

OWNER = "houqin_owner"
APP = "houqin_app"


@dataclass(frozen=True)
class Passwords:
    """The passwords of the two roles."""

    owner: str
    app: str


def prepare_roles(connection: psycopg.Connection, passwords: Passwords) -> None:
    """Make both roles, or set the existing ones right again. Safe to repeat.

    Needs an autocommit connection of a superuser. The owner may create databases, because the tests make
    theirs; neither role may pass row security, create roles or act as the other.
    """
    rights = {
        OWNER: ("CREATEDB", passwords.owner),
        APP: ("NOCREATEDB", passwords.app),
    }
    for role, (may_create, password) in rights.items():
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        connection.execute(
            sql.SQL(
                "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {may_create} "
                "PASSWORD {password}"
            ).format(
                verb=sql.SQL("ALTER" if exists else "CREATE"),
                role=sql.Identifier(role),
                may_create=sql.SQL(may_create),
                password=sql.Literal(password),
            )
        )


def prepare_database(connection: psycopg.Connection, name: str) -> None:
    """Create the database `name` for the owner unless it exists, open to no one but the two roles.

    Needs an autocommit connection of a superuser. The owner's ownership is what lets a migration create the
    trusted extensions (pg_trgm, btree_gist).
    """
    database, owner, app = sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(APP)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, app))
