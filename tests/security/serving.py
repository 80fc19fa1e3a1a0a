"""The program behind a real socket, for what no test client does: taps at one moment, a line that breaks."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.testcases import QuietWSGIRequestHandler

from houqin.wsgi import only_whole
from tests.security.filling import File, as_sent
from tests.security.test_forms import Sender

PATIENCE = 60.0
SLIP = re.compile(r'<code class="one-time">([^<]+)</code>')

Address = tuple[str, int]


class Told(NamedTuple):
    """What an answer tells: status, where it leads, the one-time password on it, whether it is a paper."""

    status: int
    location: str
    slip: str
    is_paper: bool = False

    @property
    def is_done(self) -> bool:
        return self.status in {302, 303} or self.slip != "" or self.is_paper


@contextmanager
def served() -> Iterator[Address]:
    """The program, wrapped as gunicorn loads it, one thread a request, on a port of the loopback."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(only_whole(WSGIHandler()))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield server.server_address[:2]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def request_of(sender: Sender, data: dict[str, object]) -> bytes:
    """The bytes with which the browser of `sender` sends its form."""
    has_files = any(isinstance(value, File) for value in data.values())
    body = encode_multipart(BOUNDARY, as_sent(data)) if has_files else urlencode(data, doseq=True).encode()
    kind = MULTIPART_CONTENT if has_files else "application/x-www-form-urlencoded"
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in sender.client.cookies.items())
    head = (
        f"POST {sender.address} HTTP/1.1",
        "Host: testserver",
        "Connection: close",
        f"Cookie: {cookies}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def tap(server: Address, request: bytes) -> Told:
    """Send `request` and read the answer."""
    with closing(socket.create_connection(server, PATIENCE)) as line:
        line.sendall(request)
        response = HTTPResponse(line, method="POST")
        response.begin()
        is_paper = response.getheader("Content-Type", "") == "application/pdf"
        found = None if is_paper else SLIP.search(response.read().decode())
        return Told(response.status, response.getheader("Location", ""), found[1] if found else "", is_paper)


def tap_and_lose_the_line(server: Address, request: bytes) -> None:
    """Send `request`, go away without reading a byte, and wait until the server is through with it."""
    is_through = threading.Event()

    def note(**kwargs: object) -> None:
        is_through.set()

    request_finished.connect(note)
    try:
        with closing(socket.create_connection(server, PATIENCE)) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
        assert is_through.wait(PATIENCE)
    finally:
        request_finished.disconnect(note)
