"""A backup's folder: sealed, compared byte by byte, never half there."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.backups.errors import BackupFailed, Damaged
from houqin.backups.folder import (
    CHECKSUMS,
    DRAFT,
    DUMP,
    MANIFEST,
    SEAL,
    check,
    drafted,
    names_in,
    remove,
    stamp_of,
)

FIRST, SECOND = "houqin-20261126-035000", "houqin-20261127-035000"
PHOTO = b"a photo that never changes"


def made(place: Path, name: str = FIRST, *, photo: bytes = PHOTO) -> Path:
    """A whole little backup."""
    source = place / "photo"
    source.write_bytes(photo)
    with drafted(place, name) as draft:
        (draft.folder / DUMP).write_bytes(f"dump of {name}".encode())
        draft.take(DUMP)
        draft.add("files/AB/AB23456789", source)
        draft.write(MANIFEST, b'{"format": 1, "school": "\xe9\x9d\x92\xe6\xba\xaa"}')
    return place / name


def files_of(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_a_whole_backup_is_read_and_says_what_it_is(tmp_path: Path) -> None:
    assert check(made(tmp_path)) == {"format": 1, "school": "青溪"}


def test_a_backup_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = made(tmp_path)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in [folder, *folder.rglob("*")] if each.is_dir()}
    assert (modes, {stat.S_IMODE(each.stat().st_mode) for each in files_of(folder)}) == ({0o700}, {0o600})


@given(data=st.data())
def test_f3_one_byte_turned_anywhere_is_found(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = made(tmp_path_factory.mktemp("flip"))
    path = data.draw(st.sampled_from(files_of(folder)))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(Damaged):
        check(folder)


@given(data=st.data())
def test_f3_a_file_that_was_cut_is_found(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = made(tmp_path_factory.mktemp("cut"))
    path = data.draw(st.sampled_from(files_of(folder)))
    os.truncate(path, data.draw(st.integers(0, path.stat().st_size - 1)))
    with pytest.raises(Damaged):
        check(folder)


@pytest.mark.parametrize("name", [DUMP, MANIFEST, CHECKSUMS, SEAL, "files/AB/AB23456789"])
def test_f3_a_file_that_is_missing_is_found(name: str, tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / name).unlink()
    with pytest.raises(Damaged):
        check(folder)


def test_a_file_that_was_added_is_found(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "files" / "AB" / "XY23456789").write_bytes(b"of somebody else")
    with pytest.raises(Damaged, match="多出了 files/AB/XY23456789"):
        check(folder)


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (tmp_path / "elsewhere").write_bytes(PHOTO)
    (folder / "files" / "AB" / "AB23456789").unlink()
    (folder / "files" / "AB" / "AB23456789").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Damaged):
        check(folder)


def test_a_photo_that_did_not_change_takes_its_space_once(tmp_path: Path) -> None:
    first, second = made(tmp_path, FIRST), made(tmp_path, SECOND)
    shared = [(each / "files/AB/AB23456789").stat().st_ino for each in (first, second)]
    assert shared[0] == shared[1]
    assert (first / DUMP).stat().st_ino != (second / DUMP).stat().st_ino
    remove(first)
    assert (names_in(tmp_path), check(second)["format"]) == ([SECOND], 1)


def test_a_photo_of_another_size_is_copied_and_not_shared(tmp_path: Path) -> None:
    made(tmp_path, FIRST)
    second = made(tmp_path, SECOND, photo=PHOTO + b"!")
    assert (second / "files/AB/AB23456789").read_bytes() == PHOTO + b"!"
    assert check(second)["format"] == 1


def test_an_earlier_backup_that_is_damaged_does_not_hinder_the_next(tmp_path: Path) -> None:
    (made(tmp_path, FIRST) / SEAL).unlink()
    assert check(made(tmp_path, SECOND))["format"] == 1


@pytest.mark.parametrize("step", range(7))
def test_a_disk_that_is_full_leaves_nothing_half(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file and folder is fsynced, so the calls are the steps of a backup."""
    real, calls = os.fsync, iter(range(1_000))

    def full(descriptor: int) -> None:
        if next(calls) == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackupFailed, match=r"^磁盘已满，没有做成，也没有留下半份。"):
        made(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["photo"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_on_a_full_disk_a_photo_that_cannot_be_shared_is_not_copied_either(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, FIRST)

    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(BackupFailed, match=r"^磁盘已满，没有做成，也没有留下半份。"):
        made(tmp_path, SECOND)
    assert names_in(tmp_path) == [FIRST]


def test_every_file_and_folder_is_on_the_disk_before_the_backup_is_in_its_place(
    tmp_path: Path, lasting: list[Path]
) -> None:
    """A power cut a moment later would otherwise leave a folder that looks like a backup and is none."""
    folder = made(tmp_path)
    draft = tmp_path / f"{DRAFT}{FIRST}"
    whole = {draft / each.relative_to(folder) for each in [folder, *folder.rglob("*")]}
    assert (set(lasting[:-1]), lasting[-1]) == (whole, tmp_path)


def test_what_a_killed_backup_left_is_swept_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".draft-houqin-20261125-035000" / "files").mkdir(parents=True)
    (tmp_path / ".going-houqin-20261001-035000").mkdir()
    made(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [FIRST, "photo"]


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    folder = made(tmp_path)
    before = {path: path.read_bytes() for path in files_of(folder)}
    with pytest.raises(BackupFailed, match="已经存在"):
        made(tmp_path)
    assert {path: path.read_bytes() for path in files_of(folder)} == before


def test_a_backup_may_be_carried_elsewhere_and_is_still_whole(tmp_path: Path) -> None:
    shutil.copytree(made(tmp_path), tmp_path / "on the stick")
    assert check(tmp_path / "on the stick")["school"] == "青溪"


def test_a_format_of_a_later_program_is_refused(tmp_path: Path) -> None:
    with drafted(tmp_path, FIRST) as draft:
        draft.write(DUMP, b"x")
        draft.write(MANIFEST, b'{"format": 2}')
    with pytest.raises(BackupFailed, match="更新的程序"):
        check(tmp_path / FIRST)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "files/../../x", "media/x"])
def test_u7_no_line_of_the_sums_leads_outside(name: str, tmp_path: Path) -> None:
    with drafted(tmp_path, FIRST) as draft:
        draft.write(DUMP, b"x")
        draft.write(MANIFEST, b'{"format": 1}')
        draft.sums[name] = "0" * 64
    with pytest.raises(Damaged, match="读不懂"):
        check(tmp_path / FIRST)


@pytest.mark.parametrize(
    "name", ["houqin-20261399-000000x", "houqin-1", ".draft-houqin-20261126-035000", "x"]
)
def test_a_strange_folder_is_no_backup(name: str) -> None:
    assert stamp_of(name) is None
