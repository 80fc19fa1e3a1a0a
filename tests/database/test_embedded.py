from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from houqin.database.binaries import DatabaseNotStarted, database_account
from houqin.database.embedded import SOCKET_PATH_LIMIT, EmbeddedPostgres
from houqin.database.folders import CLONE
from houqin.database.processes import Inhabitants, recorded_postmaster

NOBODY = Inhabitants(None, frozenset())
WHO_SERVES = """
import json, os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    row = connection.execute("SELECT pg_postmaster_start_time()::text, current_user::text").fetchone()
print(json.dumps(row))
"""


def value(address: str, query: str) -> object:
    with psycopg.connect(address) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def test_the_cluster_is_made_for_chinese_text_and_never_forgets(server: EmbeddedPostgres) -> None:
    owner = server.addresses().owner
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION btree_gist")
        assert connection.execute("SELECT cardinality(show_trgm('总务处'))").fetchone() == (4,)
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'listen_addresses')"
            ).fetchall()
        )
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }


def test_c4_the_servers_log_names_an_error_and_nobodys_row(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.addresses().owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE canaries (phone text UNIQUE)")
        for _ in range(2):
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO canaries VALUES ('13912345678')")
    written = "".join(each.read_text() for each in (server.cluster / "log").glob("*.log"))
    assert ("canaries_phone_key" in written, "13912345678" in written) == (True, False)


def test_a_deep_data_folder_still_has_a_short_private_socket(server: EmbeddedPostgres) -> None:
    socket = server.socket_folder / ".s.PGSQL.5432"
    assert len(os.fsencode(server.folder)) > SOCKET_PATH_LIMIT
    assert socket.is_socket()
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700


def test_the_app_role_makes_nothing_and_cannot_become_the_owner(server: EmbeddedPostgres) -> None:
    app = server.addresses().app
    for statement in ("CREATE TABLE stolen ()", "SET ROLE houqin_owner", "CREATE EXTENSION pg_trgm"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(app) as connection:
            connection.execute(statement)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(app.replace("houqin_app", "houqin_owner", 1))
    with psycopg.connect(app, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE DATABASE stolen")
        found = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication"
            " FROM pg_roles WHERE rolname = 'houqin_app'"
        ).fetchone()
    assert found == (False, False, False, False, False)


def test_two_first_starts_at_once_share_one_server_and_the_last_stops_it(data_folder: Path) -> None:
    command = [sys.executable, "-m", "houqin.starting.with_database", "--", sys.executable, "-c", WHO_SERVES]
    dropped = {"DATABASE_URL", "DATABASE_OWNER_URL"}
    environ = {name: word for name, word in os.environ.items() if name not in dropped}
    environ["HOUQIN_DATA"] = str(data_folder)
    server = EmbeddedPostgres(data_folder)
    starts = [
        subprocess.Popen(command, env=environ, cwd=CLONE, stdout=subprocess.PIPE, text=True) for _ in "12"
    ]
    first, second = [json.loads(start.communicate()[0]) for start in starts]

    assert [start.returncode for start in starts] == [0, 0]
    assert first == second
    assert server.inhabitants() == NOBODY


def test_a_server_in_use_is_not_stopped_by_others(server: EmbeddedPostgres) -> None:
    other = EmbeddedPostgres(server.folder)
    other.join()
    other.leave()
    assert other.stop() is False
    assert server.answers() is True


def test_a_killed_server_is_repaired_with_everything_it_confirmed(server: EmbeddedPostgres) -> None:
    owner = server.addresses().owner
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('已确认')")
    postmaster = recorded_postmaster(server.cluster)
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    while server.lives():
        pass

    assert server.repair() is True

    assert value(owner, "SELECT word FROM kept") == "已确认"
    assert server.inhabitants().postmaster not in {None, postmaster}
    assert server.repair() is False


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(server: EmbeddedPostgres) -> None:
    pid_file = server.cluster / "postmaster.pid"
    as_it_was = pid_file.read_text()
    server.leave()
    assert server.inhabitants() == NOBODY
    # What a machine leaves behind that lost its power: after the boot the number is another program's of the
    # same account.
    account = database_account(server.cluster)
    with subprocess.Popen(["sleep", "infinity"], **account.process_options()) as stranger:
        pid_file.write_text(as_it_was.replace(as_it_was.split("\n", 1)[0], str(stranger.pid), 1))
        server.join()
        assert server.answers() is True
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_that_was_interrupted_is_begun_again(data_folder: Path) -> None:
    draft = data_folder / "postgres.draft"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(data_folder)
    server.join()
    assert server.answers() is True
    server.leave()
    assert draft.exists() is False


def test_lost_passwords_are_named_instead_of_waited_for(server: EmbeddedPostgres) -> None:
    (server.folder / "secrets" / "database_superuser").write_text("another")
    with pytest.raises(DatabaseNotStarted, match="密码与数据库不符"):
        server.answers()
    # Let the fixture stop it.
    os.kill(recorded_postmaster(server.cluster) or 0, signal.SIGINT)


def test_a_socket_folder_of_somebody_else_is_refused(data_folder: Path) -> None:
    server = EmbeddedPostgres(data_folder)
    server.socket_folder.mkdir(mode=0o755)
    with pytest.raises(DatabaseNotStarted, match="请删除它后再运行"):
        server.join()
    server.socket_folder.rmdir()


@pytest.mark.long
def test_orphans_of_a_killed_server_end_before_another_starts(server: EmbeddedPostgres) -> None:
    owner = server.addresses().owner
    busy = psycopg.connect(owner)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
    postmaster = recorded_postmaster(server.cluster)
    assert postmaster
    before = server.inhabitants().others
    os.kill(postmaster, signal.SIGKILL)

    assert server.repair() is True

    assert server.inhabitants().others & before == frozenset()
    busy.close()
