"""Sessions in the database, as Django keeps them; one statement reads a session and its owner.

Every request begins with both. Whose a session is stands signed inside it, so the first request of a session
reads it alone; from then on this process remembers the owner's key and asks for both at once. What is
remembered is only where to look: the account is used if the session that came with it names it, and both are
as they are in the database at that moment. Along with them come the versions of the tables from which this
process keeps something (`houqin.remembering`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection
from django.utils import timezone
from psycopg import sql

from houqin.database.prepared import prepared
from houqin.notifications.models import Notice
from houqin.people.models import MOST_UNREAD, RoleHolding, User
from houqin.people.roles import IMPLIED
from houqin.remembering import learn, version_of, watched
from houqin.search.columns import SearchColumn

ACCOUNT = "SELECT {account} FROM {users} account WHERE id = %s AND is_active"
SESSION_AND_ACCOUNT = """
SELECT session_data, {versions}, {account} FROM {sessions}
LEFT JOIN {users} account ON account.id = %s AND account.is_active
WHERE session_key = %s AND expire_date > %s
"""
ROLES = "ARRAY(SELECT role FROM {holdings} WHERE user_id = account.id AND ended_at IS NULL)"
# Read from the index of the unread ones, so it is never another number than the inbox shows.
UNREAD = """(SELECT count(*) FROM (
SELECT FROM {notices} WHERE recipient_id = account.id AND read_at IS NULL LIMIT {most}
) AS unread)"""

MOST_REMEMBERED = 10_000

_owners: dict[str, int] = {}
# The account that was read with the session of the request that this thread answers.
_came_along: ContextVar[User | None] = ContextVar("came_along", default=None)


class SessionStore(DatabaseSessions):
    """Django's own, but for the statement that reads a session."""

    def load(self) -> dict[str, Any]:
        key = str(self.session_key)
        statement = _statement(SESSION_AND_ACCOUNT, tables := watched())
        found = _first_answer(statement, [_owners.get(key), key, timezone.now()])
        _came_along.set(None)
        if found is None:
            _owners.pop(key, None)
            self._session_key = None
            return {}
        learn(dict(zip(tables, found[1], strict=True)))
        data: dict[str, Any] = self.decode(found[0])
        if SESSION_KEY in data:
            if len(_owners) >= MOST_REMEMBERED:
                _owners.clear()
            _owners[key] = int(data[SESSION_KEY])
            _came_along.set(_account(found[2:]))
        return data


def _first_answer(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The row that the first statement of a request finds.

    It proves as well as an empty one that the connection of the last request still lives, so Django's health
    check is taken as passed; if it does not live, another is made, as after a failed check.
    """
    line: Any = connection
    is_untried = not (line.connection is None or line.health_check_done)
    line.health_check_done = True
    try:
        return _answer(statement, values)
    except (OperationalError, InterfaceError):
        if not is_untried or connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _answer(statement, values)


def _answer(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    with prepared(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def reader(pk: int) -> User | None:
    """The account `pk` if it is in use, with its roles: the one that came with the session, or read now."""
    user = _came_along.get()
    _came_along.set(None)
    if user is None or user.pk != pk:
        with connection.cursor() as cursor:
            cursor.execute(_statement(ACCOUNT), [pk])
            user = _account(cursor.fetchone())
    return user


def _account(row: tuple[Any, ...] | None) -> User | None:
    """The record that `row` is, with its roles and unread notices; nothing for the empty half of a join."""
    if row is None or row[0] is None:
        return None
    *values, held, unread = row
    user: User = User.from_db(DEFAULT_DB_ALIAS, [field.attname for field in _fields()], values)
    user.roles = frozenset(held) | IMPLIED
    user.unread = unread
    return user


@cache
def _fields() -> tuple[Any, ...]:
    """All fields but the search's, the key first."""
    return tuple(field for field in User._meta.concrete_fields if not isinstance(field, SearchColumn))


@cache
def _statement(template: str, tables: tuple[str, ...] = ()) -> str:
    """`template` with its names, the columns of the account with its roles, the versions of `tables`."""
    models: dict[str, Any] = {
        "users": User,
        "holdings": RoleHolding,
        "sessions": SessionStore.get_model_class(),
        "notices": Notice,
    }
    names = {name: sql.Identifier(model._meta.db_table) for name, model in models.items()}
    columns: list[sql.Composable] = [sql.Identifier("account", field.column) for field in _fields()]
    counted = sql.SQL(UNREAD).format(most=sql.Literal(MOST_UNREAD), **names)
    account = sql.SQL(", ").join([*columns, sql.SQL(ROLES).format(**names), counted])
    asked = sql.SQL(f"ARRAY[{', '.join(version_of(table) for table in tables)}]::text[]")
    return sql.SQL(template).format(account=account, versions=asked, **names).as_string()
