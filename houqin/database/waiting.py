"""Waiting for a database server that is still starting."""

from __future__ import annotations

import time

import psycopg

from houqin.database.binaries import DatabaseNotStarted

PAUSE = 0.2


def wait_for_server(address: str, *, seconds: float = 30.0) -> None:
    """Return when the server at `address` takes connections.

    Raises DatabaseNotStarted with the server's own words when it does not within `seconds`; at once when it
    refuses the role, the password or the database, because waiting does not mend those.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            reason = _reason(error)
            if _is_final(reason) or time.monotonic() > deadline:
                raise DatabaseNotStarted(
                    f"连接不上数据库：{reason}。请检查 DATABASE_URL 和 DATABASE_OWNER_URL。"
                ) from error
            time.sleep(PAUSE)
        else:
            return


def _reason(error: psycopg.OperationalError) -> str:
    """What went wrong, without the driver's indented advice."""
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("\t")]
    return lines[-1].strip() if lines else "没有应答"


def _is_final(reason: str) -> bool:
    return (
        "FATAL" in reason
        and "starting up" not in reason
        and "shutting down" not in reason
        and "recovery" not in reason
    )
