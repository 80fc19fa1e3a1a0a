"""Search over everything that the apps plugged in, each as far as this reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from houqin.registry import Hit, registry
from houqin.school_settings.modules import in_use
from houqin.web.pages.page import Page

LONGEST = 100
PER_SOURCE = 20


class SearchPage(Page):
    """Hits by kind. Exactly one thing of that very number: the reader is taken there at once."""

    perm: ClassVar[str] = "houqin.search:use"
    template_name: ClassVar[str] = "search.html"
    title: ClassVar[str] = "搜索"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
        sources = in_use(registry.searches, on=timezone.localdate()) if words else []
        hits = [hit for source in sources for hit in source(self.user, words, PER_SOURCE)]
        exact = [hit for hit in hits if is_number_of(words, hit)]
        if len(exact) == 1:
            return redirect(exact[0].url)
        return self.answer(request, {"words": words, "kinds": by_kind(hits), "count": len(hits)})


def is_number_of(words: str, hit: Hit) -> bool:
    """Whether `words` is the very number of what was hit."""
    return hit.number != "" and hit.number.casefold() == words.casefold()


def by_kind(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    """The hits under their kinds, in the order in which the apps are plugged in."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.kind, []).append(hit)
    return groups
