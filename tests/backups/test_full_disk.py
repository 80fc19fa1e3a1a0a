"""A disk that takes no more, before a backup or in the middle of its dump: said, and nothing half is left."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from houqin.backups.errors import BackupFailed
from houqin.backups.making import SMALLEST_ROOM
from houqin.backups.server import MAINTENANCE, Server
from tests.backups.conftest import Proof
from tests.backups.factories import WHEN, backed_up

pytestmark = pytest.mark.django_db(transaction=True)

KIB = 1024


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """No program that is started meanwhile gets more than `size` bytes into a file."""
    before, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hardest))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hardest))


def refused(proof: Proof, said: str) -> list[str]:
    """What lies in the folder of backups after one more was refused with that sentence."""
    with pytest.raises(BackupFailed, match=said):
        backed_up(proof.place, at=WHEN + timedelta(days=1))
    return sorted(each.name for each in (proof.site.data / "backups").iterdir())


def test_too_little_room_is_said_before_anything_is_written(
    proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = shutil.disk_usage(proof.site.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: disk._replace(free=SMALLEST_ROOM - 1))
    assert refused(proof, "所在的磁盘只剩 63 MB，备份约需 64 MB。请腾出空间") == [proof.folder.name]


def test_a_dump_that_gets_no_further_leaves_nothing_half(proof: Proof) -> None:
    with files_no_longer_than(16 * KIB):
        assert refused(proof, "^pg_dump 没有完成") == [proof.folder.name]


def test_what_a_full_disk_says_to_a_program_of_postgresql_is_said_to_the_office() -> None:
    server = Server(os.environ["DATABASE_OWNER_URL"]).named(MAINTENANCE)
    with pytest.raises(BackupFailed, match=r"^磁盘已满，没有做成，也没有留下半份。"):
        server.run("pg_dump", "--file=/dev/full")
