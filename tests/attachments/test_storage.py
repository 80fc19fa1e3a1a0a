"""Where files lie: privately, whole, under random names; no path leads out. U7, L5."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone

from houqin.actors import System
from houqin.attachments import services, storage
from houqin.attachments.models import Attachment
from houqin.errors import NotAllowed
from houqin.people.roles import Role
from houqin.writing import write
from tests.attachments.factories import checked, linked, picture, stored
from tests.calendar_plans.factories import item, running_plan
from tests.factories import acting, department, person, signed_in

NIGHT = System("夜间清理")

_CLIMBS = (
    "../",
    "..\\",
    "..%2f",
    "%2e%2e/",
    "..%252f",
    "....//",
    "..;/",
    "/",
    "\\",
    "//",
    "C:\\",
    "file:///",
)
_TARGETS = ("etc/passwd", "new/x", "media", "ABCDEFGHJK", "\x00", "x\x00.jpg", "proc/self/environ", ".", "..")
_ODD = ("", " ", "\n", "\u202e", "A" * 9, "A" * 11, "A" * 5000, "abcdefghjk", "ABCDEFGHJ0",
        "ABCDEFGHJK.small/..", "ABCDEFGHJK.smal", "ABCDEFGHJK\n", "ABCDEFGHJK.small.small",
        "ＡＢＣＤＥＦＧＨＪＫ", "ABCDEFGHJK ")  # fmt: skip
PATHS = [
    *(climb * depth + target for climb in _CLIMBS for depth in (1, 2, 8) for target in _TARGETS),
    *_ODD,
]


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_there_are_three_hundred_paths_to_try() -> None:
    assert len(set(PATHS)) >= 300


def test_u7_no_path_is_a_key(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "inner" / "files"
    for path in PATHS:
        for act in (storage.place_of, storage.read, storage.remove, storage.settle):
            with pytest.raises(ValueError, match="no key"):
                act(path)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.django_db
def test_u7_no_path_in_an_address_or_a_name_reaches_a_file(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "secret").write_text("the secret of the school")
    user = person()
    client = signed_in(user)
    for path in PATHS:
        for address in (f"/attachments/{path}/", f"/media/{path}", f"/attachments/{path}/thumbnail/"):
            response = client.get(address.replace("\n", "%0a").replace("\x00", "%00"))
            assert response.status_code in {301, 302, 400, 404, 405}, (address, response.status_code)
    names = {stored(user, checked(name=path)).name for path in PATHS[:60]}
    assert [name for name in names if "/" in name or "\\" in name or "\x00" in name] == []
    assert [path for path in files_below(tmp_path) if not path.is_relative_to(tmp_path / "files")] == [
        tmp_path / "secret"
    ]


@pytest.mark.django_db
def test_u7_a_stored_file_has_no_address_below_media(settings: Any) -> None:
    file = stored(person())
    for address in (
        f"/media/{file.public_id}",
        f"/media/{file.public_id[:2]}/{file.public_id}",
        "/media/new/",
    ):
        assert Client().get(address).status_code == 404


@pytest.mark.django_db
def test_files_are_the_programs_own_whatever_the_umask(settings: Any) -> None:
    before = os.umask(0)
    try:
        file = stored(person(), checked(picture(), "现场.jpg"))
    finally:
        os.umask(before)
    root = Path(settings.MEDIA_ROOT)
    folders = [root, root / "new"]
    assert [stat.S_IMODE(each.stat().st_mode) for each in folders] == [0o700, 0o700]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files_below(root)}
    assert modes == {file.public_id: 0o600, f"{file.public_id}.small": 0o600}


@pytest.mark.django_db
def test_a_file_and_its_name_are_on_the_disk_before_its_row_is_committed(
    lasting: list[Path],
) -> None:
    """A power cut after the commit would otherwise leave a row whose file is empty or not there."""
    file, new = stored(person()), storage.root() / "new"
    assert lasting == [new / file.public_id, new]
    storage.settle(file.public_id)
    assert lasting[2:] == [storage.place_of(file.public_id).parent]


@pytest.mark.django_db
def test_a_file_is_never_written_over(settings: Any) -> None:
    file = stored(person())
    with pytest.raises(FileExistsError):
        storage.stage(file.public_id, b"other")
    (Path(settings.MEDIA_ROOT) / "new" / f"{file.public_id}.small").symlink_to("/etc/passwd")
    with pytest.raises(FileExistsError):
        storage.stage(f"{file.public_id}.small", b"other")


@pytest.mark.django_db
def test_a_file_is_read_where_it_was_written_and_where_it_belongs() -> None:
    file = stored(person(), checked(name="合同.pdf"))
    staged = storage.read(file.public_id)
    moved = (storage.settle(file.public_id), storage.settle(file.public_id))
    assert (storage.read(file.public_id), moved) == (staged, (True, False))
    storage.remove(file.public_id)
    with pytest.raises(FileNotFoundError):
        storage.read(file.public_id)


class AfterTheCommit(TransactionTestCase):
    databases = {"default", "owner"}

    def test_a_file_is_moved_to_its_place_by_the_commit(self) -> None:
        file = stored(person())
        assert files_below(storage.root()) == [storage.root() / file.public_id[:2] / file.public_id]

    def test_what_was_rolled_back_is_an_orphan_that_a_later_night_removes(self) -> None:
        user = person()

        def store_and_fail(*, by: Any) -> None:
            services.store_file(file=checked(), by=by)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write(store_and_fail, by=acting(user))
        (orphan,) = files_below(storage.root())
        first = write(services.tidy_files, by=NIGHT)
        os.utime(orphan, (0, 0))
        second = write(services.tidy_files, by=NIGHT)
        assert (first, second) == (
            {"settled": 0, "removed": 0, "lost": 0},
            {"settled": 0, "removed": 1, "lost": 0},
        )
        assert (files_below(storage.root()), Attachment.objects.count()) == ([], 0)

    def test_the_night_removes_what_nobody_linked_within_a_day_and_nothing_else(self) -> None:
        user = person(department=department())
        forgotten, fresh = stored(user, checked(picture(), "现场.jpg")), stored(user)
        kept = linked(item(running_plan(user.department), owner=user), user).attachment
        long_ago = timezone.now() - services.DRAFTS_KEPT_FOR * 1.01
        Attachment.objects.filter(pk__in=[forgotten.pk, kept.pk]).update(created_at=long_ago)
        assert write(services.forget_unlinked_files, at=timezone.now(), by=NIGHT) == 1
        left = {path.name for path in files_below(storage.root())}
        assert left == {fresh.public_id, kept.public_id}
        assert set(Attachment.objects.values_list("pk", flat=True)) == {fresh.pk, kept.pk}


@pytest.mark.django_db
def test_after_a_crash_the_night_moves_what_was_committed_and_counts_what_is_lost() -> None:
    """In these tests nothing is committed, as if the machine had stopped before the move."""
    file, gone = stored(person()), stored(person())
    storage.remove(gone.public_id)
    counts = services.tidy_files(by=NIGHT)
    assert counts == {"settled": 1, "removed": 0, "lost": 1}
    assert files_below(storage.root()) == [storage.place_of(file.public_id)]


@pytest.mark.django_db
def test_only_a_job_cleans_up() -> None:
    director = acting(person(Role.DIRECTOR))
    with pytest.raises(NotAllowed):
        services.tidy_files(by=director)
    with pytest.raises(NotAllowed):
        services.forget_unlinked_files(by=director, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_file_is_written_only_with_its_row() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the transaction"):
        storage.stage("ABCDEFGHJK", b"x")
