"""Which of the two database roles does what."""

from __future__ import annotations

from typing import Any


class MigrationsByOwner:
    """Tables are made and changed by the role `owner` only; everything else runs as `default`."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
