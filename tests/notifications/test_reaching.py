"""SSRF and bad servers: what may be reached, for how long, and how much is read. Real sockets throughout."""

from __future__ import annotations

import socket
import time

import pytest

from houqin.errors import RuleBroken
from houqin.notifications.reaching import (
    Trouble,
    addresses_of,
    is_public,
    post,
    require_address,
    require_server,
)
from tests.notifications.factories import list_hosts
from tests.notifications.servers import (
    Manner,
    answering,
    break_off,
    drip,
    drip_the_body,
    hang,
    pour,
    serving,
)
from tests.program import free_port

pytestmark = pytest.mark.django_db

SHORT = 0.5
# Generous for a busy machine: what is proved is that a try ends, not how exactly.
AT_MOST = 5.0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "198.18.0.1", "192.0.2.1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.8/x", "https://[::1]/x",
        "https://169.254.169.254/latest", "https://oa.local/x", "https://[::ffff:10.0.0.1]/",
        "http://hooks.example.com/x", "ftp://hooks.example.com/x", "file:///etc/passwd", "gopher://example.com",
        "https://user:pass@hooks.example.com/", "https:///x", "hooks.example.com", "https://exa mple.com/",
        "https://例子.com/", "https://hooks.example.com:99999/", "https://hooks.example.com/\r\nX: y",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_written_to_is_refused_when_it_is_typed(address: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        require_address(address)
    assert refused.value.field == "address"


def test_an_address_outside_is_taken() -> None:
    assert require_address("https://hooks.example.com:8443/a?b=c").hostname == "hooks.example.com"


def test_a_listed_server_inside_may_be_written_to_without_encryption() -> None:
    list_hosts("oa.local", "10.0.0.8")
    assert require_address("http://oa.local/x").hostname == "oa.local"
    assert require_address("http://10.0.0.8/x").hostname == "10.0.0.8"


def test_a_mail_server_inside_must_be_listed_and_one_outside_encrypted() -> None:
    with pytest.raises(RuleBroken) as inside:
        require_server("10.0.0.8", is_plain=False)
    with pytest.raises(RuleBroken) as plain:
        require_server("smtp.example.com", is_plain=True)
    assert (inside.value.field, plain.value.field) == ("host", "security")
    list_hosts("10.0.0.8")
    require_server("10.0.0.8", is_plain=True)


def test_a_name_that_leads_inside_is_not_reached_whatever_its_text() -> None:
    """`localtest.me` and its like: the name looks public, its address is this machine."""
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, 80)
    except OSError:
        name = "ip6-localhost"
    with pytest.raises(Trouble) as refused:
        addresses_of(name, 80)
    assert refused.value.is_final


def test_the_own_questions_of_a_cloud_machine_are_never_asked_even_if_listed() -> None:
    list_hosts("169.254.169.254")
    with pytest.raises(Trouble) as refused:
        addresses_of("169.254.169.254", 80)
    assert refused.value.is_final


def test_a_server_on_this_machine_gets_nothing_unless_it_is_listed() -> None:
    with serving(answering()) as server:
        with pytest.raises(Trouble) as refused:
            post(server.address, b"{}", {})
        assert (refused.value.is_final, server.asked) == (True, [])
        list_hosts("127.0.0.1")
        assert post(server.address, b"{}", {"X-A": "b"}).status == 200
    assert [(each.path, each.headers["x-a"], each.body) for each in server.asked] == [("/hook", "b", b"{}")]


def test_a_redirect_is_an_answer_and_nothing_is_fetched_from_where_it_leads() -> None:
    list_hosts("127.0.0.1")
    with serving(answering()) as inside:
        with serving(answering(302, b"", f"Location: {inside.address}")) as server:
            assert post(server.address, b"{}", {}).status == 302
        assert inside.asked == []


@pytest.mark.parametrize("manner", [hang, drip, drip_the_body], ids=lambda manner: manner.__name__)
def test_a_slow_server_costs_no_more_than_the_time_of_a_try(manner: Manner) -> None:
    list_hosts("127.0.0.1")
    began = time.monotonic()
    with serving(manner) as server, pytest.raises(Trouble) as slow:
        post(server.address, b"{}", {}, seconds=SHORT)
    assert (slow.value.sentence, slow.value.is_final) == ("对方太慢，10 秒里没有答完。", False)
    assert time.monotonic() - began < AT_MOST


def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    list_hosts("127.0.0.1")
    with serving(pour) as server:
        answer = post(server.address, b"{}", {}, seconds=AT_MOST)
    assert (answer.status, len(answer.text)) == (200, 64 * 1024)


def test_an_answer_that_breaks_off_is_trouble_that_may_pass() -> None:
    list_hosts("127.0.0.1")
    with serving(break_off) as server, pytest.raises(Trouble) as broken:
        post(server.address, b"{}", {})
    assert not broken.value.is_final


def test_a_server_that_is_down_is_trouble_that_may_pass() -> None:
    list_hosts("127.0.0.1")
    with pytest.raises(Trouble) as down:
        post(f"http://127.0.0.1:{free_port()}/", b"{}", {})
    assert (down.value.sentence, down.value.is_final) == (
        "连不上“127.0.0.1”：对方没有开机，或网络不通。", False,
    )  # fmt: skip


def test_a_name_that_nobody_has_is_trouble() -> None:
    with pytest.raises(Trouble) as unknown:
        post("https://no-such-host.invalid/", b"{}", {})
    assert unknown.value.sentence == "找不到“no-such-host.invalid”这个服务器，请核对地址，或检查学校的网络。"


def test_a_server_without_encryption_where_it_is_promised_is_trouble() -> None:
    list_hosts("127.0.0.1")
    with serving(answering()) as server, pytest.raises(Trouble):
        post(server.address.replace("http:", "https:"), b"{}", {})
