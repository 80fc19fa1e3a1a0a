"""Error pages: in Chinese, with what to do next, without a trace and without asking the database.

None of these tests may touch a database, which is itself the proof that the pages do not.
"""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Callable

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import convert_exception_to_response
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from houqin.web import errors

REASON = "您的岗位没有“发布月计划”的权限。"
Draw = Callable[[HttpRequest], HttpResponse]
PAGES: list[tuple[int, Draw]] = [
    (400, lambda request: errors.unreadable(request, ValueError("Traceback: secret detail"))),
    (403, lambda request: errors.forbidden(request, PermissionDenied(REASON))),
    (404, lambda request: errors.absent(request, Http404("No Plan matches the given query."))),
    (500, errors.broken),
    (503, errors.database_away),
    (503, errors.disk_full),
]


def asked(*, by_htmx: bool = False) -> HttpRequest:
    return RequestFactory().get("/plans/x/", headers={"HX-Request": "true"} if by_htmx else {})


def text_of(response: HttpResponse) -> str:
    """What a person reads: the page without its head and its tags."""
    body = response.content.decode().partition("<body")[2].partition(">")[2]
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize(("status", "draw"), PAGES)
def test_an_error_page_speaks_chinese_and_leads_home(status: int, draw: Draw) -> None:
    response = draw(asked())
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert 'lang="zh-Hans"' in response.content.decode()
    assert 'href="/"' in response.content.decode()
    assert "接下来怎么做" in text_of(response)


@pytest.mark.parametrize("draw", [draw for _, draw in PAGES])
def test_an_error_page_shows_nothing_of_the_program(draw: Draw) -> None:
    shown = text_of(draw(asked()))
    assert set(re.findall(r"[A-Za-z]{3,}", re.sub(r"[0-9a-f]{8}", "", shown))) == set()


@pytest.mark.parametrize(("status", "draw"), PAGES)
def test_htmx_gets_the_sentence_alone(status: int, draw: Draw) -> None:
    response = draw(asked(by_htmx=True))
    assert response.status_code == status
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "<" not in response.content.decode()


def test_a_refusal_says_its_reason() -> None:
    assert errors.forbidden(asked(by_htmx=True), PermissionDenied(REASON)).content.decode() == REASON


def test_a_refusal_without_a_reason_says_whom_to_ask() -> None:
    assert errors.forbidden(asked(by_htmx=True), PermissionDenied()).content.decode() == errors.FORBIDDEN


def test_a_reason_is_escaped() -> None:
    assert "<script>" not in errors.forbidden(asked(), PermissionDenied("<script>")).content.decode()


def test_nothing_there_and_not_yours_read_the_same() -> None:
    absent = errors.absent(asked(), Http404("no such row"))
    hidden = errors.absent(asked(), Http404("another person's row"))
    assert absent.content == hidden.content


def test_a_failure_shows_the_number_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="houqin.web.errors"):
        shown = text_of(errors.broken(asked()))
    (mark,) = re.findall(r"\b[0-9a-f]{8}\b", shown)
    assert caplog.messages == [f"request {mark} failed: GET /plans/x/"]


def test_a_request_that_fails_before_its_page_for_want_of_a_database_asks_to_come_back() -> None:
    def without_database(request: HttpRequest) -> HttpResponse:
        raise OperationalError("connection is bad")

    response = convert_exception_to_response(without_database)(asked(by_htmx=True))
    assert (response.status_code, response.content.decode()) == (503, errors.AWAY)


def of_the_database(cause: psycopg.Error) -> OperationalError:
    """What Django makes of an error of the server."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        of_the_database(psycopg.errors.DiskFull("could not extend file")),
    ],
    ids=["file", "quota", "database"],
)
def test_f2_a_disk_that_is_full_is_said_and_what_to_do(error: Exception) -> None:
    def without_room(request: HttpRequest) -> HttpResponse:
        raise error

    response = convert_exception_to_response(without_room)(asked(by_htmx=True))
    assert (response.status_code, response.content.decode()) == (503, errors.FULL)
    page = convert_exception_to_response(without_room)(asked())
    assert (page["Retry-After"], "数据所在的磁盘没有空间了" in text_of(page)) == ("60", True)
    assert set(re.findall(r"[A-Za-z]{3,}", text_of(page))) == set()


def test_a_file_that_may_not_be_written_is_a_fault_of_ours() -> None:
    def without_right(request: HttpRequest) -> HttpResponse:
        raise PermissionError(errno.EACCES, "Permission denied")

    assert convert_exception_to_response(without_right)(asked()).status_code == 500


def test_a_forged_form_is_told_how_to_keep_its_text() -> None:
    response = errors.forged(asked(), "CSRF cookie not set.")
    assert response.status_code == 403
    assert "没有保存" in text_of(response)


def test_a_database_that_is_away_asks_to_come_back() -> None:
    assert errors.database_away(asked())["Retry-After"] == "15"


@pytest.mark.parametrize(
    ("status", "page"), [(400, "unreadable"), (403, "forbidden"), (404, "absent"), (500, "broken")]
)
def test_the_house_answers_with_its_own_page(status: int, page: str) -> None:
    assert get_resolver().resolve_error_handler(status) is getattr(errors, page)
