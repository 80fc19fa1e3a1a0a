"""The environment in which the program's processes run: settings reads nothing else."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from houqin.database.embedded import DATABASE, EmbeddedPostgres
from houqin.database.folders import Purpose
from houqin.database.kept_secrets import kept_secret
from houqin.starting.moving import own_data_folder


class WrongEnvironment(RuntimeError):
    """The caller's environment contradicts itself; the message says which value to change."""


@dataclass(frozen=True)
class Surroundings:
    """What a child process gets: its environment, and the embedded server unless the school has its own."""

    folder: Path
    environ: Mapping[str, str]
    server: EmbeddedPostgres | None


@contextlib.contextmanager
def surroundings(
    purpose: Purpose, *, database: str = DATABASE, keep: bool = False, is_needed: bool = True
) -> Iterator[Surroundings]:
    """Data folder, secrets and a running database for as long as the block runs.

    The caller's own DATABASE_URL and DATABASE_OWNER_URL beat the embedded database; one without the other
    raises WrongEnvironment. With `keep` the embedded server stays after the block, also if it was not there
    before; unless `is_needed` it is only named and never started. Raises DatabaseNotStarted when the embedded
    server cannot run.
    """
    folder = own_data_folder(purpose)
    environ = _environ(folder)
    if _has_own_database(environ):
        yield Surroundings(folder, environ, None)
        return
    server = EmbeddedPostgres(folder)
    if not is_needed:
        yield Surroundings(folder, environ | _addresses(server, database), server)
        return
    try:
        server.join()
        if database != DATABASE:
            server.create_database(database)
        yield Surroundings(folder, environ | _addresses(server, database), server)
    finally:
        server.leave(keep=keep)


def _addresses(server: EmbeddedPostgres, database: str) -> dict[str, str]:
    addresses = server.addresses(database)
    return {"DATABASE_URL": addresses.app, "DATABASE_OWNER_URL": addresses.owner}


def _environ(folder: Path) -> dict[str, str]:
    environ = dict(os.environ)
    environ.setdefault("SECRET_KEY", kept_secret(folder, "secret_key"))
    environ["HOUQIN_DATA"] = str(folder)
    return environ


def _has_own_database(environ: Mapping[str, str]) -> bool:
    given = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if environ.get(name)]
    if len(given) == 1:
        missing = "DATABASE_OWNER_URL" if given == ["DATABASE_URL"] else "DATABASE_URL"
        raise WrongEnvironment(
            f"设置了 {given[0]}，却没有 {missing}。请两个都设置（houqin_app 与 houqin_owner 两个角色），"
            "或者都不设置而使用自带的数据库。"
        )
    return len(given) == 2
