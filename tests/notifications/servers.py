"""Real servers on the loopback that behave well or badly: hang, drip, break off, pour, lead astray."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

GOOD = b'{"errcode": 0, "errmsg": "ok"}'


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """Where it listens, what it was asked, and what holds back its slow answers until the test is over."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


# What a server does with the line once the request is read.
Manner = Callable[[Server, Any], None]


def answering(status: int = 200, body: bytes = GOOD, *headers: str) -> Manner:
    """A whole answer."""
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]

    def answer(server: Server, line: Any) -> None:
        line.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    return answer


def in_turn(*manners: Manner) -> Manner:
    """Another manner with every request; the last stays."""

    def answer(server: Server, line: Any) -> None:
        manners[min(len(server.asked), len(manners)) - 1](server, line)

    return answer


def hang(server: Server, line: Any) -> None:
    """Take the request and never answer."""
    server.over.wait(60)


def drip(server: Server, line: Any) -> None:
    """A byte of the head every twentieth of a second, for ever: no single wait is long."""
    for each in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000:
        if server.over.wait(0.05):
            return
        line.sendall(bytes([each]))


def drip_the_body(server: Server, line: Any) -> None:
    """The head at once, then the body as `drip`."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    while not server.over.wait(0.05):
        line.sendall(b"a")


def pour(server: Server, line: Any) -> None:
    """A body without end, as fast as the line takes it."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while not server.over.is_set():
        line.sendall(b"a" * 65_536)


def break_off(server: Server, line: Any) -> None:
    """Half an answer."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


@contextmanager
def serving(manner: Manner) -> Iterator[Server]:
    """A server with this manner until the block ends."""
    server = Server()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                server.asked.append(_read(self.rfile))
                manner(server, self.request)
            except OSError:
                return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listening.shutdown()
            thread.join(10)


def _read(file: Any) -> Asked:
    path = file.readline().decode().split()[1]
    headers: dict[str, str] = {}
    while (line := file.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Asked(path, headers, file.read(int(headers.get("content-length", 0))))


class _MailTalk(socketserver.StreamRequestHandler):
    """What a mail server says on one line; `serving` is the server that notes what it was handed."""

    serving: Server
    replies: dict[str, str]
    greeting: str

    def handle(self) -> None:
        if not self.greet():
            return
        while raw := self.rfile.readline():
            command = raw.decode().strip().upper().partition(" ")[0]
            self.say(
                self.replies.get(command) or {"DATA": "354 go on", "QUIT": "221 bye"}.get(command, "250 ok")
            )
            # Who was refused sends no letter.
            if command == "DATA" and command not in self.replies:
                self.serving.asked.append(Asked("", {}, self.letter()))
                self.say("250 taken")

    def greet(self) -> bool:
        """Whether it came to a greeting; one that drips takes a twentieth of a second for every letter."""
        if self.greeting == "silent":
            self.serving.over.wait(60)
            return False
        for each in b"220-" + b"a" * 80 if self.greeting == "dripping" else b"":
            if self.serving.over.wait(0.05):
                return False
            self.wfile.write(bytes([each]))
        self.say("\r\n220 hello" if self.greeting == "dripping" else "220 hello")
        return True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n" and line:
            lines.append(line)
        return b"".join(lines)


@contextmanager
def mail_server(*replies: tuple[str, str], greeting: str = "") -> Iterator[Server]:
    """A mail server that knows just enough; `replies` are other answers to a command: ("RCPT", "550 no").

    With the `greeting` `silent` it takes the line and says nothing, with `dripping` it greets for seconds.
    """
    server = Server()
    told = {"serving": server, "replies": dict(replies), "greeting": greeting}
    talk = type("_Talk", (_MailTalk,), told)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listening.shutdown()
            thread.join(10)
