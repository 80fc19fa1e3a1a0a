"""Reaching other servers without being led astray: which may be reached, for how long, and how much is read.

What an administrator types could otherwise make this program ask the school's own network, or itself, for
things (SSRF). So a name is looked up once, every address that it has must be a public one, and the line goes
to the very address that was looked at; a name that answers otherwise a moment later changes nothing. Servers
inside are reached only when the 安全管理员 listed their names. Redirects are not followed. A try ends after
`SECONDS_A_TRY`, however slowly the other side drips, and reads at most `MOST_READ` bytes.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore
from django.utils import timezone

from houqin.errors import RuleBroken
from houqin.notifications.ways import SECONDS_A_TRY
from houqin.school_settings.reading import setting

INTERNAL_HOSTS = "notifications.internal_hosts"
MOST_READ = 64 * 1024
# Answers cloud machines' questions about themselves: never what a school means.
NEVER = ipaddress.ip_network("169.254.0.0/16")
NAT64 = ipaddress.ip_network("64:ff9b::/96")

NOT_LISTED = "“{host}”在内网。要发到内网的服务器，请安全管理员先把它列进“可以发往的内网服务器”。"
NOT_FOUND = "找不到“{host}”这个服务器，请核对地址，或检查学校的网络。"
TOO_SLOW = "对方太慢，10 秒里没有答完。"
DOWN = "连不上“{host}”：对方没有开机，或网络不通。"
NO_TRUST = "“{host}”的证书有问题，没有发。请对方的管理员检查证书。"


class Trouble(Exception):
    """Why a message did not go out, in a sentence for the administrator.

    `is_final`: trying again would not help before somebody has changed something.
    """

    def __init__(self, sentence: str, *, is_final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, and the beginning of its text."""

    status: int
    text: str


def is_public(address: str) -> bool:
    """Whether an IP address lies outside every private, local and reserved network.

    An address that carries another in it is what it carries.
    """
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in NAT64:
            inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return bool(ip.is_global and not ip.is_multicast)


def is_listed(host: str) -> bool:
    """Whether the 安全管理员 listed the server `host` among those inside that may be reached."""
    return host.lower() in setting(INTERNAL_HOSTS, on=timezone.localdate())


def require_address(address: str) -> SplitResult:
    """`RuleBroken` with the field `address` unless `address` may be written to, as far as its text tells.

    Names are looked up when something is sent, and not here: no request waits for another server.
    """
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not address.isascii() or any(each <= " " for each in address):
        raise RuleBroken("地址应以 https:// 开头，请整条复制。", field="address")
    if parts.username is not None:
        raise RuleBroken("地址里不要写账号和密码。", field="address")
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and not is_listed(host):
        raise RuleBroken("发到校外的地址要以 https:// 开头，http:// 在路上谁都能看。", field="address")
    _require_public_text(host, "address")
    return parts


def require_server(host: str, *, is_plain: bool) -> None:
    """The same for a mail server, with the field `host`; `is_plain` is a line without encryption."""
    if not host or not host.isascii() or any(each <= " " or each in "/@" for each in host):
        raise RuleBroken("请填写服务器的名字，例如 smtp.qq.com。", field="host")
    if is_plain and not is_listed(host):
        raise RuleBroken("校外的邮件服务器要加密，请选 SSL 或 STARTTLS。", field="security")
    _require_public_text(host, "host")


def _require_public_text(host: str, field: str) -> None:
    """An address in figures needs no looking up to be seen as one inside."""
    try:
        is_inside = not is_public(host.strip("[]"))
    except ValueError:
        is_inside = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    if is_inside and not is_listed(host):
        raise RuleBroken(NOT_LISTED.format(host=host), field=field)


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of `host`, all of which may be reached; raises `Trouble`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Trouble(NOT_FOUND.format(host=host)) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    listed = is_listed(host)
    for address in addresses:
        ip = ipaddress.ip_address(address.partition("%")[0])
        if ip in NEVER or not (listed or is_public(address)):
            raise Trouble(NOT_LISTED.format(host=host), is_final=True)
    return addresses


def connect(host: str, port: int, *, until: float) -> socket.socket:
    """A line to the first address of `host` that answers before `until`, a `time.monotonic`; or `Trouble`."""
    for address in addresses_of(host, port):
        try:
            return socket.create_connection((address, port), timeout=left(until))
        except TimeoutError:
            continue
        except OSError:
            continue
    raise Trouble(TOO_SLOW if time.monotonic() >= until else DOWN.format(host=host))


def left(until: float) -> float:
    """The seconds until the end of the try; raises `Trouble` when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise Trouble(TOO_SLOW)
    return seconds


class Line(httpcore.NetworkStream):
    """A line whose every word must come before the end of the whole try."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._line.settimeout(left(self._until))
        return self._line.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.settimeout(left(self._until))
        self._line.sendall(buffer)

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._line.settimeout(left(self._until))
        return Line(ssl_context.wrap_socket(self._line, server_hostname=server_hostname), self._until)


class Guarded(httpcore.NetworkBackend):
    """Connects to where `addresses_of` allows, and to nothing else."""

    def __init__(self, until: float) -> None:
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return Line(connect(host, port, until=self._until), self._until)


def post(address: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS_A_TRY) -> Answer:
    """Send `body` to `address` and return what came back, within `seconds`; raises `Trouble`.

    Any whole answer is returned, be its status what it may; a redirect is an answer like others.
    """
    parts = urlsplit(address)
    host, until = (parts.hostname or "").lower(), time.monotonic() + seconds
    if parts.scheme != "https" and not is_listed(host):
        raise Trouble(NOT_LISTED.format(host=host), is_final=True)
    backend, told = Guarded(until), [("User-Agent", "houqin"), *headers.items()]
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=backend
            ) as pool,
            pool.stream("POST", address, headers=told, content=body) as reply,
        ):
            return Answer(reply.status, _beginning(reply))
    except TimeoutError:
        raise Trouble(TOO_SLOW) from None
    except ssl.SSLError:
        raise Trouble(NO_TRUST.format(host=host)) from None
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError):
        raise Trouble(f"“{host}”答到一半断了，或答的不是网页的规矩。") from None


def _beginning(reply: httpcore.Response) -> str:
    """At most `MOST_READ` bytes of the answer as text; what is beyond is never fetched."""
    read = b""
    for piece in reply.iter_stream():
        read += piece
        if len(read) >= MOST_READ:
            break
    return read[:MOST_READ].decode("utf-8", errors="replace")
