"""The audit's context: who acts, from where, through which service; readable by the row triggers."""

from __future__ import annotations

import json

from django.db import connection

from houqin.actors import Actor


def metadata(by: Actor, *, service: str) -> str:
    """Who acts, through which service, as the setting `pghistory.context_metadata` holds it."""
    return json.dumps(by.audit_context() | {"service": service}, ensure_ascii=False)


def set_context(by: Actor, *, service: str) -> None:
    """Tell the database who acts, until the transaction ends.

    The triggers read this setting themselves, so that raw SQL and COPY are signed like everything else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', %s, true)", [metadata(by, service=service)]
        )
