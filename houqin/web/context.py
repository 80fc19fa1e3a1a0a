"""What every page may use: the navigation of this person and the name of the house."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from houqin.registry import registry
from houqin.school_settings.modules import belongs_to_use


def house(request: HttpRequest) -> dict[str, Any]:
    """The navigation entries that this person may open, in order."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    mine = [entry for entry in registry.navigation if user.has(entry.permission)]
    on = timezone.localdate()
    return {"navigation": [entry for entry in mine if belongs_to_use(entry.permission, on=on)]}
