"""What every page may use: the navigation of this person and the name of the house."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from houqin.registry import registry


def house(request: HttpRequest) -> dict[str, Any]:
    """The navigation entries that this person may open, in order."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {"navigation": [entry for entry in registry.navigation if user.has(entry.permission)]}
