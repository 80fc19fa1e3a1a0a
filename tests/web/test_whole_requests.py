"""A form that broke off on its way is no form: what came of it is not read as if it ended there."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

import pytest

from houqin.wsgi import WholeBody, application, only_whole

BODY = b"text=one\ntwo&more=three"
TOKEN = "t" * 32


def read_through(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("came", [0, 1, len(BODY) - 1])
def test_a_body_that_ends_too_soon_fails(came: int) -> None:
    for step in (-1, 7, len(BODY)):
        body = WholeBody(BytesIO(BODY[:came]), len(BODY))
        with pytest.raises(OSError, match="bytes unsent"):
            list(iter(partial(body.read, step), b""))
    with pytest.raises(OSError, match="bytes unsent"):
        WholeBody(BytesIO(BODY[:came]), len(BODY)).readlines()


def test_a_whole_body_is_handed_on_and_nothing_behind_it() -> None:
    behind = BODY + b"of the next request"
    assert WholeBody(BytesIO(behind), len(BODY)).read() == BODY
    assert WholeBody(BytesIO(behind), len(BODY)).readlines() == [b"text=one\n", b"two&more=three"]
    pieces = WholeBody(BytesIO(behind), len(BODY))
    assert b"".join(iter(partial(pieces.read, 5), b"")) == BODY


@pytest.mark.parametrize("length", [None, "", "x", "-1"])
def test_a_request_without_a_length_is_left_alone(length: str | None) -> None:
    environ = {"wsgi.input": BytesIO(BODY), "CONTENT_LENGTH": length}
    assert only_whole(read_through)(environ, None) == [BODY]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("missing", "status"), [(0, "200 OK"), (1, "403 Forbidden")])
def test_what_gunicorn_serves_refuses_half_a_form(missing: int, status: str, settings: Any) -> None:
    body = f"csrfmiddlewaretoken={TOKEN}&login=&password=x".encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/login/", "SERVER_NAME": "testserver", "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "https",
        "HTTP_REFERER": "https://testserver/login/", "HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body[: len(body) - missing]), "wsgi.errors": BytesIO(),
    }  # fmt: skip
    told: list[str] = []
    list(application(environ, lambda line, headers, *rest: told.append(line)))
    assert told == [status]
