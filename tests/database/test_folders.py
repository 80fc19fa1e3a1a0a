from __future__ import annotations

import os
from pathlib import Path

import pytest

from houqin.database.folders import data_folder, make_private_folder, short_hash


def test_root_keeps_its_data_outside_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    clone = Path("/srv/private/houqin")
    name = short_hash(clone)
    assert data_folder(environ={}, clone=clone) == Path(f"/var/lib/houqin/{name}")
    assert data_folder("test", environ={}, clone=clone) == Path(f"/var/lib/houqin/{name}-test")


def test_a_user_keeps_the_data_inside_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    clone = Path("/srv/后勤 系统")
    assert data_folder(environ={}, clone=clone) == clone / ".data" / "school"
    assert data_folder("test", environ={}, clone=clone) == clone / ".data" / "test"


def test_a_chosen_folder_beats_both_and_is_not_shared_with_the_tests() -> None:
    chosen = {"HOUQIN_DATA": "/srv/school"}
    assert data_folder(environ=chosen) == Path("/srv/school")
    assert data_folder("test", environ=chosen) == Path("/srv/school-test")
    assert data_folder("test", environ={"HOUQIN_DATA": "/srv/school-test"}) == Path("/srv/school-test")
    assert data_folder(environ={"HOUQIN_DATA": "here"}, clone=Path("/a")) == Path("/a/here")


def test_a_private_folder_lets_the_database_account_pass_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        made = make_private_folder(tmp_path / "one" / "two")
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in (made, made.parent)] == [0o711, 0o711]


def test_folders_that_were_there_keep_their_mode(tmp_path: Path) -> None:
    above = tmp_path / "home"
    above.mkdir(mode=0o700)
    make_private_folder(above / "data")
    assert above.stat().st_mode & 0o777 == 0o700
