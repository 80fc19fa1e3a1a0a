"""不相容岗位: which duties the school keeps apart, how strictly, and who holds both; on screen, on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from houqin.documents.availability import available
from houqin.documents.process import PrintingFailed
from houqin.documents.responses import document_response
from houqin.people.documents import separation_sheet
from houqin.people.selectors import separation_table
from houqin.web.access import actor

READ = "houqin.separation:read"


class SeparationTable(View):
    """The pairs with what is demanded, its source, and today's holders of both posts."""

    perm = READ

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = actor(request).user
        context = {
            "lines": separation_table(timezone.localdate()),
            "may_change": reader.has("houqin.school_setting:change"),
            "print_is_possible": available(),
        }
        return render(request, "people/separation.html", context)


class SeparationPrint(View):
    """The same as a sheet to be signed."""

    perm = READ

    def get(self, request: HttpRequest) -> HttpResponse:
        back = request.build_absolute_uri(reverse("people:separation"))
        today, name = timezone.localdate(), actor(request).user.name
        try:
            sheet = separation_sheet(printed_by=name, back_url=back, on=today)
        except PrintingFailed as refusal:
            context = {"reason": refusal.message, "back_url": reverse("people:separation")}
            return render(request, "pages/no_print.html", context, status=refusal.status)
        return document_response(request, sheet.pdf, f"不相容岗位分离及兼任情况表{today:%Y%m%d}.pdf")
