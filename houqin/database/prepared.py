"""Statements that the server parses and plans once per connection, and several of them in one message.

For what is asked again and again in the same shape and finds its row by a key: reading one row, locking it,
saving it. There the plan is always the same, and making it costs more than following it. Lists are not asked
like this: what a plan of theirs is worth depends on the values, and their shapes are many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def prepared() -> Iterator[None]:
    """Let the statements inside be prepared, once they have been asked `prepare_threshold` times.

    Their values travel beside them, not in their text, so a message holds one statement and 65,535 values at
    most.
    """
    connection.ensure_connection()
    # Django makes its cursors by what its connection holds here, and psycopg prepares for these alone.
    wire = connection.connection
    before, wire.cursor_factory = wire.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        wire.cursor_factory = before


@contextmanager
def in_one_message() -> Iterator[None]:
    """`prepared`, and the server gets all that is asked inside at once, a BEGIN before it included.

    It works statement by statement and stops at the first that fails. The first answer that is read waits for
    it; until then a cursor knows neither rows nor their number, so no record is saved in here.
    """
    with prepared(), connection.connection.pipeline():
        yield
