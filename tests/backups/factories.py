"""Schools of their own on the test's server, which programs outside the test may use, and backups of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from django.db import connections
from psycopg import sql

from houqin.backups.making import Made, make_backup
from houqin.backups.server import MAINTENANCE, Server, renamed
from houqin.backups.swapping import Site
from houqin.database.embedded import EmbeddedPostgres
from tests.program import Place

WHEN = datetime(2026, 11, 27, 3, 50, tzinfo=ZoneInfo("Asia/Shanghai"))
CODE = "0" * 64
CANARY, PHONE = "金丝雀甲", "13712345678"

# Run inside the new school, because the test's own database must stay as the other tests expect it.
FILL = f"""
import django
django.setup()
from django.contrib.sessions.models import Session
from django.utils import timezone
from houqin.people.roles import Role
from houqin.school import School
from tests.attachments.factories import linked
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person
from tests.places.factories import room
School.objects.create(name="青溪镇中心小学")
worker = person(Role.REPAIR_WORKER, name={CANARY!r}, phone={PHONE!r}, department=department("总务处"))
link = linked(item(running_plan(), owner=worker), worker)
room()
Session.objects.create(session_key="kept-nowhere", session_data="x", expire_date=timezone.now())
print(link.attachment.public_id)
"""


def own_database() -> str:
    """The name of the database of this process's tests."""
    name = str(connections["owner"].settings_dict["NAME"])
    # Only where a test of the run is marked does pytest-django make one.
    assert name.startswith("test_")
    return name


@contextmanager
def copy_of(model: str, name: str, folder: Path) -> Iterator[Place]:
    """A copy of the database `model`, to which nobody may be connected, with `folder` for its data.

    It and all databases that were made beside it are gone afterwards.
    """
    connections.close_all()
    around = {
        **os.environ, "HOUQIN_DATA": str(folder), "HOUQIN_INSECURE_LAN": "1",
        "DJANGO_SETTINGS_MODULE": "houqin.settings",
        **{key: renamed(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")},
    }  # fmt: skip
    around.pop("HOUQIN_BACKUPS", None)
    server = Server(around["DATABASE_OWNER_URL"]).named(MAINTENANCE)
    with server.connect(autocommit=True) as connection:
        _drop_all(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(model))
        )
    try:
        yield Place(folder, around)
    finally:
        connections.close_all()
        with server.connect(autocommit=True) as connection:
            _drop_all(connection, name)


def _drop_all(connection: psycopg.Connection[tuple[str]], name: str) -> None:
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (found,) in connection.execute(query, [name]).fetchall():
        # Not WITH (FORCE): the owner may not end the server's own cleaning, which a plain drop waits for.
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(found)))


def site_of(place: Place) -> Site:
    """The school of `place`, as a restoring sees it."""
    return Site(Server(place.environ["DATABASE_OWNER_URL"]), place.folder)


@contextmanager
def new_machine() -> Iterator[tuple[Site, str]]:
    """A server of its own, made a moment ago, with an empty data folder; and the address of the app role."""
    data = Path("/var/tmp") / f"houqin-restored-{os.getpid()}"  # noqa: S108 - the database's account must enter
    server = EmbeddedPostgres(data)
    server.join()
    try:
        addresses = server.addresses()
        yield Site(Server(addresses.owner), data), addresses.app
    finally:
        server.leave()
        server.stop()
        shutil.rmtree(data)


def backed_up(place: Place, *, at: datetime = WHEN) -> Made:
    """A proved backup of the school in `place`."""
    site = site_of(place)
    return make_backup(
        site.server, media=site.media, place=place.folder / "backups", at=at, code=CODE, tell=str
    )


def carried(made: Made, folder: Path) -> Path:
    """The backup copied into `folder`."""
    return Path(shutil.copytree(made.folder, folder / made.folder.name))
