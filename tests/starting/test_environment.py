from __future__ import annotations

from pathlib import Path

import pytest

from houqin.starting.environment import WrongEnvironment, surroundings


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUQIN_DATA", str(tmp_path / "school"))
    monkeypatch.delenv("SECRET_KEY")


@pytest.mark.parametrize(
    ("given", "missing"),
    [("DATABASE_URL", "DATABASE_OWNER_URL"), ("DATABASE_OWNER_URL", "DATABASE_URL")],
)
def test_one_address_without_the_other_is_refused(
    given: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(given, "postgresql://someone@db/houqin")
    monkeypatch.delenv(missing)
    with pytest.raises(WrongEnvironment, match=f"设置了 {given}，却没有 {missing}"), surroundings("run"):
        pass


def test_the_schools_own_server_beats_the_embedded_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://houqin_app@db/houqin")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://houqin_owner@db/houqin")
    with surroundings("run") as around:
        assert around.server is None
        assert around.environ["DATABASE_URL"] == "postgresql://houqin_app@db/houqin"
        assert around.environ["HOUQIN_DATA"] == str(tmp_path / "school")
        first_key = around.environ["SECRET_KEY"]
    assert not (tmp_path / "school" / "postgres").exists()
    with surroundings("run") as around:
        assert around.environ["SECRET_KEY"] == first_key
    assert len(first_key) == 64


def test_a_given_secret_key_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    with surroundings("run") as around:
        assert around.environ["SECRET_KEY"] == "given"
