"""Addresses that are looked up once are those that Django would give."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from houqin.routes import record_url, route_url


def test_addresses_are_those_that_django_gives() -> None:
    assert record_url("people:person-edit", "AB23CD45EF") == reverse(
        "people:person-edit", args=["AB23CD45EF"]
    )
    assert route_url("people:person-list") == reverse("people:person-list")


def test_an_address_follows_the_routes_and_the_prefix_of_the_moment(settings: Any) -> None:
    here = route_url("home")
    set_script_prefix("/houqin/")
    try:
        assert (here, route_url("home"), record_url("people:person", "A")) == (
            "/", "/houqin/", "/houqin/people/A/",
        )  # fmt: skip
    finally:
        set_script_prefix("/")
    with pytest.raises(NoReverseMatch):
        route_url("department-new")
    settings.ROOT_URLCONF = "tests.web.sample_pages"
    assert route_url("department-new") == reverse("department-new")


def test_a_route_that_is_not_installed_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        record_url("people:nothing", "A")
