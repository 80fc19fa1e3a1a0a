"""C2: `make holes` is red unless a service that knows the control knows no unreviewed hole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from houqin.starting import bootstrap
from tests.notifications.servers import Manner, Server, answering, serving

CLONE = bootstrap.CLONE
LOCKS = [bootstrap.RUNTIME_LOCK, bootstrap.DEVELOPMENT_LOCK]
IN_CONTROL = {"id": "GHSA-0000-pillow", "aliases": ["CVE-2026-00001"], "summary": "heap overflow"}
IN_DJANGO = {"id": "PYSEC-2026-00002", "aliases": ["CVE-2026-00002"], "summary": "SQL injection"}
HOLES = {("pillow", "12.2.0"): [IN_CONTROL]}


def knowing(holes: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]) -> Manner:
    """A service that knows `holes`, asked as google.github.io/osv.dev/post-v1-query says."""

    def answer(server: Server, line: Any) -> None:
        asked = server.asked[-1].json
        name = asked["package"]["name"]
        found = [
            each | {"affected": [{"package": asked["package"], "ranges": []}]}
            for each in holes.get((name, asked["version"]), ())
        ]
        answering(200, json.dumps({"vulns": found} if found else {}).encode())(server, line)

    return answer


def ask(address: str, *locks: Path, reviewed: Path | None = None) -> tuple[int, str]:
    """What the command ends with and says, with the service at `address`."""
    known = ["--reviewed", str(reviewed)] if reviewed else []
    environ = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", "PIP_AUDIT_OSV_URL": address}
    command = [sys.executable, ".ci/holes.py", *known, *map(str, locks)]
    done = subprocess.run(command, cwd=CLONE, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def locked(folder: Path, *pins: str) -> Path:
    lock = folder / "requirements.lock"
    lock.write_text("".join(f"{pin} \\\n    --hash=sha256:{'0' * 64}\n    # via nobody\n" for pin in pins))
    return lock


def reviews(folder: Path, until: str) -> Path:
    file = folder / "reviewed.toml"
    file.write_text(f'[[hole]]\nid = "CVE-2026-00002"\nreason = "never called"\nuntil = {until}\n')
    return file


@pytest.mark.long
def test_c2_every_locked_package_is_asked_about_and_none_has_a_hole() -> None:
    with serving(knowing(HOLES)) as server:
        code, said = ask(server.address, *LOCKS)
    names = {each.json["package"]["name"] for each in server.asked}
    wanted = {
        block.partition("==")[0]
        for lock in LOCKS
        for block in lock.read_text().splitlines()
        if block[:1].isalnum()
    }
    assert (code, names - wanted, wanted - names) == (0, set(), set())
    assert said.endswith("locked packages; the control pillow==12.2.0 was flagged.\n")


@pytest.mark.long
def test_c2_a_hole_is_red_also_where_the_package_is_for_another_system(tmp_path: Path) -> None:
    lock = locked(tmp_path, "django==5.2.19", "colorama==0.4.6 ; sys_platform == 'win32'")
    known = HOLES | {("colorama", "0.4.6"): [IN_DJANGO]}
    with serving(knowing(known)) as server:
        code, said = ask(server.address, lock)
    assert (code, said.splitlines()) == (
        1,
        [
            "RED: 1 known holes in the locked packages:",
            "  colorama==0.4.6: CVE-2026-00002, PYSEC-2026-00002; fixed in no version yet. SQL injection",
        ],
    )


@pytest.mark.long
def test_c2_a_reviewed_hole_is_believed_until_its_day(tmp_path: Path) -> None:
    with serving(knowing(HOLES | {("django", "5.2.19"): [IN_DJANGO]})) as server:
        lock = locked(tmp_path, "django==5.2.19")
        code, _ = ask(server.address, lock, reviewed=reviews(tmp_path, "2999-12-31"))
    assert (code, len(server.asked)) == (0, 2)


@pytest.mark.long
def test_c2_a_hole_that_cannot_be_read_is_red_and_not_passed_over(tmp_path: Path) -> None:
    with serving(
        knowing(HOLES | {("django", "5.2.19"): [{**IN_DJANGO, "schema_version": "2.0.0"}]})
    ) as server:
        code, said = ask(server.address, locked(tmp_path, "django==5.2.19"))
    assert (code, said.startswith("RED: the service told of a hole that pip-audit cannot read")) == (1, True)


def test_c2_a_review_that_has_run_out_is_red_before_anybody_is_asked(tmp_path: Path) -> None:
    with serving(knowing(HOLES)) as server:
        answer = ask(server.address, LOCKS[0], reviewed=reviews(tmp_path, "2026-01-31"))
    assert (answer, server.asked) == (
        (1, "RED: the review of CVE-2026-00002 has run out on 2026-01-31: look at it again.\n"), [],
    )  # fmt: skip


def test_c2_a_service_that_does_not_know_the_control_is_red() -> None:
    with serving(knowing({})) as server:
        code, said = ask(server.address, LOCKS[0])
    red = "RED: the control pillow==12.2.0 was not flagged: the service does not know what it should know.\n"
    assert (code, said) == (1, red)


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b'{"vulns": [{}]}'], ids=["page", "empty"])
@pytest.mark.long
def test_c2_a_service_that_answers_nonsense_is_red(body: bytes) -> None:
    with serving(answering(200, body)) as server:
        code, said = ask(server.address, LOCKS[0])
    assert (code, said.startswith("RED: the OSV service could not be reached, or its answer")) == (1, True)


def test_c2_a_service_that_is_down_is_red_and_no_silent_skip() -> None:
    with serving(knowing(HOLES)) as server:
        address = server.address
    code, said = ask(address, LOCKS[0])
    assert (code, said.startswith("RED: the OSV service could not be reached, or its answer")) == (1, True)
    assert "Run this where https://api.osv.dev can be reached" in said
