"""What the program's own database role cannot do, tried in raw SQL; promise L6."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from houqin.actors import Actor, System
from houqin.database.guards import APP_ROLE, read_only_tables, tracked_models
from houqin.ledger import AppendOnly, ClosedPeriod, Kept
from houqin.people.models import Department
from houqin.writing import write
from tests.factories import department

pytestmark = pytest.mark.django_db

OFFICE = System("测试")
# A function of PostgreSQL's own that drops rows.
SILENT = "suppress_redundant_updates_trigger()"
FORBIDDEN = ("permission denied", "must be owner", "must be superuser")

EVENT_TABLES = sorted(m._meta.db_table for m in apps.get_models() if hasattr(m, "pgh_tracked_model"))
HISTORY_TABLES = sorted(
    m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly | ClosedPeriod)
)
KEPT_TABLES = sorted(m._meta.db_table for m in apps.get_models() if issubclass(m, Kept))


def answer_to(statement: str, *arguments: Any) -> str:
    """The database's words when it refuses `statement` to the app role; empty when it obeys."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, arguments)
    except DatabaseError as error:
        return str(error)
    return ""


def is_refused(statement: str, *arguments: Any) -> bool:
    answer = answer_to(statement, *arguments)
    return any(words in answer for words in FORBIDDEN)


def one(query: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchone()[0]


def rename(*, department: Department, name: str, by: Actor) -> Department:
    department.name = name
    department.save()
    return department


def test_the_program_runs_as_the_app_role_and_owns_nothing() -> None:
    assert (one("SELECT current_user"), one("SELECT session_user")) == (APP_ROLE, APP_ROLE)
    assert one("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    assert (
        one("SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        is False
    )
    assert one("SELECT pg_has_role(current_user, 'houqin_owner', 'MEMBER')") is False


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_l6_the_audit_is_read_and_nothing_else(table: str) -> None:
    assert [
        statement
        for statement in (
            f"UPDATE {table} SET pgh_label = 'x'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"INSERT INTO {table} SELECT * FROM {table}",
            f"COPY {table} FROM STDIN",
            f"ALTER TABLE {table} ADD COLUMN x int",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table}",
        )
        if not is_refused(statement)
    ] == []
    assert answer_to(f"SELECT * FROM {table} LIMIT 1") == ""


@pytest.mark.parametrize("table", HISTORY_TABLES)
def test_l6_history_is_added_to_and_nothing_else(table: str) -> None:
    assert [
        statement
        for statement in (
            f"UPDATE {table} SET version = 9",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"SELECT * FROM {table} FOR UPDATE",
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET version = 9",
            f"ALTER TABLE {table} DROP COLUMN version",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table}",
        )
        if not is_refused(statement)
    ] == []
    assert one("SELECT has_table_privilege(%s, 'INSERT')", table) is True


@pytest.mark.parametrize("table", KEPT_TABLES)
def test_l6_what_is_kept_is_added_to_and_changed_and_never_deleted(table: str) -> None:
    assert [
        statement
        for statement in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"ALTER TABLE {table} DROP COLUMN version",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table}",
        )
        if not is_refused(statement)
    ] == []
    assert {
        right: one("SELECT has_table_privilege(%s, %s)", table, right)
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    } == {"SELECT": True, "INSERT": True, "UPDATE": True, "DELETE": False, "TRUNCATE": False}


@pytest.mark.parametrize("model", [pytest.param(model, id=model.__name__) for model in tracked_models()])
def test_l6_the_audit_of_a_table_is_not_switched_off(model: Any) -> None:
    table = model._meta.db_table
    assert [
        statement
        for statement in (
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
            f"ALTER TABLE {table} RENAME TO hidden",
            f"DROP TABLE {table}",
            f"TRUNCATE {table}",
            f"CREATE TRIGGER silent BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {SILENT}",
            f"CREATE RULE silent AS ON UPDATE TO {table} DO INSTEAD NOTHING",
        )
        if not is_refused(statement)
    ] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = 'replica'",
        "SET LOCAL session_replication_role = 'replica'",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "CREATE TABLE public.mine (x int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        (
            "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(name) RETURNS bool"
            " LANGUAGE sql RETURN true"
        ),
        "DROP FUNCTION public._pgtrigger_should_ignore(name)",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION pg_trgm",
        f"CREATE EVENT TRIGGER silent ON ddl_command_end EXECUTE FUNCTION {SILENT}",
        "SET ROLE houqin_owner",
        "SET SESSION AUTHORIZATION houqin_owner",
        "ALTER ROLE houqin_app SUPERUSER",
        "COPY houqin_user TO PROGRAM 'cat'",
        "COPY houqin_user TO '/tmp/people'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "UPDATE django_migrations SET applied = now()",
        "DELETE FROM django_content_type",
    ],
)
def test_l6_the_program_has_no_way_around(statement: str) -> None:
    answer = answer_to(statement)
    assert answer != "", "the database obeyed"
    privileges = one("SELECT has_schema_privilege('public', 'CREATE')")
    assert (privileges, one("SELECT current_user")) == (False, APP_ROLE)


def test_l6_granting_oneself_more_changes_nothing() -> None:
    before = one("SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = current_user")
    answer_to("GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO houqin_app")
    assert (
        one("SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = current_user")
        == before
    )


# Ineffective tricks: the database obeys, and the audit still sees


@pytest.fixture
def row() -> Department:
    """A department whose change of name must stand in the audit."""
    return department(name="旧名")


def told_of(row: Department) -> list[tuple[str, str]]:
    """What the audit knows of a department's name."""
    return list(row.events.order_by("pgh_id").values_list("pgh_label", "name"))


BOTH_NAMES = [("insert", "旧名"), ("update", "新名")]


def rename_by(*preparations: str, row: Department) -> None:
    with connection.cursor() as cursor:
        for statement in preparations:
            cursor.execute(statement)
        cursor.execute(
            "UPDATE public.houqin_department SET name = '新名', version = 2 WHERE id = %s", [row.pk]
        )
        # What stands in the way of the audit would also stand in the way of reading it.
        cursor.execute("DROP TABLE IF EXISTS pg_temp.houqin_departmentevent")
        cursor.execute("SET LOCAL search_path TO DEFAULT")


def test_l6_the_switch_that_pgtrigger_ships_is_dead(row: Department) -> None:
    names = one(
        "SELECT array_agg(tgname::text) FROM pg_trigger "
        "WHERE tgrelid = 'houqin_department'::regclass AND NOT tgisinternal"
    )
    everything = ",".join(f"public.houqin_department:{name}" for name in names)
    rename_by(f"SET LOCAL pgtrigger.ignore = '{{{everything}}}'", row=row)
    assert told_of(row) == BOTH_NAMES


def test_l6_a_temporary_table_does_not_catch_the_row(row: Department) -> None:
    table = Department.events.rel.related_model._meta.db_table  # type: ignore[attr-defined]
    rename_by(
        f"CREATE TEMPORARY TABLE {table} (LIKE public.{table}) ON COMMIT DROP",
        "SET LOCAL search_path = pg_temp, public",
        row=row,
    )
    assert told_of(row) == BOTH_NAMES


def test_l6_a_temporary_function_does_not_stand_in(row: Department) -> None:
    rename_by(
        "CREATE FUNCTION pg_temp._pgtrigger_should_ignore(name) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "SET LOCAL search_path = pg_temp, public",
        row=row,
    )
    assert told_of(row) == BOTH_NAMES


def test_l6_constraints_that_wait_do_not_hold_the_audit_back(row: Department) -> None:
    rename_by("SET CONSTRAINTS ALL DEFERRED", row=row)
    assert told_of(row) == BOTH_NAMES


def test_l6_a_false_signature_still_leaves_an_event(row: Department) -> None:
    rename_by("SET LOCAL pghistory.context_metadata = ''", row=row)
    assert told_of(row) == BOTH_NAMES


# Installed as written, and again after everything that resets it


def fences() -> dict[str, Any]:
    """What the guards installed, read back from the catalogue."""
    functions = """
        SELECT count(*) FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid
        WHERE p.proname LIKE 'pgtrigger\\_%%' AND NOT (
            p.prosecdef AND p.proconfig @> ARRAY['search_path=public, pg_temp']
            AND pg_get_userbyid(p.proowner) = 'houqin_owner')
    """
    ignoring = "SELECT public._pgtrigger_should_ignore('houqin_department'::name)"
    off = "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'"
    unknown = """
        SELECT count(*) FROM pg_proc p WHERE p.prosecdef AND p.proname NOT LIKE 'pgtrigger\\_%%'
        AND p.pronamespace = 'public'::regnamespace
    """
    return {
        "open trigger functions": one(functions),
        "ignores": one(ignoring),
        "switched off": one(off),
        "other functions with the owner's rights": one(unknown),
        "writable history": [
            table
            for table in sorted(read_only_tables())
            if one("SELECT has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE')", table)
        ],
    }


SHUT = {
    "open trigger functions": 0,
    "ignores": False,
    "switched off": 0,
    "other functions with the owner's rights": 0,
    "writable history": [],
}


def test_the_fences_stand() -> None:
    assert fences() == SHUT


@pytest.mark.django_db(transaction=True)
def test_the_fences_stand_after_the_tables_were_emptied() -> None:
    call_command("flush", interactive=False, database="owner", verbosity=0)
    assert fences() == SHUT


@pytest.mark.django_db(transaction=True)
def test_the_fences_stand_after_another_migrate_and_a_reinstall_of_the_triggers() -> None:
    call_command("pgtrigger", "install", database="owner", verbosity=0)
    call_command("migrate", database="owner", verbosity=0)
    assert fences() == SHUT


def test_every_tracked_table_has_its_three_audit_triggers() -> None:
    counted = {
        model.__name__: one(
            "SELECT count(*) FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND tgname ~ '_(insert|update|delete)_'",
            model._meta.db_table,
        )
        for model in tracked_models()
    }
    assert counted == dict.fromkeys(counted, 3)


def test_trigger_functions_are_nobodys_to_call() -> None:
    """A SECURITY DEFINER function that could be called with rows of one's own would be a way in."""
    assert (
        one(
            "SELECT count(*) FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace "
            "AND p.prorettype <> 'trigger'::regtype"
        )
        == 0
    )


def test_a_write_under_these_fences_works() -> None:
    made = write(rename, by=OFFICE, department=department(), name="新名")
    assert made.events.latest("pgh_id").name == "新名"
