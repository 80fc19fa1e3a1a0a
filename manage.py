#!/usr/bin/env python3
"""Django's command line for houqin; in a bare shell it finds the program's own Python and database itself."""

import importlib.util
import os
import sys
from contextlib import ExitStack
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
WITHOUT_DATABASE = {"read_plan"}


def main() -> None:
    """Run the command with the school's database, unless the environment names another one."""
    if importlib.util.find_spec("django") is None:
        _run_in_own_python()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.settings")
    from django.core.management import execute_from_command_line

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            os.environ.update(_school_environment(stack))
        execute_from_command_line(sys.argv)


def _run_in_own_python() -> None:
    if not OWN_PYTHON.exists() or Path(sys.prefix) == OWN_PYTHON.parent.parent:
        sys.exit("还没有安装。请先运行 make install（或 make run）。")
    os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])


def _school_environment(stack: ExitStack) -> dict[str, str]:
    """The environment that `make run` would set; the embedded database runs for as long as the command."""
    from houqin.database.binaries import DatabaseNotStarted
    from houqin.starting.environment import WrongEnvironment, surroundings

    needs_database = not WITHOUT_DATABASE & set(sys.argv[1:2])
    os.environ.setdefault("HOUQIN_INSECURE_LAN", "1")
    try:
        around = stack.enter_context(surroundings("run", is_needed=needs_database))
    except (DatabaseNotStarted, WrongEnvironment) as error:
        sys.exit(str(error))
    return dict(around.environ)


if __name__ == "__main__":
    main()
