"""The one field of an order: what is to be printed, sealed, because nobody types it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from houqin.orders.papers import OrderedPaper

SALT = "houqin.orders.paper"
# So long a page may lie open before its button is pressed.
MOST_SECONDS = 24 * 60 * 60
STALE = "这一页放得太久了，或者网址不完整。请回到原来的页面，重新点“打印”。"


def sealed(paper: OrderedPaper) -> str:
    """What `paper` is and what was asked of it, as a text that only this program makes."""
    return signing.dumps({"kind": paper.code, "asked": dict(paper.asked)}, salt=SALT, compress=True)


def unsealed(text: str) -> Mapping[str, Any] | None:
    """What `sealed` was given; None for any other text, and for one of yesterday."""
    try:
        found: Mapping[str, Any] = signing.loads(text, salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return None
    return found


class PaperForm(forms.Form):
    """Sent by the page that says how long a document is."""

    paper = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        found = unsealed(self.cleaned_data.get("paper", ""))
        if found is None:
            raise ValidationError(STALE)
        return dict(found)
