"""How gunicorn serves the pages: two processes of four threads, started and watched by the supervisor."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connections
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from houqin.starting.renewing import READY

# The supervisor holds the listening socket, so that a visitor waits for a restarted server instead of being
# refused. A gunicorn started by hand listens for itself.
_inherited = os.environ.get("HOUQIN_LISTEN_FD")
bind = f"fd://{_inherited}" if _inherited else os.environ.get("HOUQIN_BIND", "127.0.0.1:8000")

worker_class = "gthread"
# Django is loaded once and forked: the first page comes sooner, and a killed worker is replaced at once.
preload_app = True
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 15
keepalive = 5
# A slow leak in any library never grows old; the jitter keeps both workers from leaving together.
max_requests = 20_000
max_requests_jitter = 2_000
# Heartbeat files (private ones) in memory: on a disk that stalls, workers would be taken for dead.
MEMORY = "/dev/shm"  # noqa: S108 # nosec B108
worker_tmp_dir = MEMORY if Path(MEMORY).is_dir() else None
control_socket_disable = True
errorlog = "-"
accesslog = None


def when_ready(server: Arbiter) -> None:
    """Note for the supervisor that this server has loaded the program, and takes over from an older one."""
    if READY in os.environ:
        Path(os.environ[READY]).write_text(str(os.getpid()))


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Give no worker a database connection that loading the program may have opened in the master."""
    connections.close_all()
