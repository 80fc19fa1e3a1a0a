"""The address at which the pages are served."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from houqin.starting.environment import WrongEnvironment

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
# How many ports after a busy one are tried.
NEXT_PORTS = 50


@dataclass(frozen=True)
class Listener:
    """An open listening socket, and the busy port it stepped aside from, if any."""

    socket: socket.socket
    host: str
    port: int
    busy_port: int | None

    @property
    def address(self) -> str:
        """What to type into a browser on this machine."""
        host, port = self.reachable_at
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    @property
    def reachable_at(self) -> tuple[str, int]:
        """Host and port by which this machine reaches it, also when it listens on all addresses."""
        # Compared with, not listened on.
        loopbacks = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # nosec B104
        return loopbacks.get(self.host, self.host), self.port

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def listen(environ: Mapping[str, str]) -> Listener:
    """Listen where HOUQIN_BIND (`host`, `host:port` or `:port`) and PORT say, or on the next free port.

    Raises WrongEnvironment for a value that is no address of this machine.
    """
    host, wanted = wanted_address(environ)
    for port in range(wanted, min(wanted + NEXT_PORTS, 65536)):
        try:
            listener = socket.create_server((host, port), backlog=2048, family=_family(host))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise WrongEnvironment(
                f"不能在 {host}:{port} 上提供网页（{error.strerror}）。请检查 HOUQIN_BIND 和 PORT。"
            ) from error
        return Listener(listener, host, port, wanted if port != wanted else None)
    raise WrongEnvironment(f"从 {wanted} 起的 {NEXT_PORTS} 个端口都被占用，请用 PORT 另选一个端口。")


def wanted_address(environ: Mapping[str, str]) -> tuple[str, int]:
    """Host and port from the environment; PORT is the platform's word, HOUQIN_BIND's port is the school's."""
    bind = environ.get("HOUQIN_BIND", "")
    # `host`, `host:port`, `:port`, and for IPv6 `::1` or `[::1]:port`.
    if bind.count(":") == 1 or "]:" in bind:
        host, _, port = bind.rpartition(":")
    else:
        host, port = bind, ""
    port = port or environ.get("PORT") or str(DEFAULT_PORT)
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongEnvironment(f"端口应是 1 到 65535 的数字，现在是“{port}”。请检查 HOUQIN_BIND 和 PORT。")
    return host.strip("[]") or DEFAULT_HOST, int(port)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
