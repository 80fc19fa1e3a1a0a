"""Settings as a school runs them are clean; promise C1. Linters are run by `make lint`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What a test run or a school without a certificate may have set.
UNSAFE = {"HOUQIN_INSECURE_LAN", "DEBUG", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def checked(**changed: str) -> tuple[int, str]:
    """`check --deploy` in a process of its own, as a school's server starts."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSAFE}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment | changed, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_c1_the_settings_of_a_school_with_a_certificate_are_clean() -> None:
    code, said = checked()
    assert (code, "no issues" in said) == (0, True), said


def test_c1_a_school_without_a_certificate_is_told_so_aloud() -> None:
    code, said = checked(HOUQIN_INSECURE_LAN="1")
    assert (code, "houqin.W001" in said) == (1, True)


def test_c1_debugging_is_never_silent() -> None:
    code, said = checked(DEBUG="1")
    assert (code, "security.W018" in said) == (1, True)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_OWNER_URL": "sqlite:///x"}, "DATABASE_OWNER_URL"),
    ],
)
def test_c1_a_wrong_setting_stops_the_start_and_is_named(changed: dict[str, str], named: str) -> None:
    code, said = checked(**changed)
    assert code != 0
    assert named in said.splitlines()[-1]


def test_c1_the_program_starts_without_knowing_the_owner_of_the_tables() -> None:
    """What serves pages is started without the address of the role that may change history."""
    code, said = checked(DATABASE_OWNER_URL="")
    assert (code, "no issues" in said) == (0, True), said
