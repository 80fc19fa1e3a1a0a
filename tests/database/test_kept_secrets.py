from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from houqin.database.kept_secrets import kept_secret


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = kept_secret(tmp_path, "secret_key")
    assert kept_secret(tmp_path, "secret_key") == first
    assert len(first) == 64
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_ten_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda _: kept_secret(tmp_path, "secret_key"), range(10)))
    assert len(set(found)) == 1
    assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["secret_key"]
