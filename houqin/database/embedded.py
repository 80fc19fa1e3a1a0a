"""The embedded PostgreSQL: one private cluster in the data folder, reached through a unix socket only.

Several processes may use it at the same time: whoever comes first starts the server, whoever leaves last
stops it. Every start, repair and stop happens under one file lock, and only when no process of an earlier
server lives: two postmasters on one cluster would destroy it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg

from houqin.database.binaries import Account, DatabaseNotStarted, database_account, find_programs
from houqin.database.folders import make_private_folder, short_hash
from houqin.database.kept_secrets import kept_secret
from houqin.database.processes import Inhabitants, inhabitants, is_postmaster_alive, recorded_postmaster
from houqin.database.roles import APP, OWNER, Passwords, prepare_database, prepare_roles

SUPERUSER = "postgres"
DATABASE = "houqin"
# The longest path a unix socket may have, in bytes, without the closing zero.
SOCKET_PATH_LIMIT = 107
# Crash recovery of a school's database takes seconds; a full disk or a wrong file fails at once.
START_SECONDS = 60.0
STOP_SECONDS = 30.0
# How long orphaned children may finish their query by themselves before they are told to quit.
ORPHAN_SECONDS = 5.0
PAUSE = 0.05


@dataclass(frozen=True)
class Addresses:
    """The connection strings of the two roles."""

    app: str
    owner: str


@dataclass
class EmbeddedPostgres:
    """The cluster below `folder`; `join()` it, use `addresses()`, then `leave()`."""

    folder: Path
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _seat: IO[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        name = short_hash(self.folder)
        self.cluster = self.folder / "postgres"
        self.cluster_name = f"houqin-{name}"
        self.socket_folder = socket_folder(name)

    # -- using it ----------------------------------------------------------------------------------------

    def join(self) -> None:
        """Start the server unless it runs, and keep it from being stopped until `leave()`.

        Raises DatabaseNotStarted with a sentence that says why it cannot be started.
        """
        make_private_folder(self.folder)
        with self._turn():
            self._ensure_running()
            self._seat = open(self.folder / "database.users", "ab")  # noqa: SIM115 - held until leave()
            fcntl.flock(self._seat, fcntl.LOCK_SH)

    def repair(self) -> bool:
        """Start the server again if it died; True if that was needed. Only between `join()` and `leave()`."""
        if self.answers():
            return False
        with self._turn():
            return self._ensure_running()

    def leave(self, *, keep: bool = False) -> None:
        """Give up this process's use; the last one to leave stops the server, unless it is to be kept."""
        with self._turn():
            if self._seat:
                self._seat.close()
                self._seat = None
            marker = self.folder / "database.keep"
            if keep:
                marker.touch()
            elif not marker.exists() and self._unused():
                self._stop()

    def stop(self) -> bool:
        """Stop a kept server; False when other processes still use it: then the last of them stops it."""
        if not self.folder.exists():
            return True
        with self._turn():
            (self.folder / "database.keep").unlink(missing_ok=True)
            if not self._unused():
                return False
            self._stop()
            return True

    def addresses(self, database: str = DATABASE) -> Addresses:
        """The connection strings of both roles for `database`."""
        passwords = self._passwords()
        return Addresses(
            app=self._address(APP, passwords.app, database),
            owner=self._address(OWNER, passwords.owner, database),
        )

    def create_database(self, name: str) -> None:
        """Make the database `name` for both roles, unless it exists; the server must run."""
        with self._turn(), self._as_superuser() as connection:
            prepare_database(connection, name)

    def answers(self) -> bool:
        """Whether the server takes connections now.

        Raises DatabaseNotStarted when it does, but not with the passwords kept beside it.
        """
        try:
            with self._as_superuser():
                return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DatabaseNotStarted(
                    f"{self.folder / 'secrets'} 里的密码与数据库不符，"
                    "请从备份中恢复这个文件夹，再运行 make run。"
                ) from error
            return False

    def lives(self) -> bool:
        """Whether its postmaster is there; far cheaper than `answers()`, for whoever watches it."""
        if self._server:
            # A killed server stays a zombie until its parent looks.
            self._server.poll()
        return is_postmaster_alive(self.cluster)

    def inhabitants(self) -> Inhabitants:
        """The server processes that live on this cluster."""
        if self._server:
            self._server.poll()
        return inhabitants(self.cluster, self.cluster_name)

    # -- starting ----------------------------------------------------------------------------------------

    def _ensure_running(self) -> bool:
        if self.answers():
            return False
        account = database_account(self.cluster)
        self._make_socket_folder(account)
        if self._wait_for_earlier_server():
            return False
        self._bury_earlier_server()
        programs = find_programs(for_cluster=self.cluster, account=account, copies=self.folder / "programs")
        if not self.cluster.exists():
            self._create_cluster(programs, account)
        self._forget_dead_postmaster()
        self._start_server(programs, account)
        with self._as_superuser() as connection:
            prepare_roles(connection, self._passwords())
            prepare_database(connection, DATABASE)
        return True

    def _wait_for_earlier_server(self) -> bool:
        """True when a server that was starting now answers; False when nobody lives on the cluster."""
        begun = time.monotonic()
        told_to_quit = False
        while living := self.inhabitants():
            if self.answers():
                return True
            waited = time.monotonic() - begun
            if living.postmaster is None and waited > ORPHAN_SECONDS and not told_to_quit:
                # What a postmaster itself does after a crash: no cleaning up, recovery will.
                living.signal_all(signal.SIGQUIT)
                told_to_quit = True
            if waited > START_SECONDS:
                raise DatabaseNotStarted(
                    f"数据库的旧进程 {living.postmaster or min(living.others)} 一直不退出，也不应答。"
                    "请结束该进程后再运行 make run。"
                )
            time.sleep(PAUSE)
        return False

    def _bury_earlier_server(self) -> None:
        """Take the exit status of a server that this process started and that lives no more.

        A dying process has left the cluster a moment before it can be waited for. Until then its number
        exists, and the lock file of the socket, which names it, would keep the next server from starting.
        """
        if self._server:
            self._server.wait(START_SECONDS)

    def _create_cluster(self, programs: Path, account: Account) -> None:
        draft = self.folder / "postgres.draft"
        # Left by a first start that was interrupted; a finished cluster has its final name.
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.folder / "postgres.password"
        try:
            draft.mkdir(mode=0o700)
            with open(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(kept_secret(self.folder, "database_superuser"))
            if os.geteuid() == 0:
                os.chown(draft, account.uid, account.gid)
                os.chown(password_file, account.uid, account.gid)
            _run(
                [
                    programs / "initdb",
                    "--encoding=UTF8",
                    # With C, or the builtin provider, pg_trgm finds nothing in Chinese text.
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    "--auth=scram-sha-256",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    f"--pgdata={draft}",
                ],
                account,
            )
            draft.rename(self.cluster)
        finally:
            password_file.unlink(missing_ok=True)

    def _forget_dead_postmaster(self) -> None:
        # Nobody lives here (seen before, and the turn is ours). If the recorded pid exists all the same, it
        # is a zombie or was given to a stranger, and the server would refuse to start. A pid that is gone is
        # left to the server's own, stricter check.
        recorded = recorded_postmaster(self.cluster)
        if recorded and Path(f"/proc/{recorded}").exists():
            (self.cluster / "postmaster.pid").unlink()

    def _start_server(self, programs: Path, account: Account) -> None:
        """Start the server, wait until it answers; try again while an earlier one's memory is being freed."""
        for pause in (0.2, 0.5, 1.0, 2.0, 4.0, None):
            report = self._start_once(programs, account)
            if report is None:
                return
            if pause is None or not _passes_by_itself(report):
                raise DatabaseNotStarted(
                    f"数据库没有启动：{_last_line(report)}（日志：{self.cluster / 'log'}）"
                )
            time.sleep(pause)

    def _start_once(self, programs: Path, account: Account) -> str | None:
        """None when the server answers, else what it said before it ended."""
        log = self.folder / "database.start.log"
        before = self._logged()
        with open(log, "wb") as output:
            self._server = subprocess.Popen(
                [programs / "postgres", "-D", self.cluster, *self._server_settings()],
                stdout=output,
                stderr=output,
                # Its own session: Ctrl-C is for the one who watches over it, who then stops it in order.
                start_new_session=True,
                **account.process_options(),
            )
        deadline = time.monotonic() + START_SECONDS
        while self._server.poll() is None:
            if self.answers():
                return None
            if time.monotonic() > deadline:
                raise DatabaseNotStarted(
                    f"数据库在 {START_SECONDS:.0f} 秒内没有就绪，请看日志 {self.cluster / 'log'}。"
                )
            time.sleep(PAUSE)
        return log.read_text(errors="replace") + self._logged()[len(before) :]

    def _logged(self) -> str:
        """What the server wrote since its log of today began; after its first lines it speaks only there."""
        logs = sorted((self.cluster / "log").glob("*.log"), key=lambda each: each.stat().st_mtime)
        return logs[-1].read_text(errors="replace") if logs else ""

    def _server_settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "cluster_name": self.cluster_name,
            "max_connections": "100",
            "shared_buffers": "256MB",
            # One log file per weekday, the week before is overwritten; trouble before that goes to start.log.
            "logging_collector": "on",
            "log_directory": "log",
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            # No row and no statement with its values: whoever reads the log has no business with a phone.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _make_socket_folder(self, account: Account) -> None:
        folder = self.socket_folder
        if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
            raise DatabaseNotStarted(f"数据库通讯文件夹的路径太长：{folder}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, account.uid, account.gid)
        # In a folder open to all somebody else may have been first: never speak to a server there.
        found = folder.lstat()
        if (
            not stat.S_ISDIR(found.st_mode)
            or found.st_uid != account.uid
            or stat.S_IMODE(found.st_mode) != 0o700
        ):
            raise DatabaseNotStarted(
                f"文件夹 {folder} 不属于数据库用户 {account.name}，请删除它后再运行 make run。"
            )

    # -- stopping ----------------------------------------------------------------------------------------

    def _stop(self) -> None:
        postmaster = self.inhabitants().postmaster
        if postmaster is None:
            self._remove_socket_folder()
            return
        # SIGINT: roll back what runs, write a checkpoint, end. SIGQUIT only if that does not end.
        for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, ORPHAN_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster, number)
            deadline = time.monotonic() + patience
            while self.inhabitants() and time.monotonic() < deadline:
                time.sleep(PAUSE)
            if not self.inhabitants():
                self._remove_socket_folder()
                return
        raise DatabaseNotStarted(f"数据库进程 {postmaster} 没有退出，请看日志 {self.cluster / 'log'}。")

    def _remove_socket_folder(self) -> None:
        # It stays where a killed server left its socket; the next start uses it again.
        with contextlib.suppress(OSError):
            self.socket_folder.rmdir()

    # -- locks and connections ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """One start, repair or stop at a time, over all processes."""
        with open(self.folder / "database.turn", "ab") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _unused(self) -> bool:
        with open(self.folder / "database.users", "ab") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def _as_superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.socket_folder),
            user=SUPERUSER,
            password=kept_secret(self.folder, "database_superuser"),
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _passwords(self) -> Passwords:
        return Passwords(
            owner=kept_secret(self.folder, "database_owner"), app=kept_secret(self.folder, "database_app")
        )

    def _address(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{quote(password)}@/{quote(database)}?host={self.socket_folder}"


def socket_folder(name: str) -> Path:
    """A short private place for the socket, whatever the length of the clone's path.

    For root in /run, where nobody else can be first; for others in /tmp, where the server itself keeps its
    socket from being swept.
    """
    if os.geteuid() == 0:
        return Path(f"/run/houqin-{name}")
    # Owner and mode are checked before use.
    return Path(f"/tmp/houqin-{os.geteuid()}-{name}")  # noqa: S108 # nosec B108


def _run(command: list[Path | str], account: Account) -> None:
    done = subprocess.run(command, capture_output=True, check=False, text=True, **account.process_options())
    if done.returncode != 0:
        raise DatabaseNotStarted(f"数据库没有建成：{_last_line(done.stderr)}")


def _passes_by_itself(report: str) -> bool:
    return "shared memory block" in report or "already exists" in report or "Address already in use" in report


def _last_line(report: str) -> str:
    """The line that names the cause, for the one sentence a person sees."""
    lines = [line for line in report.splitlines() if line.strip()]
    causes = [line for line in lines if "FATAL" in line or "error:" in line]
    return (causes or lines or ["没有任何输出"])[-1].strip()
