"""From where an address can be reached: only here, in the school's network, or from everywhere."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from enum import Enum


class Reach(Enum):
    """Who can open a page at an address."""

    HERE = "here"
    SCHOOL = "school"
    EVERYWHERE = "everywhere"


def reach_of(host: str) -> Reach:
    """How far `host` (without a port) reaches. A name without a dot is one of the school's own network."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return Reach.HERE
        return Reach.EVERYWHERE if "." in host and not host.endswith(".local") else Reach.SCHOOL
    if address.is_loopback or address.is_unspecified:
        return Reach.HERE
    return Reach.EVERYWHERE if address.is_global else Reach.SCHOOL


def own_addresses() -> list[str]:
    """The addresses of this machine in the school's network, the one that leads outside first.

    Asking the system for its way to an address that belongs to nobody sends nothing.
    """
    found: dict[str, None] = {}
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found[str(probe.getsockname()[0])] = None
    with suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found[str(place[0])] = None
    return [each for each in found if reach_of(each) is not Reach.HERE]
