from __future__ import annotations

import socket

import pytest

from houqin.starting.environment import WrongEnvironment
from houqin.starting.listening import Listener, listen, wanted_address

ALL = "0.0.0.0"  # noqa: S104 - only read here, never listened on


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"PORT": "9000"}, ("127.0.0.1", 9000)),
        ({"HOUQIN_BIND": ALL}, (ALL, 8000)),
        ({"HOUQIN_BIND": f"{ALL}:80", "PORT": "9000"}, (ALL, 80)),
        ({"HOUQIN_BIND": ":8080"}, ("127.0.0.1", 8080)),
        ({"HOUQIN_BIND": "::1"}, ("::1", 8000)),
        ({"HOUQIN_BIND": "[::1]:8080"}, ("::1", 8080)),
    ],
)
def test_the_address_is_read_from_the_environment(environ: dict[str, str], expected: tuple[str, int]) -> None:
    assert wanted_address(environ) == expected


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(WrongEnvironment, match="端口应是 1 到 65535 的数字"):
        wanted_address({"PORT": port})


def test_a_busy_port_is_stepped_aside_from_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        listener = listen({"PORT": str(port)})
        listener.close()
    assert listener.busy_port == port
    assert listener.port > port
    assert listener.address == f"http://127.0.0.1:{listener.port}/"


def test_an_address_of_another_machine_is_refused_with_the_setting_to_check() -> None:
    with pytest.raises(WrongEnvironment, match="请检查 HOUQIN_BIND 和 PORT"):
        listen({"HOUQIN_BIND": "192.0.2.1:8000"})


def test_all_addresses_are_visited_through_the_loopback() -> None:
    with socket.socket() as unbound:
        listener = Listener(unbound, ALL, 8000, None)
    assert listener.address == "http://127.0.0.1:8000/"
    assert listener.is_loopback is False
