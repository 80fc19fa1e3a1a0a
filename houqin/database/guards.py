"""What the owner installs after every migration: the app role's grants and the audit's fences.

Run once per `migrate` (and per test flush), after the last app, computed from the model registry. Every
reinstall of a trigger resets its function, so this always does all of it; a test reads the result back.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models, transaction
from psycopg import sql

from houqin.ledger import AppendOnly, ClosedPeriod, Kept

APP_ROLE = "houqin_app"
ALL_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"

# pgtrigger asks this function before every trigger, and as delivered it obeys a setting that any role may
# set: `SET pgtrigger.ignore` would switch the audit off.
NEVER_IGNORE = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT false $$
"""

# As its owner the trigger function may insert into the event tables, on which the app role has no INSERT.
# The fixed search path keeps a temporary table of the same name from catching the row.
AUDIT_AS_OWNER = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pgtrigger\\_%'
"""


def install_after_last_app(
    sender: AppConfig, app_config: AppConfig | None = None, using: str = "owner", **kwargs: Any
) -> None:
    """Receiver of `post_migrate`: install the guards when the last app has been migrated by the owner."""
    # Django announces only apps that have models.
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.name == last.name and using == "owner":
        install(using)


def install(using: str = "owner") -> None:
    """Install the grants of the app role and the fences of the audit on the database `using`.

    All at once: a program that runs meanwhile never meets the moment between taking rights and giving them.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {row[0] for row in cursor.fetchall()}
        role = sql.Identifier(APP_ROLE)
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role))
        for rights, group in _rights(tables).items():
            if group:
                names = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(group))
                cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), names, role))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(role))
        cursor.execute(NEVER_IGNORE)
        cursor.execute(AUDIT_AS_OWNER)
        for (signature,) in cursor.fetchall():
            cursor.execute(
                sql.SQL("ALTER FUNCTION {} SECURITY DEFINER SET search_path = public, pg_temp").format(
                    sql.SQL(signature)
                )
            )


def _rights(tables: set[str]) -> dict[str, set[str]]:
    """Which tables the app role may only read, only add to, add to and change, or fully use."""
    read_only = read_only_tables() & tables
    append_only = append_only_tables() & tables
    kept = kept_tables() & tables
    return {
        "SELECT": read_only,
        "SELECT, INSERT": append_only,
        "SELECT, INSERT, UPDATE": kept,
        ALL_RIGHTS: tables - read_only - append_only - kept,
    }


def read_only_tables() -> set[str]:
    """Event tables, which only triggers fill, and the bookkeeping of Django itself."""
    events = {m._meta.db_table for m in apps.get_models() if hasattr(m, "pgh_tracked_model")}
    return events | {"django_migrations", "django_content_type", "auth_permission"}


def append_only_tables() -> set[str]:
    """What is history as soon as it is written, the ledgers above all, and their closings."""
    return {m._meta.db_table for m in apps.get_models() if issubclass(m, (AppendOnly, ClosedPeriod))}


def kept_tables() -> set[str]:
    """What changes on its way but stays for good."""
    return {m._meta.db_table for m in apps.get_models() if issubclass(m, Kept)}


def tracked_models() -> list[type[models.Model]]:
    """Every model whose rows the audit follows."""
    return [m.pgh_tracked_model for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
