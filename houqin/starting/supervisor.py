"""One process that starts database, web server and job worker, keeps them alive, and stops them in order."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from houqin.backups.errors import BackupFailed
from houqin.backups.server import Server
from houqin.backups.swapping import Site, finish
from houqin.database.binaries import DatabaseNotStarted
from houqin.database.embedded import EmbeddedPostgres
from houqin.database.folders import CLONE
from houqin.starting.children import LONGEST_PAUSE, Child
from houqin.starting.environment import Surroundings, WrongEnvironment, surroundings
from houqin.starting.listening import Listener, listen
from houqin.starting.moving import own_data_folder
from houqin.starting.nightly_backup import NightlyBackup
from houqin.starting.prepare import BESIDE, is_prepared
from houqin.starting.renewing import READY, Renewal
from houqin.starting.saying import explain, say

STOP_SECONDS = 20.0
WATCH_PAUSE = 0.25
FIRST_PAGE_SECONDS = 60.0
# Three, so that an import of ten minutes keeps no notice waiting, a sheet of a thousand pages no import, nor
# a server that hangs either. The one of notices does several things at once, as it mostly waits for others.
WORKERS = (
    ("后台任务", "worker", ("--queues", "default")),
    ("长文件打印", "prints", ("--queues", "prints", "--delete-jobs", "successful")),
    ("通知发送", "notices", ("--queues", "notices", "--concurrency", "4", "--delete-jobs", "successful")),
)


class CannotStart(RuntimeError):
    """The program cannot be started; the message is a sentence for the person at the terminal."""


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP while the start was still going on."""


def main() -> int:
    """Run until stopped; 0 after a wished-for stop and when another supervisor already runs."""
    stopping = Stopping()
    stopping.listen()
    try:
        with only_one(own_data_folder()) as place:
            if place is None:
                return 0
            with surroundings("run") as around:
                say(
                    "使用环境变量里指定的数据库。"
                    if around.server is None
                    else f"数据库已就绪（自带的 PostgreSQL，数据在 {around.folder}）。"
                )
                with contextlib.closing(listen(around.environ)) as listener:
                    Supervisor(around, place, stopping, listener).run()
    except (CannotStart, BackupFailed, DatabaseNotStarted, WrongEnvironment) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(explain(error))
        return 1
    except StopRequested:
        pass
    say("已停止。")
    return 0


def has_terminal() -> bool:
    """Whether whoever started this process still sits at its window."""
    return os.isatty(0)


@dataclass
class Stopping:
    """What the signals asked for: during the start they interrupt it, later they end the watch.

    SIGHUP means two things. Where the program was started in a window that is gone now, it is to stop. Sent
    by a maintainer, it asks for new processes in the place of those that serve.
    """

    interrupts: bool = True
    requested: bool = False
    impatient: bool = False
    renewal: bool = False
    had_terminal: bool = field(default_factory=has_terminal)
    _signals: tuple[signal.Signals, ...] = field(
        default=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP), repr=False
    )

    def listen(self) -> None:
        """Take the signals over, also where a shell started this process with Ctrl-C ignored."""
        for number in self._signals:
            signal.signal(number, self.receive)

    def receive(self, number: int, frame: FrameType | None) -> None:
        """The signal handler; a second signal means that nobody wants to wait."""
        if self.requested:
            self.impatient = True
            return
        is_from_window = self.had_terminal and not has_terminal()
        if number == signal.SIGHUP and not self.interrupts and not is_from_window:
            self.renewal = True
            return
        self.requested = True
        if self.interrupts:
            raise StopRequested


# -- one at a time ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[IO[str] | None]:
    """The open note of the one supervisor of this data folder; None, after saying where, for a second one."""
    with open(folder / "supervisor.json", "a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note.seek(0)
            say(where_it_runs(note.read()))
            yield None
            return
        note.truncate(0)
        write_note(note, address=None)
        yield note
        note.truncate(0)


def write_note(note: IO[str], *, address: str | None) -> None:
    """Write into the note who runs and where; without an address it is still starting."""
    note.truncate(0)
    note.write(json.dumps({"pid": os.getpid(), "address": address}))
    note.flush()


def where_it_runs(written: str) -> str:
    """The sentence for whoever starts a second one, from what the first one noted."""
    try:
        found: dict[str, Any] = json.loads(written)
    except ValueError:
        return "后勤已经在启动，请看另一个窗口。"
    if found["address"] is None:
        return f"后勤正在启动（进程 {found['pid']}），请看另一个窗口。"
    return f"后勤已经在运行：{found['address']}（进程 {found['pid']}）"


# -- serving ---------------------------------------------------------------------------------------------


@dataclass
class Supervisor:
    """The program while it runs: its listening socket, its children and the embedded server."""

    around: Surroundings
    note: IO[str]
    stopping: Stopping
    listener: Listener
    children: list[Child] = field(default_factory=list)
    workers: list[Child] = field(default_factory=list)
    leaving: list[Child] = field(default_factory=list)
    renewal: Renewal | None = None

    def run(self) -> None:
        """Prepare, start, announce, watch until asked to stop, and stop in order.

        Raises CannotStart when preparing fails or the web server does not come up.
        """
        environ = self._environ()
        self._prepare(environ)
        # What serves pages and runs jobs has no business with the role that may change tables and history.
        del environ["DATABASE_OWNER_URL"]
        # From here on a signal only leaves a note: nothing below may be torn apart half-done.
        self.stopping.interrupts = False
        try:
            self._start_web_server(environ)
            if not self.stopping.requested:
                write_note(self.note, address=self.listener.address)
                self._announce(environ)
                self._start_job_workers(environ)
            self._watch()
        finally:
            self._stop_children()

    def _environ(self) -> dict[str, str]:
        environ = dict(self.around.environ)
        if self.listener.is_loopback and "HOUQIN_INSECURE_LAN" not in environ:
            # Nobody else can listen in on the loopback, and without this it would redirect to https.
            environ["HOUQIN_INSECURE_LAN"] = "1"
        environ["HOUQIN_LISTEN_FD"] = str(self.listener.socket.fileno())
        environ[READY] = str(self.around.folder / "web.ready")
        return environ

    def _prepare(self, environ: dict[str, str]) -> None:
        # A restoring that was torn off at its last step is a school in two halves: finished before all else.
        if finish(Site(Server(environ["DATABASE_OWNER_URL"]), self.around.folder)):
            say("上次没有做完的恢复，已经接着做完。")
        self._bring_up_to_date(environ)

    def _bring_up_to_date(self, environ: dict[str, str], *options: str) -> None:
        """Tables and static files; CannotStart when that fails."""
        if is_prepared(environ["DATABASE_OWNER_URL"], self.around.folder):
            return
        log = self._log("prepare")
        with open(log, "wb") as output:
            done = subprocess.run(
                [sys.executable, "-m", "houqin.starting.prepare", *options],
                env=environ,
                cwd=CLONE,
                stderr=output,
                check=False,
            )
        if done.returncode != 0:
            raise CannotStart(f"准备数据库或页面文件时出错：{_last_line(log)}（日志：{log}）")

    def _web_server(self, environ: dict[str, str]) -> Child:
        gunicorn = [
            "-m",
            "gunicorn",
            "--config",
            "houqin/starting/gunicorn_conf.py",
            "houqin.wsgi:application",
        ]
        descriptor = self.listener.socket.fileno()
        return Child("网页服务", [sys.executable, *gunicorn], environ, CLONE, self._log("web"), (descriptor,))

    def _start_web_server(self, environ: dict[str, str]) -> None:
        """Start it and wait for its first page."""
        web = self._web_server(environ)
        self.children.append(web)
        web.start()
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while not self.stopping.requested and not self._answers():
            if not web.is_alive():
                raise CannotStart(f"网页服务没有启动：{_last_line(web.log)}（{web.last_words()}）")
            if time.monotonic() > deadline:
                raise CannotStart(f"网页服务启动了，但首页出错：{_last_line(web.log)}（日志：{web.log}）")

    def _start_job_workers(self, environ: dict[str, str]) -> None:
        # Last: who waits for the first page and the accounts should have the processor.
        for label, log, options in WORKERS:
            command = [sys.executable, "manage.py", "procrastinate", "worker", *options]
            worker = Child(label, command, environ, CLONE, self._log(log))
            self.children.append(worker)
            self.workers.append(worker)
            worker.start()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(*self.listener.reachable_at, timeout=5)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except OSError:
            time.sleep(WATCH_PAUSE)
            return False
        finally:
            connection.close()

    def _announce(self, environ: dict[str, str]) -> None:
        if self.listener.busy_port:
            say(f"端口 {self.listener.busy_port} 已被别的程序占用，改用 {self.listener.port}。")
        say()
        say(f"后勤已启动，请用浏览器打开：{self.listener.address}")
        if environ.get("HOUQIN_INSECURE_LAN") == "1":
            say("注意：没有使用证书（HOUQIN_INSECURE_LAN=1），密码不加密传输；对外使用前请配置 https。")
        for line in _demonstration_accounts(environ):
            say(line)
        say("按 Ctrl-C 停止。")

    def _watch(self) -> None:
        database = DatabaseWatch(self.around.server)
        backup = self._nightly_backup()
        try:
            while not self.stopping.requested:
                self._look(database, backup)
                time.sleep(WATCH_PAUSE)
        finally:
            backup.end()

    def _look(self, database: DatabaseWatch, backup: NightlyBackup) -> None:
        for child in self.children:
            child.watch()
        if database.watch():
            # Their listening connections died with the server; alone they would look every few seconds.
            for worker in self.workers:
                worker.renew()
        backup.watch()
        if self.stopping.renewal and self.renewal is None:
            self.stopping.renewal = False
            self._begin_renewal()
        self._watch_renewal()

    def _begin_renewal(self) -> None:
        """Bring tables and static files to the code that lies there, and start a web server of it."""
        say("按 HUP 信号换上新的进程……")
        environ = self._environ()
        try:
            # Beside the old program's static files, whose pages are still open.
            self._bring_up_to_date(environ, BESIDE)
        except CannotStart as refusal:
            say(f"{refusal}原来的继续服务。")
            return
        del environ["DATABASE_OWNER_URL"]
        self.renewal = Renewal(self.children[0], self._web_server(environ), Path(environ[READY]))
        self.renewal.begin()

    def _watch_renewal(self) -> None:
        self.leaving = [child for child in self.leaving if child.is_alive()]
        serving = self.renewal.watch() if self.renewal is not None else None
        if self.renewal is None or serving is None:
            return
        if serving is self.renewal.new:
            self.children[0] = serving
            self.leaving.append(self.renewal.old)
            for worker in self.workers:
                worker.renew()
        self.renewal = None

    def _nightly_backup(self) -> NightlyBackup:
        environ = self._environ()
        place = Path(environ.get("HOUQIN_BACKUPS") or self.around.folder / "backups")
        return NightlyBackup(environ, place, self._log("backup"))

    def _stop_children(self) -> None:
        say("正在停止……")
        coming = [self.renewal.new] if self.renewal is not None else []
        children = [*self.children, *self.leaving, *coming]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_alive() for child in children):
            # A second Ctrl-C: whoever waits at the terminal does not want to wait.
            if time.monotonic() > deadline or self.stopping.impatient:
                break
            time.sleep(0.05)
        for child in children:
            child.end()

    def _log(self, name: str) -> Path:
        folder = self.around.folder / "log"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / f"{name}.log"


@dataclass
class DatabaseWatch:
    """Starts the embedded server again when it died; a server of the school's own is not ours to start."""

    server: EmbeddedPostgres | None
    _next_try: float = field(default=0.0, init=False)

    def watch(self) -> bool:
        """Look whether it lives; True when it had died and was repaired.

        What hinders the repair is said, and tried again after a pause.
        """
        if self.server is None or time.monotonic() < self._next_try or self.server.lives():
            return False
        say("数据库意外退出，正在恢复……")
        try:
            self.server.repair()
        except DatabaseNotStarted as error:
            say(str(error))
            self._next_try = time.monotonic() + LONGEST_PAUSE
            return False
        say("数据库已恢复。")
        return True


def _demonstration_accounts(environ: dict[str, str]) -> list[str]:
    """One line per account of the demonstration school; none when the school is a real one."""
    command = [sys.executable, "manage.py", "demo_accounts", "--json"]
    asked = subprocess.run(command, env=environ, cwd=CLONE, capture_output=True, text=True, check=False)
    try:
        accounts: list[dict[str, str]] = json.loads(asked.stdout)
    except ValueError:
        return []
    lines = [f"  {a['label']}　{a['name']}　账号 {a['login']}　密码 {a['password']}" for a in accounts]
    return ["演示账号：", *lines] if lines else []


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "没有任何输出"


if __name__ == "__main__":
    sys.exit(main())
