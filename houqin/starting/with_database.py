"""Run one command with a database: `python -m houqin.starting.with_database [--purpose test] -- COMMAND`.

Starts the embedded PostgreSQL or joins the running one, sets the environment that the settings read, runs
the command in the current folder and gives back its exit code. Several may run at once.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

from houqin.database.binaries import DatabaseNotStarted
from houqin.database.embedded import DATABASE, EmbeddedPostgres
from houqin.database.folders import data_folder
from houqin.starting.environment import WrongEnvironment, surroundings


def main(arguments: list[str] | None = None) -> int:
    """The command's exit code; 2 when there is no database to run it with."""
    parser = argparse.ArgumentParser(prog="python -m houqin.starting.with_database", description=__doc__)
    parser.add_argument(
        "--purpose", choices=["run", "test"], default="run", help="whose data: the school's or the tests'"
    )
    parser.add_argument("--database", default=DATABASE, help="name of the database, made when missing")
    parser.add_argument("--keep", action="store_true", help="leave the server running afterwards")
    parser.add_argument("--stop", action="store_true", help="stop a server that was left running")
    parser.add_argument("command", nargs="*", help="the command and its arguments, after --")
    options = parser.parse_args(arguments)
    try:
        if options.stop:
            return _stop(EmbeddedPostgres(data_folder(options.purpose)))
        if not options.command:
            parser.error("no command given after --")
        with surroundings(options.purpose, database=options.database, keep=options.keep) as around:
            return _run(options.command, dict(around.environ))
    except (DatabaseNotStarted, WrongEnvironment) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _run(command: list[str], environ: dict[str, str]) -> int:
    # Ctrl-C reaches the command by itself; this process must outlive it to leave the database in order. (A
    # handler, unlike SIG_IGN, is not inherited.)
    signal.signal(signal.SIGINT, lambda *_: None)
    with subprocess.Popen(
        command,
        env=environ,
    ) as child:
        signal.signal(signal.SIGTERM, lambda number, _: child.send_signal(number))
        code = child.wait()
    return code if code >= 0 else 128 - code


def _stop(server: EmbeddedPostgres) -> int:
    if server.stop():
        return 0
    sys.stderr.write("数据库还有别的程序在用，用完后会自己停下。\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
