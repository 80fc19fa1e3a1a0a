"""Pages arrive packed at browsers that can unpack them; downloads go as they are."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houqin.people.roles import Role
from tests.factories import person, signed_in

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")
PACKED = {"accept-encoding": "gzip"}


@pytest.fixture
def director() -> Client:
    return signed_in(person(Role.DIRECTOR))


def page(client: Client) -> Any:
    return client.get(reverse("plans:item-list"), headers=PACKED)


def test_a_page_is_packed_for_whoever_can_unpack_it(director: Client) -> None:
    packed, plain = page(director), director.get(reverse("plans:item-list"))
    assert (packed["Content-Encoding"], plain.has_header("Content-Encoding")) == ("gzip", False)
    assert len(packed.content) < len(plain.content) / 3
    assert TOKEN.sub(b"", gzip.decompress(packed.content)) == TOKEN.sub(b"", plain.content)


def test_a_page_says_that_it_depends_on_what_the_browser_can_unpack(director: Client) -> None:
    assert ["Accept-Encoding" in each["Vary"] for each in (page(director), page(director))] == [True, True]


def test_a_packed_page_has_another_token_each_time_so_that_none_is_guessed_from_its_length(
    director: Client,
) -> None:
    tokens = [TOKEN.findall(gzip.decompress(page(director).content))[0] for _ in range(2)]
    assert tokens[0] != tokens[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_leaves_unpacked_while_it_is_made(director: Client, kind: str) -> None:
    response = director.get(reverse("plans:item-list"), {"export": kind}, headers=PACKED)
    assert (response.streaming, response.has_header("Content-Encoding")) == (True, False)
