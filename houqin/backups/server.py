"""The server that is backed up: connections and PostgreSQL's own programs, by the owner's address."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from houqin.backups.errors import BackupFailed
from houqin.database.binaries import client_programs
from houqin.database.roles import APP

# What libpq reads instead of arguments: everybody on the machine can list arguments, passwords among them.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
# Always there, and never the school's: from here databases are made, renamed and dropped.
MAINTENANCE = "postgres"


@dataclass(frozen=True)
class Server:
    """A database at an owner's `address`, and its neighbours on the same server."""

    address: str

    @property
    def database(self) -> str:
        return str(conninfo_to_dict(self.address)["dbname"])

    def named(self, database: str) -> Server:
        """The same server, another database."""
        return Server(renamed(self.address, database))

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A connection as the owner. Raises `BackupFailed` with a sentence when there is none to be had."""
        try:
            return psycopg.connect(self.address, **options)
        except psycopg.OperationalError as error:
            raise BackupFailed(f"连不上数据库 {self.database}：{last_line(str(error))}") from error

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs against this database; what it printed.

        Raises `BackupFailed` with its own last line when it fails.
        """
        given = conninfo_to_dict(self.address)
        around = {VARIABLES[name]: str(value) for name, value in given.items() if name in VARIABLES}
        done = subprocess.run(
            [client_programs() / program, *arguments],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10", **around},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BackupFailed(explained(program, done.stderr))
        return done.stdout

    def databases(self) -> set[str]:
        """The names of all databases of the server."""
        with self.named(MAINTENANCE).connect(autocommit=True) as connection:
            return {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}

    def create(self) -> None:
        """Make this database, empty, open to no one but the two roles. Raises `BackupFailed`."""
        name = sql.Identifier(self.database)
        try:
            with self.named(MAINTENANCE).connect(autocommit=True) as connection:
                # Its collation must be that of the school's own, whatever the server's default is.
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
                connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
                connection.execute(
                    sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(APP))
                )
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupFailed(
                "数据库角色 houqin_owner 不能建立数据库，没法先在旁边恢复再核对。"
                "请数据库管理员执行：ALTER ROLE houqin_owner CREATEDB;"
            ) from error
        except psycopg.Error as error:
            raise BackupFailed(f"没能建立数据库 {self.database}：{last_line(str(error))}") from error

    def drop(self) -> None:
        """Remove this database, if it is there. Raises `BackupFailed` while somebody is connected to it."""
        # Not WITH (FORCE): the owner may not end the server's own cleaning, which a plain drop waits for.
        gone = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.database))
        try:
            with self.named(MAINTENANCE).connect(autocommit=True) as connection:
                connection.execute(gone)
        except psycopg.Error as error:
            raise BackupFailed(f"没能删除数据库 {self.database}：{last_line(str(error))}") from error

    def guests(self) -> int:
        """How many programs are connected to this database now; the server's own cleaning is none."""
        with self.named(MAINTENANCE).connect(autocommit=True) as connection:
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
            )
            (count,) = connection.execute(query, [self.database]).fetchone() or (0,)
        return int(count)


def renamed(address: str, database: str) -> str:
    """The `postgresql://` address of another database on the same server, for the same role."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{quote(database)}"))


def explained(program: str, report: str) -> str:
    """What pg_dump or pg_restore had against it, as a sentence with a way out where there is one."""
    if "server version mismatch" in report or "unsupported version" in report:
        return "这份备份或这台服务器的 PostgreSQL 比本程序自带的新。请先升级程序，再试一次。"
    if "No space left" in report or "Disk quota" in report:
        return "磁盘已满，没有做成，也没有留下半份。请腾出空间，再试一次。"
    return f"{program} 没有完成：{last_line(report)}"


def last_line(report: str) -> str:
    """The line that names the cause."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    causes = [line for line in lines if "error" in line.lower() or "FATAL" in line]
    return (causes or lines or ["没有任何输出"])[-1]
