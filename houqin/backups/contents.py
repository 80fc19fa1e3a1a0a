"""What a database holds, as figures that are equal in a faithful copy and in no other.

Every table with the number of its rows and a sum over them that no order of rows changes; and everything
around the rows: columns, constraints, indexes, triggers and whether they are on, functions, who may do what,
where sequences stand, which extensions there are.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import psycopg
from psycopg import sql

# Who is logged in is no part of a backup: a stolen copy must open no session, a restored school logs in anew.
UNKEPT_ROWS = ("public.django_session",)

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2
"""
# Two halves of MD5 added up as numbers: the same on every version of the server, unlike its hash functions.
SUM = """
SELECT count(*), coalesce(sum(('x' || substr(h, 1, 16))::bit(64)::bigint::numeric), 0)::text,
    coalesce(sum(('x' || substr(h, 17))::bit(64)::bigint::numeric), 0)::text
FROM (SELECT md5(t::text) AS h FROM {table} t) rows
"""
# The server writes the same condition with other casts and brackets after it was read in again.
CASTS = re.compile(r"::[a-z ]+(\(\d+\))?(\[\])?|[()\s]")
# Rights are compared as they work: an owner's rights that were never granted mean the same as granted ones.
AROUND = """
WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'),
owned AS (
    SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid IN ('pg_proc'::regclass, 'pg_class'::regclass)
)
SELECT 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod),
    concat_ws(' ', attnotnull, attgenerated, attidentity, pg_get_expr(adbin, adrelid))
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN ours ON ours.oid = c.relnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND c.relkind IN ('r', 'p', 'v')
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(c.oid), ''
    FROM pg_constraint c JOIN ours ON ours.oid = connamespace WHERE contype <> 'n'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '' FROM pg_indexes JOIN ours ON nspname = schemaname
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid), tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN ours ON ours.oid = c.relnamespace
    WHERE NOT tgisinternal
UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_userbyid(proowner),
    pg_get_functiondef(p.oid), ''
    FROM pg_proc p JOIN ours ON ours.oid = pronamespace
    WHERE prokind IN ('f', 'p') AND p.oid NOT IN (SELECT objid FROM owned)
UNION ALL SELECT 'may', c.oid::regclass::text, relkind::text, grantee::regrole::text, privilege_type
    FROM pg_class c JOIN ours ON ours.oid = relnamespace,
    aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)))
    WHERE relkind IN ('r', 'p', 'S', 'v')
UNION ALL SELECT 'may call', p.oid::regprocedure::text, '', grantee::regrole::text, privilege_type
    FROM pg_proc p JOIN ours ON ours.oid = pronamespace,
    aclexplode(coalesce(proacl, acldefault('f', proowner)))
    WHERE p.oid NOT IN (SELECT objid FROM owned)
UNION ALL SELECT 'sequence', schemaname, sequencename, coalesce(last_value::text, 'unused'), ''
    FROM pg_sequences JOIN ours ON nspname = schemaname
UNION ALL SELECT 'extension', extname, '', '', '' FROM pg_extension
"""


def contents_of(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """The figures of the database of `connection`, which sees one moment if its isolation says so.

    `tables` is name → [rows, sum]; `around` is kind → sum, so that a difference says where to look.
    """
    connection.execute("SET LOCAL timezone = 'UTC'")
    connection.execute("SET LOCAL datestyle = 'ISO'")
    connection.execute("SET LOCAL search_path = ''")
    tables = {}
    for schema, name in connection.execute(TABLES).fetchall():
        if f"{schema}.{name}" not in UNKEPT_ROWS:
            query = sql.SQL(SUM).format(table=sql.Identifier(schema, name))
            rows, first, second = connection.execute(query).fetchone() or (0, "0", "0")
            tables[f"{schema}.{name}"] = [rows, f"{first}/{second}"]
    around: dict[str, list[str]] = {}
    for kind, *words in connection.execute(AROUND).fetchall():
        around.setdefault(kind, []).append(CASTS.sub("", "\x1f".join(words)))
    summed = {kind: _digest(lines) for kind, lines in sorted(around.items())}
    return {"tables": tables, "around": summed}


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Where two databases differ: names of tables, and of kinds of things around them; none when equal."""
    return [
        name
        for part in ("tables", "around")
        for name in sorted(expected[part].keys() | found[part].keys())
        if expected[part].get(name) != found[part].get(name)
    ]


def rows_in(contents: dict[str, Any]) -> int:
    """How many rows all tables hold together."""
    return sum(rows for rows, _ in contents["tables"].values())


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\x1e".join(sorted(lines)).encode()).hexdigest()
