"""The migrated database that every worker's test database is a copy of.

Applying all migrations takes a hundred times as long as copying what they lead to, so they are applied once,
and the outcome is kept under a fingerprint of everything that decides on it: after a change of a migration,
of a package or of the code that a migration imports, it is never asked for again. What `post_migrate` puts
in (rights, fences, first categories) is not in it: Django migrates every copy, and does that there.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import grimp
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from houqin.database.folders import CLONE
from tests.kept_databases import kept_database

ALIASES = ("default", "owner")
# They decide on which migrations are found and as whom they are applied, and no migration imports them.
BESIDE_THE_MIGRATIONS = (
    "houqin.settings",
    "houqin.database.migrating",
    "houqin.database.roles",
    "houqin.database.routing",
    "tests.migrated",
)
# PostgreSQL cuts off what is longer than 63; a fingerprint and what stands between take 23.
LONGEST_NAME = 40


def migrated_template() -> AbstractContextManager[str]:
    """The name of the database with the present migrations, made when missing and kept inside the block."""
    family = f"template_{connections['owner'].settings_dict['NAME']}"[:LONGEST_NAME]
    return kept_database(family, fingerprint(sources(), versions()), _migrate)


def fingerprint(sources: Mapping[str, bytes], versions: Iterable[tuple[str, str]]) -> str:
    """16 hex digits that change with every name, every byte and every version."""
    digest = hashlib.sha256()
    for name, content in sorted(sources.items()):
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    for name, version in sorted(versions):
        digest.update(f"{name}=={version}\n".encode())
    return digest.hexdigest()[:16]


def versions() -> set[tuple[str, str]]:
    """Python and every installed package."""
    return {("python", platform.python_version()), *((each.name, each.version) for each in distributions())}


def sources() -> dict[str, bytes]:
    """What decides on the outcome, by the module's name: the migrations of all apps and what they read."""
    found = {module: _file(module).read_bytes() for module in read_by_migrations()}
    for migration in MigrationLoader(None).disk_migrations.values():
        module = migration.__module__
        found[module] = Path(str(import_module(module).__file__)).read_bytes()
    return found


def read_by_migrations() -> set[str]:
    """The house's own modules that its migrations import, however far, and the packages that these lie in."""
    graph = grimp.build_graph("calendar_plans", "houqin", exclude_type_checking_imports=True, cache_dir=None)
    migrations = {name for name in graph.modules if ".migrations." in name}
    found = migrations.union(*(graph.find_upstream_modules(each) for each in migrations))
    return {*_with_packages(found), *BESIDE_THE_MIGRATIONS}


def _with_packages(modules: Iterable[str]) -> Iterator[str]:
    for module in modules:
        parts = module.split(".")
        yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _file(module: str) -> Path:
    path = CLONE / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _migrate(database: str) -> None:
    with _pointed_at(database) as connection:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


@contextmanager
def _pointed_at(database: str) -> Iterator[Any]:
    """Let both aliases mean `database`: a migration that ignores its alias must not reach the real one."""
    before = {alias: connections[alias] for alias in ALIASES}
    there = before["owner"].copy()
    there.settings_dict["NAME"] = database
    for alias in ALIASES:
        connections[alias] = there
    try:
        yield there
    finally:
        there.close()
        for alias, each in before.items():
            connections[alias] = each
