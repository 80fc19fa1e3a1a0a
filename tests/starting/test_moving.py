from __future__ import annotations

from pathlib import Path

import pytest

from houqin.database.folders import short_hash
from houqin.starting.moving import bring_along


def start_in(clone: Path, data: Path) -> Path:
    """What a start in `clone` does about its data below `data`; returns the data folder, made."""
    clone.mkdir(exist_ok=True)
    folder = data / short_hash(clone)
    bring_along(folder, clone=clone)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_moved_clone_keeps_its_school_at_every_move(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    (start_in(first, tmp_path / "data") / "school").touch()
    first.rename(second)
    assert names(start_in(second, tmp_path / "data")) == ["school"]
    second.rename(third)
    assert names(start_in(third, tmp_path / "data")) == ["school"]
    assert names(tmp_path / "data") == [short_hash(third)]
    assert capsys.readouterr().out.splitlines() == [
        f"本项目从 {first} 移到了 {second}，学校的数据已一并带来。",
        f"本项目从 {second} 移到了 {third}，学校的数据已一并带来。",
    ]


def test_a_copied_clone_gets_a_school_of_its_own(tmp_path: Path) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    (start_in(first, tmp_path / "data") / "school").touch()
    (copy / ".data").mkdir(parents=True)
    (copy / ".data" / "path").write_text((first / ".data" / "path").read_text())
    assert names(start_in(copy, tmp_path / "data")) == []
    assert names(start_in(first, tmp_path / "data")) == ["school"]


def test_a_school_that_is_there_already_is_never_replaced(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    (start_in(first, tmp_path / "data") / "old").touch()
    (start_in(second, tmp_path / "data") / "new").touch()
    (second / ".data" / "path").write_text(str(first))
    (first / ".data" / "path").unlink()
    (first / ".data").rmdir()
    first.rmdir()
    assert names(start_in(second, tmp_path / "data")) == ["new"]
