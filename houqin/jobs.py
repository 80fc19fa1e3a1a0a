"""The job queue's set-up: procrastinate keeps its jobs in the same database as everything else."""

from __future__ import annotations

import procrastinate


def configure(app: procrastinate.App) -> None:
    """Called by procrastinate when Django is ready; jobs of all apps are found in their `tasks.py`."""
    app.periodic_defaults = {"max_delay": 24 * 3600}
