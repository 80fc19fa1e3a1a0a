"""What the prints have in common: the PDF, or a page that says why there is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpRequest, HttpResponse

from houqin.documents.printing import Document
from houqin.documents.process import PrintingFailed
from houqin.documents.responses import document_response
from houqin.web.pages.page import Page


class PrintPage(Page, ABC):
    """A record on paper; a subclass says how."""

    template_name = "pages/no_print.html"
    record: Any

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        self.record = self.find(public_id)
        try:
            sheet = self.sheet(request.build_absolute_uri(self.record.get_absolute_url()))
        except PrintingFailed as refusal:
            return self.answer(request, {"reason": refusal.message}, status=refusal.status)
        return document_response(request, sheet.pdf, f"{self.file_name()}.pdf")

    @abstractmethod
    def sheet(self, back_url: str) -> Document:
        """The paper; its code leads to `back_url`."""

    def file_name(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        address: str = self.record.get_absolute_url()
        return address

    def page_title(self) -> str:
        return "现在不能打印"
