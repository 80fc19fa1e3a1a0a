"""The WSGI entry point that gunicorn serves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from io import RawIOBase
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.settings")

Environ = dict[str, Any]
Program = Callable[[Environ, Any], Iterable[bytes]]


class WholeBody(RawIOBase):
    """The body of a request, which fails where the browser went away before it had sent all of it.

    gunicorn hands out what came, as if the form ended there: half a text would be saved, and the whole form,
    sent again with the same key, refused as other content. Django turns the `OSError` into a refusal.
    """

    def __init__(self, body: Any, length: int) -> None:
        self._body = body
        self._missing = length

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes or all that is left; `OSError` when the end comes sooner."""
        wanted = self._missing if size < 0 else min(size, self._missing)
        data: bytes = self._body.read(wanted) if wanted else b""
        return self._counted(data, is_whole=len(data) == wanted)

    def readline(self, size: int | None = -1, /) -> bytes:
        """The rest of a line, at most `size` bytes of it, as `read`."""
        wanted = self._missing if size is None or size < 0 else min(size, self._missing)
        data: bytes = self._body.readline(wanted) if wanted else b""
        return self._counted(data, is_whole=len(data) == wanted or data.endswith(b"\n"))

    def _counted(self, data: bytes, *, is_whole: bool) -> bytes:
        self._missing -= len(data)
        if not is_whole:
            raise OSError(f"the browser left with {self._missing} bytes unsent")
        return data


def only_whole(program: Program) -> Program:
    """`program`, for which a request that broke off in the middle never happened."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "")
        if length.isascii() and length.isdigit():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return program(environ, start_response)

    return answer


application = only_whole(get_wsgi_application())
