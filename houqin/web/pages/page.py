"""`Page`: what every page has: a declared right, a reader, and rows only as far as he may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from houqin.database.compiled import by_public_id
from houqin.database.prepared import prepared
from houqin.people.models import User
from houqin.records import Record
from houqin.web.pages.paging import light

PUBLIC_ID = re.compile(r"[0-9A-Za-z]{1,16}")

# One sentence for “there is none” and “it is not yours”: the answer must not tell which.
ABSENT = "没有这一条记录，或者它不归您查看。"


class SeeOther(HttpResponseRedirect):
    """303: after a write the browser fetches the next page, so that reloading it sends nothing again."""

    status_code = 303


class Page(View):
    """A view with a right (`perm`), a model and a title; subclasses are the patterns of this room."""

    perm: ClassVar[str]
    model: ClassVar[type[Record]]
    template_name: ClassVar[str]
    title: ClassVar[str] = ""

    @property
    def user(self) -> User:
        """The reader; the default-deny middleware let nobody in who is not logged in."""
        return self.request.user  # type: ignore[return-value]

    def rows(self) -> Any:
        """The rows that the reader may see; override to add `select_related` for the columns shown."""
        return self.model.objects.visible_to(self.user)

    def find(self, public_id: str) -> Any:
        """The visible row with this id; `Http404` alike for an absent row and for somebody else's."""
        if not PUBLIC_ID.fullmatch(public_id):
            raise Http404(ABSENT)
        with prepared():
            found = by_public_id(light(self.rows()), public_id)
        if not found:
            raise Http404(ABSENT)
        return found[0]

    def page_title(self) -> str:
        """The heading of the page and of the browser's tab."""
        return self.title

    def back_url(self) -> str:
        """Where the arrow of the phone and 取消 lead."""
        return "/"

    def trail(self) -> list[tuple[str, str]]:
        """The bread crumbs: (label, address) from the outside in, without this page."""
        return []

    def standing_at(self) -> str:
        """The address of the navigation's entry that leads here; empty when the page's own lies below it."""
        return ""

    def context(self) -> Mapping[str, Any]:
        """What this very page adds for its template."""
        return {}

    def answer(
        self, request: HttpRequest, context: Mapping[str, Any], *, status: int = 200, template: str = ""
    ) -> HttpResponse:
        """The page drawn from its template, or from another `template` for a state of its own."""
        shared = {
            "page": self,
            "page_title": self.page_title(),
            "back_url": self.back_url(),
            "trail": self.trail(),
            "standing_at": self.standing_at(),
        }
        drawn = {**shared, **context, **self.context()}
        return render(request, template or self.template_name, drawn, status=status)


def address_of(record: Any) -> str:
    """The page of `record`, or nothing when its model has none."""
    return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
