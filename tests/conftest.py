"""What every test stands on: the app role on a real PostgreSQL, and a cast of people."""

from __future__ import annotations

import pytest
from django.db import connections


@pytest.fixture(autouse=True)
def _never_the_real_database(request: pytest.FixtureRequest) -> None:
    """A migration that ignores its alias writes to the real database; a test must never reach one."""
    if request.node.get_closest_marker("django_db") is None:
        return
    for alias in ("default", "owner"):
        assert connections[alias].settings_dict["NAME"].startswith("test_")
