"""Where a test plants routes that the house does not have."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
handler400: Any = None
handler403: Any = None
handler404: Any = None
handler500: Any = None
