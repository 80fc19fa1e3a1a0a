"""What every test stands on: the app role on a real PostgreSQL, and a cast of people."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from houqin.documents import availability
from houqin.remembering import keep_nothing
from houqin.starting import system_libraries
from tests.browsers import chromium, served  # noqa: F401 - fixtures
from tests.emptying import Beginning
from tests.migrated import migrated_template

BOTH_ROLES = ("default", "owner")

_folders = count(1)

# Playwright keeps an event loop running beside the tests of its process.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# No test is timed: a busy machine makes examples slowly and is no reason to fail.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every database test name both aliases: the owner makes the database that the app role uses.

    Browsers come last: their driver keeps an event loop in the thread, in which no test can run its own.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and "databases" not in marker.kwargs:
            named = pytest.mark.django_db(*marker.args, **marker.kwargs, databases=BOTH_ROLES)
            item.add_marker(named, append=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> Iterator[None]:
    """Copy every worker's database from one that the migrations were applied to once.

    Nobody waits for the disk at a commit: a power cut may have the test database.
    """
    for alias in ("default", "owner"):
        connections[alias].settings_dict["OPTIONS"]["options"] = "-c synchronous_commit=off"
    with ExitStack() as held:
        with django_db_blocker.unblock():
            template = held.enter_context(migrated_template())
        connections["owner"].settings_dict["TEST"]["TEMPLATE"] = template
        yield


@pytest.fixture(autouse=True)
def _no_detour_to_https(request: pytest.FixtureRequest) -> None:
    """The test client speaks plain http; that browsers are sent to https is a setting of its own."""
    request.getfixturevalue("settings").SECURE_SSL_REDIRECT = False


@pytest.fixture(autouse=True)
def _static_files_are_looked_for_when_asked(request: pytest.FixtureRequest) -> None:
    """Every test client makes the middleware anew, and WhiteNoise would first look at all files each time."""
    request.getfixturevalue("settings").WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _files_of_their_own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every test keeps uploaded and printed files in folders of its own, made when something is stored."""
    folder = tmp_path_factory.getbasetemp() / f"files-{next(_folders)}"
    settings = request.getfixturevalue("settings")
    settings.MEDIA_ROOT, settings.PRINTS_DIR = folder, folder.with_name(f"{folder.name}-printed")


@pytest.fixture(autouse=True)
def _keep_nothing_between_tests() -> None:
    """What a process keeps for its next request would make the queries of a test hang on the test before."""
    keep_nothing()


@pytest.fixture(autouse=True)
def _never_the_real_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """A migration that ignores its alias writes to the real database; a test must never reach one.

    Django wraps no mirror in a transaction, so for a test that is rolled back `default` stops being one. A
    transactional test keeps the mirror, because only the owner may empty the tables.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        yield
        return
    for alias in BOTH_ROLES:
        assert connections[alias].settings_dict["NAME"].startswith("test_")
    is_transactional = bool(marker.kwargs.get("transaction", marker.args[:1] == (True,)))
    connections["default"].settings_dict["TEST"]["MIRROR"] = "owner" if is_transactional else None
    yield
    connections["default"].settings_dict["TEST"]["MIRROR"] = "owner"


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files and folders that were forced to the disk (fsync), in that order; each still is."""
    real = os.fsync
    forced: list[Path] = []

    def note(descriptor: int) -> None:
        forced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return forced


@pytest.fixture
def without_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nobody has installed what it takes to print."""
    monkeypatch.setattr(system_libraries, "LIBRARIES", ["libpango-that-nobody-installed.so.0"])
    monkeypatch.setattr(availability, "_present", False)


@pytest.fixture(scope="session")
def _beginning(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After a test that committed, put the database back into the state in which the tests began."""
    beginning = Beginning()
    with django_db_blocker.unblock():
        beginning.note()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: beginning.restore())
        yield


@pytest.fixture(scope="session", autouse=True)
def _let_the_database_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no session behind when the owner drops the test database, which nobody may be using.

    A connection belongs to its thread and, while Playwright's loop runs there, to the loop's own context:
    what was opened in it is out of reach when the loop has ended. So every connection is noted when it is
    made. A live server's threads close theirs with each request, because the browser keeps its line open.
    """
    if not any(item.get_closest_marker("django_db") for item in request.session.items):
        yield
        return
    opened: weakref.WeakSet[Any] = weakref.WeakSet()

    def note(connection: Any, **kwargs: Any) -> None:
        opened.add(connection)

    connection_created.connect(note)
    # Before the first test begins its transaction: what is read in that stays locked until it ends, and the
    # other role would wait for it in vain.
    request.getfixturevalue("_beginning")
    blocker = request.getfixturevalue("django_db_blocker")
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    yield
    connection_created.disconnect(note)
    with blocker.unblock():
        for each in list(opened):
            if each.connection is not None:
                each.connection.close()
