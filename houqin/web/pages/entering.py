"""`EntersForOthers`: a form that the office may fill in for somebody who does not tap (代录)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase

from houqin.actors import Actor
from houqin.people.choices import InUseField
from houqin.people.entering import ENTER, EntrySource, entered
from houqin.people.selectors import people_to_enter_for
from houqin.web.access import actor
from houqin.web.pages.forms import FormPage

DOER, SOURCE = "doer", "entry_source"


class EntersForOthers(FormPage):
    """Stands before the pattern: `(EntersForOthers, ActPage)`. Who may not enter for others sees no more.

    The service gets the doer as its `by`, with who typed it and from what.
    """

    def form(self, data: Any = None) -> Any:
        form = super().form(data)
        # Most enter what they did themselves: nothing is chosen then, and nobody needs to be looked up.
        if data is None or data.get(DOER) or data.get(SOURCE):
            self.offer_doers(form)
        return form

    def shown(self, form: Any, *, sentence: str = "", status: int = 0) -> HttpResponseBase:
        self.offer_doers(form)
        return super().shown(form, sentence=sentence, status=status)

    def offer_doers(self, form: Any) -> None:
        """Both fields, for whoever may enter for others."""
        if DOER in form.fields or not self.user.has(ENTER):
            return
        form.fields[DOER] = InUseField(
            people_to_enter_for(self.user),
            label="替谁登记",
            required=False,
            empty_label="（本人）",
            help_text="本人交来纸条、打电话或在群里报的，选他的名字，记在他名下，并注明由您代录。",
        )
        form.fields[SOURCE] = forms.ChoiceField(
            label="来源", required=False, choices=[("", "（本人登记不用选）"), *EntrySource.choices]
        )

    def arguments(self, form: Any) -> dict[str, Any]:
        found = super().arguments(form)
        return {name: value for name, value in found.items() if name not in (DOER, SOURCE)}

    def doer(self, form: Any) -> Actor:
        typed = form.cleaned_data
        return entered(by=actor(self.request), doer=typed.get(DOER), source=typed.get(SOURCE, ""))
