"""A place as a link; of one that was merged, to the place that stands for it today."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from houqin.places.models import Place


def place_link(place: Place) -> SafeString:
    """`place` for a list of facts; the caller has selected `merged_into`."""
    now = place.survivor
    if now is place:
        return format_html('<a href="{}">{}</a>', place.get_absolute_url(), place.full_name)
    return format_html(
        '{}（已并入 <a href="{}">{}</a>）', place.full_name, now.get_absolute_url(), now.full_name
    )
