"""Every worker's database is a copy of a migrated one; a copy of any other is impossible."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from houqin.database.folders import CLONE
from tests.kept_databases import kept, kept_database
from tests.migrated import fingerprint, read_by_migrations, sources, versions

# Nobody else on the server makes these.
FAMILY = f"template_of_test_{os.getpid()}"
OLD, NEW = "0" * 16, "1" * 16

MIGRATIONS = sorted(CLONE.glob("*/migrations/0*.py"))


@pytest.mark.django_db
def test_a_workers_database_has_the_migrations_of_this_code_and_no_others() -> None:
    applied = MigrationRecorder(connections["owner"]).applied_migrations()

    assert set(applied) == set(MigrationLoader(None).disk_migrations)


def test_the_same_code_has_the_same_fingerprint() -> None:
    assert fingerprint(sources(), versions()) == fingerprint(sources(), versions())


def test_another_byte_anywhere_another_name_or_another_version_is_another_fingerprint() -> None:
    code, packages = sources(), versions()
    changed = [code | {name: content + b"\n"} for name, content in code.items()]
    first, *others = code
    renamed = {("renamed" if name == first else name): content for name, content in code.items()}
    fewer = {name: code[name] for name in others}
    updated = {(name, f"{version}.1") for name, version in packages}

    found = [fingerprint(each, packages) for each in (code, *changed, renamed, fewer)]
    found.append(fingerprint(code, updated))

    assert len(set(found)) == len(found) == len(code) + 4


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}/{path.stem[:4]}")
def test_a_migration_and_what_it_imports_of_the_house_is_in_the_fingerprint(migration: Path) -> None:
    own = ".".join(migration.relative_to(CLONE).with_suffix("").parts)

    assert {own, *_imported(migration)} - set(sources()) == set()


def test_code_that_no_migration_reads_is_not_in_the_fingerprint() -> None:
    assert {
        each for each in read_by_migrations() if each.endswith((".services", ".views", ".forms"))
    } == set()


def _imported(file: Path) -> Iterator[str]:
    """The modules of the house in the import statements of `file`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names] + [str(node.module)]
        else:
            continue
        for name in names:
            path = CLONE / Path(*name.split("."))
            if path.with_suffix(".py").exists() or (path / "__init__.py").exists():
                yield name


# -- keeping it ------------------------------------------------------------------------------------------


@pytest.fixture
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[psycopg.Connection[Any]]:
    """A line to the server on which, before and after, nothing of the family is kept."""
    with django_db_blocker.unblock():
        parameters = connections["owner"].get_connection_params() | {"dbname": "postgres"}
    parameters.pop("cursor_factory")
    with psycopg.connect(**parameters, autocommit=True) as line:
        _clear(line)
        yield line
        _clear(line)


def _clear(line: psycopg.Connection[Any]) -> None:
    for name in (*kept(line, FAMILY), f"{FAMILY}_draft"):
        line.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _fail(database: str) -> None:
    raise RuntimeError(f"{database} is interrupted")


def test_a_kept_database_is_made_once_and_found_again(server: psycopg.Connection[Any]) -> None:
    made: list[str] = []

    for _ in range(2):
        with kept_database(FAMILY, NEW, made.append) as name:
            assert kept(server, FAMILY) == {name} == {f"{FAMILY}_{NEW}"}

    assert made == [f"{FAMILY}_draft"]


def test_two_that_ask_at_once_make_one(server: psycopg.Connection[Any]) -> None:
    made: list[str] = []
    both = Barrier(2, timeout=30)

    def ask() -> str:
        both.wait()
        with kept_database(FAMILY, NEW, made.append) as name:
            both.wait()
            return name

    with ThreadPoolExecutor(2) as pool:
        names = [each.result(60) for each in [pool.submit(ask), pool.submit(ask)]]

    assert names == [f"{FAMILY}_{NEW}"] * 2
    assert made == [f"{FAMILY}_draft"]


def test_one_whose_making_was_interrupted_is_never_found(server: psycopg.Connection[Any]) -> None:
    made: list[str] = []
    with pytest.raises(RuntimeError, match="is interrupted"), kept_database(FAMILY, NEW, _fail):
        pytest.fail("an unfinished database was given out")
    assert kept(server, FAMILY) == set()

    with kept_database(FAMILY, NEW, made.append):
        assert made == [f"{FAMILY}_draft"]


def test_one_of_other_code_goes_as_soon_as_nobody_holds_it(server: psycopg.Connection[Any]) -> None:
    made: list[str] = []
    with kept_database(FAMILY, OLD, made.append) as old, kept_database(FAMILY, NEW, made.append) as new:
        assert kept(server, FAMILY) == {old, new}

    with kept_database(FAMILY, NEW, made.append):
        assert kept(server, FAMILY) == {new}
