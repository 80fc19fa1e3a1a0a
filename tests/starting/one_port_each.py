"""The house's gunicorn with three workers, each at a port of its own, so that a test chooses whom it asks."""

from __future__ import annotations

import os

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from houqin.starting import gunicorn_conf as house
from houqin.starting.gunicorn_conf import *  # noqa: F403 - gunicorn reads a module's names

bind = [f"fd://{each}" for each in os.environ["LISTENING"].split()]
workers = len(bind)


def post_fork(server: Arbiter, worker: Worker) -> None:
    """As in the house, and of the sockets keep one; so does whoever comes in its place."""
    house.post_fork(server, worker)
    worker.sockets = [worker.sockets[worker.age % len(worker.sockets)]]
