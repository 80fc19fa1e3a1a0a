"""A small school with a backup, made once for a file of tests; and copies of it that a test may spoil."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from houqin.backups.contents import contents_of
from houqin.backups.folder import MANIFEST
from houqin.backups.making import Made
from houqin.backups.restoring import restore
from houqin.backups.server import Server
from houqin.backups.swapping import Site
from tests.backups.factories import FILL, backed_up, carried, copy_of, own_database, site_of
from tests.program import Place


@dataclass(frozen=True)
class Proof:
    """A school that has moved on since the backup in `folder` was made."""

    place: Place
    site: Site
    folder: Path
    known: set[tuple[str, str]]

    def restore(self, folder: Path | None = None) -> dict[str, Any]:
        return restore(
            self.site, folder or self.folder, known=self.known, environ=self.place.environ, tell=str
        )

    def people(self) -> list[str]:
        return [str(name) for name in asked(self.site.server, "SELECT name FROM houqin_user ORDER BY name")]


def asked(server: Server, query: str) -> list[Any]:
    """The first column of what `query` finds."""
    with server.connect() as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def everything(server: Server) -> dict[str, Any]:
    """All that must be equal in a faithful copy: rows, sums, and what stands around them."""
    with server.connect() as connection:
        return contents_of(connection)


@pytest.fixture(scope="module")
def school(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Made]]:
    """A school of one person with a plan and a photo, and its backup."""
    name = f"{own_database()}_school"
    with copy_of(own_database(), name, tmp_path_factory.mktemp("school")) as place:
        place.run("-c", FILL)
        yield place, backed_up(place)


@pytest.fixture
def proof(school: tuple[Place, Made], tmp_path: Path) -> Iterator[Proof]:
    """A copy of it that has moved on: another name, another file."""
    first, made = school
    shutil.copytree(first.folder / "media", tmp_path / "media")
    folder = carried(made, tmp_path / "backups")
    with copy_of(site_of(first).server.database, f"{own_database()}_case", tmp_path) as place:
        site = site_of(place)
        with site.server.connect() as connection:
            connection.execute("UPDATE houqin_user SET name = '后来改的'")
        (site.media / "later").mkdir()
        (site.media / "later" / "file").write_bytes(b"later")
        manifest = json.loads((folder / MANIFEST).read_bytes())
        yield Proof(place, site, folder, {(app, name) for app, name in manifest["migrations"]})
