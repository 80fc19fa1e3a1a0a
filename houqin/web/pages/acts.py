"""`ActPage`: one act on a record, confirmed on its own page or done at one tap from the record's page."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from houqin.errors import RuleBroken
from houqin.rules import Decision
from houqin.web.pages.forms import FormPage
from houqin.web.pages.page import PUBLIC_ID, address_of

MOST_CHOSEN = 200
NONE_CHOSEN = "没有选中任何一条。请回到列表勾选后再来。"


class NoFields(forms.Form):
    """The form of an act that asks nothing."""


class ActPage(FormPage):
    """GET asks, POST acts. `possible` is the rule's own decision: its reason stands in the button's place."""

    template_name: ClassVar[str] = "pages/act.html"

    form_class: ClassVar[type[forms.BaseForm]] = NoFields
    submit_label: ClassVar[str] = "确定"
    question: ClassVar[str] = ""
    is_danger: ClassVar[bool] = False

    def asked(self) -> str:
        """What the page asks before it acts, where that depends on the record."""
        return self.question


class BulkActPage(ActPage):
    """One act on the rows that were ticked in a list: `?chosen=ID&chosen=ID`, as far as the reader sees them.

    The service takes them under the name `records_name`, in one transaction: all or none. `counter` is the
    word by which they are counted (量词).
    """

    records_name: ClassVar[str]
    counter: ClassVar[str] = "条"
    list_url_name: ClassVar[str]

    chosen: list[Any]

    def possible(self) -> Decision:
        return Decision.yes() if self.chosen else Decision.no(NONE_CHOSEN)

    def back_url(self) -> str:
        return reverse(self.list_url_name)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        source = request.POST if request.method == "POST" else request.GET
        wanted = [each for each in source.getlist("chosen")[:MOST_CHOSEN] if PUBLIC_ID.fullmatch(each)]
        self.chosen = list(self.rows().filter(public_id__in=wanted))
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: Any, expected: int | None) -> Any:
        if not self.chosen:
            raise RuleBroken(NONE_CHOSEN)
        return super().save(form, expected)

    def about(self, expected: int | None) -> dict[str, Any]:
        return {self.records_name: self.chosen}

    def context(self) -> dict[str, Any]:
        return {"chosen": [(record, address_of(record)) for record in self.chosen]}
