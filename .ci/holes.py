"""Known holes in the locked packages, asked of the OSV database: `holes.py [--reviewed FILE] LOCK …`.

Called by `make holes`, where the network lets it out; PIP_AUDIT_OSV_URL names a mirror of the service. Ends
with 0 only when every locked package was asked about, each hole found stands in the list of the reviewed
ones, and a package that is known to have holes was told to have them: a service that knows nothing is no
good news.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

REVIEWED = Path(__file__).with_name("reviewed_holes.toml")
# An old version with a heap overflow, among others: where it has no holes, nothing was looked up.
CONTROL = "pillow==12.2.0"
NO_HASH = f"--hash=sha256:{'0' * 64}"
LOCKED = re.compile(r"^([a-z0-9._-]+==[^\s;\\]+)[^\\\n]*", re.MULTILINE)
# What the service says and pip-audit cannot read, it leaves out with no more than a warning.
PASSED_OVER = "WARNING:pip_audit._service"
NOT_ASKED = (
    "the OSV service could not be reached, or its answer not be understood: nothing is known about holes. "
    "Run this where https://api.osv.dev can be reached, or name a mirror in PIP_AUDIT_OSV_URL."
)


class Red(Exception):
    """Why this is not good enough, in a sentence."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole in one locked version, under all its names."""

    package: str
    names: frozenset[str]
    fixed_in: str
    about: str

    def __str__(self) -> str:
        names = ", ".join(sorted(self.names))
        return f"{self.package}: {names}; fixed in {self.fixed_in or 'no version yet'}. {self.about[:200]}"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A hole that somebody looked at: why it does not bite here, and until when that may be believed."""

    id: str
    reason: str
    until: date


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all is well; otherwise says why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewed", type=Path, default=REVIEWED)
    parser.add_argument("locks", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    try:
        reviewed = read_reviewed(options.reviewed, on=datetime.now(UTC).date())
        check_control()
        count = check_locks(options.locks, reviewed)
    except Red as red:
        print(f"RED: {red}")
        return 1
    print(f"No unreviewed hole is known in {count} locked packages; the control {CONTROL} was flagged.")
    return 0


def read_reviewed(file: Path, *, on: date) -> list[Reviewed]:
    """The reviewed holes as of the day `on`; `Red` for an entry that is not whole, or has run out."""
    try:
        entries = tomllib.loads(file.read_text()).get("hole", [])
        reviewed = [Reviewed(**entry) for entry in entries]
    except (OSError, TypeError, tomllib.TOMLDecodeError) as error:
        raise Red(f"{file}: each [[hole]] has an id, a reason and an until-date ({error}).") from error
    for each in reviewed:
        if type(each.until) is not date or not each.reason:
            raise Red(f"{each.id} needs a reason, and a day until which it may be believed.")
        if each.until < on:
            raise Red(f"the review of {each.id} has run out on {each.until}: look at it again.")
    return reviewed


def check_control() -> None:
    """`Red` unless the package that has holes is told to have them."""
    if not holes_in(ask(f"{CONTROL} {NO_HASH}\n")):
        raise Red(f"the control {CONTROL} was not flagged: the service does not know what it should know.")


def check_locks(locks: Sequence[Path], reviewed: Sequence[Reviewed]) -> int:
    """How many packages `locks` name; `Red` for a hole that nobody reviewed, or a package not asked about."""
    # Without its marker: what is left out on this machine is installed on another.
    text = "".join(LOCKED.sub(r"\1 ", lock.read_text()) for lock in locks)
    pins = set(LOCKED.findall(text))
    if not pins:
        raise Red("the lock files name no package.")
    answer = ask(text)
    answered = {f"{each['name']}=={each.get('version')}" for each in answer}
    if missing := pins - answered:
        raise Red(f"not asked about: {', '.join(sorted(missing))}.")
    known = {each.id for each in reviewed}
    holes = [hole for hole in holes_in(answer) if not hole.names & known]
    if holes:
        raise Red("\n  ".join([f"{len(holes)} known holes in the locked packages:", *map(str, holes)]))
    return len(pins)


def ask(requirements: str) -> list[Mapping[str, Any]]:
    """What pip-audit says of each of the pinned `requirements`; `Red` when it could not ask about all."""
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "requirements.txt"
        lock.write_text(requirements)
        command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv"]
        command += ["--requirement", str(lock), "--require-hashes", "--disable-pip"]
        command += ["--format", "json", "--output", "-", "--progress-spinner", "off", "--cache-dir", folder]
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer: list[Mapping[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except ValueError as error:
        last = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Red(f"{NOT_ASKED} ({last})") from error
    if PASSED_OVER in asked.stderr:
        raise Red(f"the service told of a hole that pip-audit cannot read: {asked.stderr.strip()}")
    return answer


def holes_in(answer: Sequence[Mapping[str, Any]]) -> list[Hole]:
    """Every hole in an answer, package by package."""
    return [
        Hole(
            package=f"{each['name']}=={each['version']}",
            names=frozenset({hole["id"], *hole["aliases"]}),
            fixed_in=", ".join(hole["fix_versions"]),
            about=hole["description"],
        )
        for each in answer
        for hole in each.get("vulns", ())
    ]


if __name__ == "__main__":
    sys.exit(main())
