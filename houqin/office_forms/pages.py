"""`FilledFormPage`: a record on the bureau's own form; an app says whose values go in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from houqin.attachments.kinds import SERVED
from houqin.documents.responses import CONFINED
from houqin.errors import RuleBroken
from houqin.office_forms.models import OfficeForm
from houqin.office_forms.placeholders import Content
from houqin.office_forms.selectors import forms_for
from houqin.office_forms.services import fill_form
from houqin.web.pages import Page
from houqin.web.pages.page import ABSENT


class FilledFormPage(Page, ABC):
    """The forms in use for one paper, and with `?form=` the record filled in on one of them.

    An app gives `perm`, `model`, `paper` (the code that it declared) and `content`.
    """

    template_name = "office_forms/choose.html"
    title = "按上级表样填写"
    paper: ClassVar[str]

    record: Any = None

    @abstractmethod
    def content(self, record: Any) -> Content:
        """What stands in the place of each name."""

    def file_name(self, record: Any) -> str:
        """The name of the filled file without its ending, beside the form's own."""
        return str(record)

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        self.record = self.find(public_id)
        forms = forms_for(self.paper, self.user)
        wanted = request.GET.get("form", "")
        if not wanted:
            return self.answer(request, {"record": self.record, "forms": forms})
        form = next((form for form in forms if form.public_id == wanted), None)
        if form is None:
            raise Http404(ABSENT)
        try:
            data = fill_form(form, self.content(self.record))
        except RuleBroken as refusal:
            context = {"record": self.record, "forms": forms, "reason": refusal.message}
            return self.answer(request, context, status=refusal.status)
        return self.saved(form, data)

    def saved(self, form: OfficeForm, data: bytes) -> HttpResponse:
        served = SERVED[form.kind]
        name = f"{self.file_name(self.record)}（{form.name}）{served.ending}"
        response = HttpResponse(data, content_type=served.media_type)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-cache"
        response["Content-Security-Policy"] = CONFINED
        return response

    def back_url(self) -> str:
        return str(self.record.get_absolute_url())
