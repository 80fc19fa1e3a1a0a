"""Whether the code changed since the database and the static files were last prepared for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import psycopg

from houqin.database.folders import CLONE

LOCK = CLONE / "requirements.lock"
NOT_CODE = {".venv", ".data", ".git", "build", "tests", "node_modules"}


def fingerprint_of_code() -> str:
    """Changes with every Python file of the program and every locked package.

    All of it, not the migrations alone: what is installed after them (grants, the audit's triggers, the
    role table) is computed from models and tables of rights anywhere in the code.
    """
    rooms = [room for room in CLONE.iterdir() if room.is_dir() and room.name not in NOT_CODE]
    return _digest(LOCK, *(file for room in rooms for file in room.rglob("*.py")))


def fingerprint_of_static_files() -> str:
    """Changes with every static file of the program and every locked package, which bring their own."""
    folders = [CLONE / "static", *CLONE.glob("*/static")]
    return _digest(LOCK, *(file for folder in folders for file in folder.rglob("*") if file.is_file()))


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in _sorted(files):
        digest.update(f"{file.relative_to(CLONE)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sorted(files: Iterable[Path]) -> list[Path]:
    return sorted(set(files))


def prepared_for(owner_address: str) -> str | None:
    """The fingerprint noted in the database, or None when it was never prepared.

    The note lies inside the database, in a schema of its own: whoever drops, restores or changes the database
    takes it along, which a file beside it would not notice, and the program's role cannot touch it.
    """
    with psycopg.connect(owner_address, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('starting.prepared')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT code FROM starting.prepared").fetchone()
    return row[0] if row else None


def note_prepared(owner_address: str, fingerprint: str) -> None:
    """Note in the database that it was prepared for the code with this fingerprint."""
    with psycopg.connect(owner_address) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS starting")
        connection.execute("CREATE TABLE IF NOT EXISTS starting.prepared (code text NOT NULL)")
        connection.execute("DELETE FROM starting.prepared")
        connection.execute("INSERT INTO starting.prepared VALUES (%s)", [fingerprint])
