from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from houqin.starting import fingerprints
from houqin.starting.fingerprints import (
    fingerprint_of_code,
    fingerprint_of_static_files,
    note_prepared,
    prepared_for,
)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("houqin/people/roles.py", "static/site.css", "requirements.lock", "build/made.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("first")
    monkeypatch.setattr(fingerprints, "CLONE", tmp_path)
    monkeypatch.setattr(fingerprints, "LOCK", tmp_path / "requirements.lock")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "code_changes", "static_changes"),
    [
        ("houqin/people/roles.py", True, False),
        ("houqin/new.py", True, False),
        ("static/site.css", False, True),
        ("requirements.lock", True, True),
        ("build/made.py", False, False),
    ],
)
def test_only_what_matters_changes_a_fingerprint(
    clone: Path, changed: str, code_changes: bool, static_changes: bool
) -> None:
    before = fingerprint_of_code(), fingerprint_of_static_files()
    (clone / changed).write_text("second")
    after = fingerprint_of_code(), fingerprint_of_static_files()
    assert (before[0] != after[0], before[1] != after[1]) == (code_changes, static_changes)


def test_the_note_lies_in_the_database_beyond_the_programs_reach() -> None:
    owner, app = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    before = prepared_for(owner)
    note_prepared(owner, "first")
    note_prepared(owner, "second")
    assert prepared_for(owner) == "second"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(app) as connection:
        connection.execute("SELECT code FROM starting.prepared")
    note_prepared(owner, before or "")
