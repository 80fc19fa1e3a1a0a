"""A PDF on its way to the browser."""

from __future__ import annotations

from django.test import RequestFactory

from houqin.documents.responses import document_response

PDF = b"%PDF-1.7\n%%EOF\n"
NAME = "2026年11月月工作计划表.pdf"
ENCODED = "2026%E5%B9%B411%E6%9C%88%E6%9C%88%E5%B7%A5%E4%BD%9C%E8%AE%A1%E5%88%92%E8%A1%A8.pdf"


def test_a_print_is_shown_under_its_chinese_name() -> None:
    response = document_response(RequestFactory().get("/print/"), PDF, NAME)
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f"inline; filename*=UTF-8''{ENCODED}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"


def test_a_shown_print_may_load_nothing_but_the_reader() -> None:
    policy = document_response(RequestFactory().get("/print/"), PDF, NAME)["Content-Security-Policy"]
    assert policy.split("; ")[0] == "default-src 'none'"
    assert "script-src" not in policy


def test_a_saved_print_is_sandboxed() -> None:
    response = document_response(RequestFactory().get("/print/?download"), PDF, NAME)
    assert response["Content-Disposition"] == f"attachment; filename*=UTF-8''{ENCODED}"
    assert response["Content-Security-Policy"].split("; ")[-1] == "sandbox"


def test_a_name_with_quotes_and_line_breaks_stays_one_header() -> None:
    response = document_response(RequestFactory().get("/print/"), PDF, 'a"b\r\nSet-Cookie: x.pdf')
    assert response["Content-Disposition"] == "inline; filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x.pdf"
