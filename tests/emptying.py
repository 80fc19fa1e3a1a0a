"""The database after a test that committed: as it was when the worker's tests began.

Django's flush truncates every table and has everything that follows a migration done again, which takes as
long as hundreds of tests. Nearly always a few rows in a few tables are all that is to be taken away. When
anything else is not as in the beginning, a row that was there or a fence of the database, Django's flush
does it, and that is the beginning from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

# Those that had a row since they were made or truncated: to look into all of them takes longer than a test.
TOUCHED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
ORDER BY relname
"""
ROWS = "SELECT md5(coalesce(string_agg(each::text, ' ' ORDER BY each::text), '')) FROM {} each"
# Who may do what with the tables, which triggers are on, and what their functions are.
FENCES = """
SELECT md5(
    (SELECT string_agg(concat_ws(' ', relname, relacl), ' ' ORDER BY relname)
     FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    || (SELECT string_agg(concat_ws(' ', tgrelid, tgname, tgenabled), ' ' ORDER BY tgrelid, tgname)
        FROM pg_trigger WHERE NOT tgisinternal)
    || (SELECT string_agg(concat_ws(' ', oid, prosecdef, proconfig, proacl, prosrc), ' ' ORDER BY oid)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
)
"""


@dataclass
class Beginning:
    """What stands in the tables that are not empty when the tests begin, and how the database is fenced."""

    rows: dict[str, str] = field(default_factory=dict)
    fences: str = ""

    def note(self) -> None:
        """Take the database as it is now for the beginning."""
        with connections["owner"].cursor() as cursor:
            self.rows = {table: _rows(cursor, table) for table in _filled(cursor)}
            self.fences = _fences(cursor)

    def restore(self) -> None:
        """Make the database so again; no other connection may be in a transaction."""
        with connections["owner"].cursor() as cursor:
            added = _filled(cursor) - set(self.rows)
            changed = [table for table, rows in self.rows.items() if _rows(cursor, table) != rows]
            is_fenced = _fences(cursor) == self.fences
        if changed or not is_fenced:
            call_command("flush", verbosity=0, interactive=False, database="owner", reset_sequences=False)
            self.note()
        elif added:
            _empty(added)


def _filled(cursor: Any) -> set[str]:
    """The tables with any row."""
    cursor.execute(TOUCHED)
    question = sql.SQL("SELECT {name} WHERE EXISTS (SELECT 1 FROM {table})")
    asked = [
        question.format(name=sql.Literal(table), table=sql.Identifier(table))
        for (table,) in cursor.fetchall()
    ]
    if not asked:
        return set()
    cursor.execute(sql.SQL(" UNION ALL ").join(asked))
    return {table for (table,) in cursor.fetchall()}


def _rows(cursor: Any, table: str) -> str:
    cursor.execute(sql.SQL(ROWS).format(sql.Identifier(table)))
    return str(cursor.fetchone()[0])


def _fences(cursor: Any) -> str:
    cursor.execute(FENCES)
    return str(cursor.fetchone()[0])


def _empty(tables: set[str]) -> None:
    """Delete all rows past the triggers that keep history; the references between tables still hold.

    Against the alphabet, because one reference of the job queue's is not deferred: its defers come before
    its jobs.
    """
    names = [sql.Identifier(table) for table in sorted(tables, reverse=True)]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in (
            "ALTER TABLE {} DISABLE TRIGGER USER",
            "DELETE FROM {}",
            "SET CONSTRAINTS ALL IMMEDIATE",
            "ALTER TABLE {} ENABLE TRIGGER USER",
        ):
            each = [sql.SQL(statement).format(name) for name in names]
            cursor.execute(sql.SQL("; ").join(each))
