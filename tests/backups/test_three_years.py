"""F3 at the size of three years: backed up, brought back on a new machine, and the same to the last byte.

How long it took and how large it is are printed; they are no part of the promise on a busy machine.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from houqin.backups.folder import DUMP, manifest_of
from houqin.backups.restoring import restore
from houqin.backups.server import Server
from tests.backups.conftest import everything
from tests.backups.factories import backed_up, copy_of, new_machine, own_database, site_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

FILL = """
import django
django.setup()
from tests.backups import years
years.main()
"""
# By another road than the sums that a restoring compares by itself.
SUMS = """
SELECT (SELECT sum(score) FROM houqin_checkrun), (SELECT count(DISTINCT text) FROM houqin_logentry),
    (SELECT sum(length(pgh_context::text)) FROM houqin_checkanswerevent),
    (SELECT max(last) FROM houqin_numbercounter), (SELECT sum(size) FROM houqin_attachment)
"""

R = TypeVar("R")


def test_f3_three_years_come_back_as_they_were(
    django_db_setup: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with copy_of(own_database(), f"{own_database()}_years", tmp_path) as place:
        _, filled = timed(lambda: place.run("-c", FILL))
        school = site_of(place)
        made, backing = timed(lambda: backed_up(place))
        before = everything(school.server), summed(school.server), hashes_below(school.media)
        known = {(app, name) for app, name in manifest_of(made.folder)["migrations"]}
        with new_machine() as (site, _):
            _, restoring = timed(
                lambda: restore(site, made.folder, known=known, environ=place.environ, tell=str)
            )
            assert (everything(site.server), summed(site.server), hashes_below(site.media)) == before
        assert (made.files, made.lost) == (len(before[2]), [])
        figures = {
            "rows": f"{made.rows:,}",
            "database": mebibytes(size_of_database(school.server)),
            "backup": mebibytes(made.size),
            "of it the dump": mebibytes((made.folder / DUMP).stat().st_size),
            "files": f"{made.files:,}",
            "filled in": f"{filled:.0f} s",
            "backed up and proved in": f"{backing:.0f} s",
            "restored on a new machine in": f"{restoring:.0f} s",
        }
        with capsys.disabled():
            sys.stdout.write("".join(f"\n{name}: {figure}" for name, figure in figures.items()) + "\n")


def timed(act: Callable[[], R]) -> tuple[R, float]:
    """What `act` answers, and the seconds that it took."""
    began = time.monotonic()
    return act(), time.monotonic() - began


def summed(server: Server) -> list[object]:
    with server.connect() as connection:
        return connection.execute(SUMS).fetchall()


def size_of_database(server: Server) -> int:
    with server.connect() as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return int(size)


def hashes_below(folder: Path) -> dict[str, str]:
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in folder.rglob("*")
        if each.is_file()
    }


def mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
