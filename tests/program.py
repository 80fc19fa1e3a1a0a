"""The whole program as a school runs it, on an empty database and a data folder of its own.

For what looks from outside: the tour and the bench. The server is that of `DATABASE_OWNER_URL`, whose role
may create databases; both it and the folder are gone when the block ends.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from houqin.starting.children import Child

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAGE_SECONDS = 60.0


class ProgramFailed(RuntimeError):
    """The program did not start; the message ends with what its log says last."""


@dataclass(frozen=True)
class Served:
    """A web server: its address, and the process above its workers."""

    address: str
    pid: int


@dataclass(frozen=True)
class Place:
    """A database and a data folder for one run, and the environment that leads there."""

    folder: Path
    environ: Mapping[str, str]

    def run(self, *command: str) -> str:
        """Run a Python command there, `("manage.py", "check")`, and give back what it printed."""
        done = subprocess.run(
            [sys.executable, *command],
            env=dict(self.environ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ProgramFailed(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def prepare(self) -> None:
        """Tables, the demonstration school unless HOUQIN_DEMO is off, static files."""
        self.run("-m", "houqin.starting.prepare")

    def accounts(self) -> list[dict[str, str]]:
        """Who may log in: role, name, login, password; one per role of the demonstration school."""
        found: list[dict[str, str]] = json.loads(self.run("manage.py", "demo_accounts", "--json"))
        return found

    def errors(self) -> list[str]:
        """What the servers wrote down as errors, though a browser may have shown nothing."""
        lines = [
            line
            for log in (self.folder / "log").glob("web-*.log")
            for line in log.read_text(errors="replace").splitlines()
        ]
        return [f"server: {line}" for line in lines if " ERROR " in line]

    @contextlib.contextmanager
    def serve(self, application: str = "houqin.wsgi:application", **environ: str) -> Iterator[Served]:
        """Serve `application` as the supervisor does, until the block ends."""
        port = free_port()
        around = {**self.environ, "HOUQIN_BIND": f"127.0.0.1:{port}", **environ}
        command = [sys.executable, "-m", "gunicorn", "-c", "houqin/starting/gunicorn_conf.py", application]
        server = Child("网页服务", command, around, ROOT, self.folder / "log" / f"web-{port}.log")
        server.start()
        try:
            _wait_for_first_page(server, port)
            yield Served(f"http://127.0.0.1:{port}", server.process.pid if server.process else 0)
        finally:
            server.end()

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """Let the jobs be done, as the supervisor does, until the block ends."""
        command = [sys.executable, "manage.py", "procrastinate", "worker"]
        worker = Child("后台任务", command, self.environ, ROOT, self.folder / "log" / "worker.log")
        worker.start()
        try:
            yield
        finally:
            worker.end()


@contextlib.contextmanager
def own_place(name: str, **environ: str) -> Iterator[Place]:
    """An empty database `name` and an empty folder; both are removed afterwards."""
    addresses = {key: _renamed(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    with _database(name), tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
        around = {
            **os.environ, **addresses, "HOUQIN_DATA": folder, "HOUQIN_INSECURE_LAN": "1",
            "DJANGO_SETTINGS_MODULE": "houqin.settings", **environ,
        }  # fmt: skip
        yield Place(Path(folder), around)


@contextlib.contextmanager
def _database(name: str) -> Iterator[None]:
    owner = os.environ["DATABASE_OWNER_URL"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(owner, autocommit=True) as connection:
        # Left by a run that was killed.
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield
    finally:
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(drop)


def _renamed(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_first_page(server: Child, port: int) -> None:
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < deadline and server.is_alive():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", "/")
            if connection.getresponse().status < 500:
                return
        time.sleep(0.02)
    server.end()
    raise ProgramFailed(f"{server.label}: {server.log.read_text(errors='replace')[-2000:]}")
