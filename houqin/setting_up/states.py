"""The rights of setting up."""

from __future__ import annotations

READ = "houqin.setup:read"
FINISH = "houqin.setup:finish"
