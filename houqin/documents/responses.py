"""A finished PDF as an HTTP answer."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

# Chromium shows a PDF by an <embed> of its own that the answer's policy governs (object-src), and versions
# still in use refuse to show any PDF under `sandbox`. What is saved needs neither.
SHOWN = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
CONFINED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def document_response(request: HttpRequest, pdf: bytes, filename: str) -> HttpResponse:
    """Answer with `pdf`, shown in the browser under `filename`; `?download` in the address saves it instead.

    Only this person's own browser may keep the answer.
    """
    is_download = "download" in request.GET
    disposition = "attachment" if is_download else "inline"
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(filename, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = CONFINED if is_download else SHOWN
    return response
